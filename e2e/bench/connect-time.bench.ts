import { randomBytes } from 'node:crypto';
import { test, type Browser } from '@playwright/test';
import { startApp } from '../support/app-server.js';
import { onFreePort, startChild, until } from '../support/child.js';
import { makeLink } from '../support/fixtures.js';
import { Person, type Tab } from '../support/people.js';
import { median, report } from './table.js';

const ROUNDS = 10;

/** One kind of call page: how a link is made, and when the first person is ready for the second. */
interface Page {
  readonly newLink: () => Promise<string>;
  readonly waiting: (tab: Tab) => Promise<unknown>;
}

/** Runs in the page: presses join the moment it can be pressed. */
function joinAtOnce(): void {
  const press = (): void => {
    const join = document.querySelector<HTMLButtonElement>('[data-testid="join-call"]');
    if (!join || join.disabled) return;
    observer.disconnect();
    join.click();
  };
  const observer = new MutationObserver(press);
  observer.observe(document, { subtree: true, childList: true, attributes: true });
}

async function arrive(browser: Browser): Promise<Person> {
  const person = await Person.arrive(browser);
  await person.context.addInitScript(joinAtOnce);
  return person;
}

/** ms from opening the link to the first picture, on the side that gets it later. */
async function linkToFrames(page: Page, ann: Person, ben: Person): Promise<number> {
  const link = await page.newLink();
  const annsTab = await ann.newTab();
  await annsTab.page.goto(link);
  await page.waiting(annsTab);
  const bensTab = await ben.newTab();
  const began = Date.now();
  await bensTab.page.goto(link, { waitUntil: 'commit' });
  const frames = await Promise.all(
    [annsTab, bensTab].map((tab) => until('the first picture', () => tab.firstFrameAt(), 60_000, 100)),
  );
  await Promise.all([annsTab.page.close(), bensTab.page.close()]);
  return Math.max(...frames) - began;
}

/** What the product's page asks of camera and microphone: the minimal page is to ask for the same. */
async function askedFor(browser: Browser, link: string): Promise<string> {
  const person = await Person.arrive(browser);
  const { page } = await person.newTab();
  let asked: string | undefined;
  await page.exposeFunction('noteConstraints', (text: string) => (asked ??= text));
  await page.addInitScript(() => {
    const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = (constraints) => {
      const note: unknown = Reflect.get(window, 'noteConstraints');
      if (typeof note === 'function') Reflect.apply(note, window, [JSON.stringify(constraints)]);
      return ask(constraints);
    };
  });
  await page.goto(link);
  const constraints = await until('the page asks for the camera', () => asked);
  await person.leave();
  return constraints;
}

async function startMinimal(constraints: string): Promise<{ page: Page; stop: () => Promise<unknown> }> {
  const script = new URL('./bare-relay.mjs', import.meta.url).pathname;
  const relay = await onFreePort(async (port) => {
    const child = await startChild(process.execPath, [script, String(port)], { ready: /ready/ });
    return { port, child };
  });
  const newLink = async (): Promise<string> => {
    const call = randomBytes(8).toString('hex');
    return `http://localhost:${relay.port}/?call=${call}&constraints=${encodeURIComponent(constraints)}`;
  };
  const waiting = (tab: Tab): Promise<unknown> =>
    until('the minimal page waits', async () => (await tab.page.title()) === 'entered');
  return { page: { newLink, waiting }, stop: () => relay.child.end() };
}

test('the second person: from the link to pictures on both sides', async ({ browser }) => {
  const app = await startApp();
  const minimal = await startMinimal(await askedFor(browser, await makeLink(app.url)));
  const ours: Page = { newLink: () => makeLink(app.url), waiting: (tab) => tab.sees('waiting') };
  const pages = { ours, minimal: minimal.page };
  const times = {
    cold: { ours: [] as number[], minimal: [] as number[] },
    warm: { ours: [] as number[], minimal: [] as number[] },
  };
  const ann = await arrive(browser);
  const regular = await arrive(browser);
  const kinds = ['ours', 'minimal'] as const;
  // What a browser keeps after a first visit, for the warm rounds; and the first visit of the process for all.
  for (const kind of kinds) await linkToFrames(pages[kind], ann, regular);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const kind of kinds) {
      const stranger = await arrive(browser);
      times.cold[kind].push(await linkToFrames(pages[kind], ann, stranger));
      await stranger.leave();
      times.warm[kind].push(await linkToFrames(pages[kind], ann, regular));
    }
  }
  await Promise.all([ann.leave(), regular.leave()]);
  await Promise.all([app.stop(), minimal.stop()]);
  const ratio = (cache: 'cold' | 'warm'): number => median(times[cache].ours) / median(times[cache].minimal);
  report(`Link to pictures on both sides, median of ${ROUNDS}`, [
    { what: 'o to o, cold', value: median(times.cold.ours), unit: 'ms' },
    { what: 'a minimal page over a bare relay, cold', value: median(times.cold.minimal), unit: 'ms' },
    { what: 'ratio, cold', value: ratio('cold'), unit: '×', limit: 1.3 },
    { what: 'o to o, warm cache', value: median(times.warm.ours), unit: 'ms' },
    { what: 'a minimal page over a bare relay, warm cache', value: median(times.warm.minimal), unit: 'ms' },
    { what: 'ratio, warm', value: ratio('warm'), unit: '×', limit: 1.1 },
  ]);
});
