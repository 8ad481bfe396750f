import { expect, SURVIVES, test } from './support/fixtures.js';

test('who reloads the page is back in the call without a click', { tag: SURVIVES }, async ({ together }) => {
  const { annsTab, bensTab } = await together();
  await bensTab.page.reload();
  await bensTab.sees('connected');
  await annsTab.sees('connected');
  await Promise.all([annsTab.seesAndHears(), bensTab.seesAndHears()]);
  expect(await annsTab.states()).not.toContain('peer-left');
});

test('who goes back to the home page and forward again is in the call again, seen and heard as before', async ({
  someone,
  app,
  newLink,
}) => {
  const link = await newLink();
  const ann = await (await someone()).enter(link);
  const ben = await (await someone()).newTab();
  await ben.page.goto(`${app.url}/`);
  await ben.page.getByTestId('join-link').fill(link);
  await ben.page.getByTestId('join-open').click();
  await ben.joinOrReturn();
  await Promise.all([ann.seesAndHears(), ben.seesAndHears()]);

  await ben.page.goBack();
  await expect(ben.page.getByTestId('start-call')).toBeVisible();
  await ben.page.goForward();
  await Promise.all([ann.sees('connected'), ben.sees('connected')]);
  await Promise.all([ann.seesAndHears(), ben.seesAndHears()]);
  await expect(ann.page.getByText('Their camera is off')).toBeHidden();
  await expect(ann.page.getByText('Their microphone is off')).toBeHidden();
});

test('the first person, too, may reload', { tag: SURVIVES }, async ({ together }) => {
  const { annsTab, bensTab } = await together();
  await annsTab.page.reload();
  await annsTab.sees('connected');
  await bensTab.sees('connected');
  await Promise.all([annsTab.seesAndHears(), bensTab.seesAndHears()]);
});

test(
  'who closes the tab and opens the link again has their place, and a third person does not get it meanwhile',
  { tag: SURVIVES },
  async ({ together, someone }) => {
    const { link, ben, annsTab, bensTab } = await together();
    await bensTab.page.close();
    await annsTab.sees('reconnecting');

    const third = await (await someone()).enter(link);
    await third.sees('full');

    const again = await ben.enter(link);
    await again.sees('connected');
    await annsTab.sees('connected');
    await Promise.all([annsTab.seesAndHears(), again.seesAndHears()]);
  },
);

test(
  'who hangs up leaves the other in the call, told so; and may rejoin',
  { tag: SURVIVES },
  async ({ together }) => {
    const { annsTab, bensTab } = await together();
    await bensTab.hangUp();
    await bensTab.sees('ended');
    await annsTab.sees('peer-left');

    await bensTab.page.getByTestId('rejoin').click();
    await Promise.all([annsTab.sees('connected'), bensTab.sees('connected')]);
    await Promise.all([annsTab.seesAndHears(), bensTab.seesAndHears()]);
  },
);

test('after somebody has hung up, another person may take the place', async ({ together, someone }) => {
  const { link, annsTab, bensTab } = await together();
  await bensTab.hangUp();
  await annsTab.sees('peer-left');
  const carol = await (await someone()).enter(link);
  await Promise.all([annsTab.sees('connected'), carol.sees('connected')]);
  await Promise.all([annsTab.seesAndHears(), carol.seesAndHears()]);
});
