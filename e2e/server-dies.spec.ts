import { expect, NEEDS_REDIS, phaseOf, SURVIVES, test, type Together } from './support/fixtures.js';

/** Longest silence (ms) allowed between two browsers; far below the seconds the server is away. */
const NO_REAL_GAP_MS = 2000;

async function watchMedia({ annsTab, bensTab }: Together): Promise<() => Promise<void>> {
  const tabs = [annsTab, bensTab];
  const connections = await Promise.all(tabs.map((tab) => tab.media()));
  await Promise.all(tabs.map((tab) => tab.resetGap()));
  return async () => {
    await Promise.all(tabs.map((tab) => tab.seesAndHears()));
    const now = await Promise.all(tabs.map((tab) => tab.media()));
    expect(now.map((count) => count?.connection)).toEqual(connections.map((count) => count?.connection));
    for (const tab of tabs) expect(await tab.longestGapMs()).toBeLessThan(NO_REAL_GAP_MS);
  };
}

test(
  'the server is killed and started again in mid-call: picture and sound never stop, and the places are still theirs',
  { tag: SURVIVES },
  async ({ together, app, someone }) => {
    const both = await together();
    const mediaNeverStopped = await watchMedia(both);

    await app.kill();
    // Without any server the two go on.
    await Promise.all([both.annsTab.seesAndHears(), both.bensTab.seesAndHears()]);
    await app.restart();

    await expect.poll(() => phaseOf(app.url, both.link), { timeout: 60_000 }).toBe('live');
    await mediaNeverStopped();

    const third = await (await someone()).enter(both.link);
    await third.sees('full');
    await Promise.all([both.annsTab.sees('connected'), both.bensTab.sees('connected')]);
  },
);

test(
  'a server that stops in order and comes back interrupts nobody either',
  { tag: SURVIVES },
  async ({ together, app }) => {
    const both = await together();
    const mediaNeverStopped = await watchMedia(both);
    await app.restart();
    await mediaNeverStopped();
    // The way over the server works again: who reloads needs it.
    await both.bensTab.page.reload();
    await Promise.all([both.annsTab.sees('connected'), both.bensTab.sees('connected')]);
    await Promise.all([both.annsTab.seesAndHears(), both.bensTab.seesAndHears()]);
  },
);

test(
  'Redis loses everything in mid-call: the two keep talking and keep their places',
  { tag: NEEDS_REDIS },
  async ({ together, redis, someone }) => {
    const both = await together();
    const mediaNeverStopped = await watchMedia(both);
    await redis?.restart();
    await mediaNeverStopped();
    const third = await (await someone()).enter(both.link);
    await third.sees('full');
  },
);
