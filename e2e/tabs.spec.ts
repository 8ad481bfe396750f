import { expect, test } from './support/fixtures.js';

test('a second tab of the same browser may take the call over; the first says so', async ({ together }) => {
  const { link, ben, annsTab, bensTab } = await together();
  const second = await ben.newTab();
  await second.page.goto(link);
  await expect(second.page.getByTestId('join-second')).toBeVisible();
  await second.page.getByTestId('move-here').click();
  await second.joinOrReturn();
  await second.sees('connected');
  await bensTab.sees('superseded');
  await annsTab.sees('connected');
  await Promise.all([annsTab.seesAndHears(), second.seesAndHears()]);
  expect(await annsTab.states()).not.toContain('peer-left');
});

test('who tries it alone in two tabs of one browser talks to themselves', async ({ someone, newLink }) => {
  const link = await newLink();
  const ann = await someone();
  const first = await ann.enter(link);
  await first.sees('waiting');
  const second = await ann.newTab();
  await second.page.goto(link);
  await second.page.getByTestId('join-second').click();
  await second.joinOrReturn();
  await Promise.all([first.sees('connected'), second.sees('connected')]);
  await Promise.all([first.seesAndHears(), second.seesAndHears()]);
});

test('both of two tabs of one browser may reload', async ({ someone, newLink }) => {
  const link = await newLink();
  const ann = await someone();
  const first = await ann.enter(link);
  await first.sees('waiting');
  const second = await ann.newTab();
  await second.page.goto(link);
  await second.page.getByTestId('join-second').click();
  await second.joinOrReturn();
  await Promise.all([first.sees('connected'), second.sees('connected')]);
  for (const tab of [first, second]) {
    await tab.page.reload();
    await Promise.all([first.sees('connected'), second.sees('connected')]);
    await Promise.all([first.seesAndHears(), second.seesAndHears()]);
  }
});
