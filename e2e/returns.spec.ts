import { expect, SURVIVES, test } from './support/fixtures.js';

test('who reloads the page is back in the call without a click', { tag: SURVIVES }, async ({ together }) => {
  const { annsTab, bensTab } = await together();
  await bensTab.page.reload();
  await bensTab.sees('connected');
  await annsTab.sees('connected');
  await Promise.all([annsTab.seesAndHears(), bensTab.seesAndHears()]);
  expect(await annsTab.states()).not.toContain('peer-left');
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
