import { expect, phaseOf, SURVIVES, test } from './support/fixtures.js';

test('two people who open one link see and hear each other', { tag: SURVIVES }, async ({ together }) => {
  const { annsTab, bensTab } = await together();
  await expect(annsTab.page.getByTestId('remote-video')).toBeVisible();
  await expect(bensTab.page.getByTestId('local-video')).toBeVisible();
  // It goes on, in both directions.
  await Promise.all([annsTab.seesAndHears(), bensTab.seesAndHears()]);
});

test(
  'a third person is told that the call has two people, and the two notice nothing',
  { tag: SURVIVES },
  async ({ together, someone }) => {
    const { link, annsTab, bensTab } = await together();
    const before = await Promise.all([annsTab.media(), bensTab.media()]);
    const statesBefore = await Promise.all([annsTab.states(), bensTab.states()]);

    const third = await (await someone()).enter(link);
    await third.sees('full');

    await Promise.all([annsTab.seesAndHears(), bensTab.seesAndHears()]);
    expect(await Promise.all([annsTab.states(), bensTab.states()])).toEqual(statesBefore);
    const after = await Promise.all([annsTab.media(), bensTab.media()]);
    expect(after.map((count) => count?.connection)).toEqual(before.map((count) => count?.connection));
  },
);

test('opening a link takes no seat: the two who join first are in', async ({ someone, newLink }) => {
  const link = await newLink();
  const onlooker = await (await someone()).newTab();
  await onlooker.page.goto(link);
  await expect(onlooker.page.getByTestId('lobby')).toBeVisible();

  const ann = await (await someone()).enter(link);
  const ben = await (await someone()).enter(link);
  await Promise.all([ann.sees('connected'), ben.sees('connected')]);

  await onlooker.page.getByTestId('join-call').click();
  await onlooker.sees('full');
});

test('what the server says about a call is what is so', async ({ together, app }) => {
  const { link, bensTab } = await together();
  expect(await phaseOf(app.url, link)).toBe('live');
  await bensTab.hangUp();
  await expect.poll(() => phaseOf(app.url, link)).toBe('waiting');
});
