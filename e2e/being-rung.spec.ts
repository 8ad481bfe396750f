import { expect, test } from './support/fixtures.js';
import { makeRingLink, ringThrough } from './support/ringing.js';

test('somebody rung in an open page accepts with one tap, and the two are in the call', async ({
  someone,
  app,
}) => {
  const ben = await someone();
  const home = await ben.newTab();
  const address = await makeRingLink(home, app.url, 'friends');
  await home.page.goto(`${app.url}/`);

  const ann = await (await someone()).newTab();
  await ringThrough(ann, address, 'Ann');
  await expect(home.page.getByTestId('rung-title')).toHaveText('Ann is calling');
  await expect(ann.page.getByTestId('ring')).toHaveAttribute('data-state', 'ringing');
  await home.page.getByTestId('ring-accept').click();
  await Promise.all([home.sees('connected'), ann.sees('connected')]);
  await Promise.all([home.seesAndHears(), ann.seesAndHears()]);
});
