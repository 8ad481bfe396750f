import { randomBytes } from 'node:crypto';
import { test, type Browser } from '@playwright/test';
import { startApp } from '../support/app-server.js';
import { onFreePort, startChild, until } from '../support/child.js';
import { makeLink } from '../support/fixtures.js';
import { Person, type Tab } from '../support/people.js';
import { workerReady } from '../support/worker.js';
import { median, report, type Measure } from './table.js';

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
    document.documentElement.dataset.joinedAt = String(performance.timeOrigin + performance.now());
    join.click();
  };
  const observer = new MutationObserver(press);
  observer.observe(document, { subtree: true, childList: true, attributes: true });
}

/** Runs in the page: notes when its screen first shows the other person, which is later than the first decoded picture. */
function noteShown(): void {
  const note = ({ target }: Event): void => {
    const isTheirs =
      target instanceof HTMLVideoElement &&
      (target.matches('#remote, .first-picture') || target.dataset.testid === 'remote-video');
    if (isTheirs)
      document.documentElement.dataset.shownAt ??= String(performance.timeOrigin + performance.now());
  };
  document.addEventListener('playing', note, { capture: true });
}

async function arrive(browser: Browser): Promise<Person> {
  const person = await Person.arrive(browser);
  await person.context.addInitScript(joinAtOnce);
  await person.context.addInitScript(noteShown);
  return person;
}

/** ms from the second person's opening of the link. */
interface Moments {
  /** Join was pressed; 0 on a page that asks for no click. */
  readonly joined: number;
  readonly connected: number;
  readonly bensPicture: number;
  readonly annsPicture: number;
  /** The second person's screen shows it. */
  readonly shown: number;
  /** Both see each other. */
  readonly both: number;
}

async function linkToFrames(page: Page, ann: Person, ben: Person): Promise<Moments> {
  const link = await page.newLink();
  const annsTab = await ann.newTab();
  await annsTab.page.goto(link);
  await page.waiting(annsTab);
  const bensTab = await ben.newTab();
  const began = Date.now();
  await bensTab.page.goto(link, { waitUntil: 'commit' });
  const picture = (tab: Tab): Promise<number> =>
    until('the first picture', () => tab.firstFrameAt(), 60_000, 100);
  const [annsPicture, bensPicture] = await Promise.all([picture(annsTab), picture(bensTab)]);
  const connected = await until('the connection', () => bensTab.firstConnectedAt());
  const joined = await bensTab.page.evaluate(() => document.documentElement.dataset.joinedAt);
  const shown = await until('the picture on the screen', () =>
    bensTab.page.evaluate(() => document.documentElement.dataset.shownAt),
  );
  await Promise.all([annsTab.page.close(), bensTab.page.close()]);
  return {
    joined: joined === undefined ? 0 : Number(joined) - began,
    connected: connected - began,
    bensPicture: bensPicture - began,
    annsPicture: annsPicture - began,
    shown: Number(shown) - began,
    both: Math.max(annsPicture, bensPicture) - began,
  };
}

const CACHES = ['cold', 'warm'] as const;
const KINDS = ['ours', 'minimal'] as const;
type Times = Record<(typeof CACHES)[number], Record<(typeof KINDS)[number], Moments[]>>;

const medianOf = (moments: readonly Moments[], what: keyof Moments): number =>
  Math.round(median(moments.map((each) => each[what])));

function measures(times: Times): Measure[] {
  const limits = { cold: 1.3, warm: 1.1 };
  return CACHES.flatMap((cache) => [
    ...KINDS.flatMap((kind) => {
      const name = `${kind === 'ours' ? 'o to o' : 'a minimal page over a bare relay'}, ${cache}`;
      const row = (what: keyof Moments, as: string): Measure => ({
        what: as,
        value: medianOf(times[cache][kind], what),
        unit: 'ms',
      });
      return [
        row('both', name),
        ...(kind === 'ours' ? [row('joined', '    join pressed')] : []),
        row('connected', '    connected'),
        row('bensPicture', '    the second person sees'),
        row('annsPicture', '    the first person sees'),
        row('shown', '    on the second person’s screen'),
      ];
    }),
    {
      what: `ratio, ${cache}`,
      value: medianOf(times[cache].ours, 'both') / medianOf(times[cache].minimal, 'both'),
      unit: '×',
      limit: limits[cache],
    },
  ]);
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
  const script = new URL('../load/bare-relay.mjs', import.meta.url).pathname;
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
  const times: Times = { cold: { ours: [], minimal: [] }, warm: { ours: [], minimal: [] } };
  const ann = await arrive(browser);
  const regular = await arrive(browser);
  // What a browser keeps after a first visit, for the warm rounds; and the first visit of the process for all.
  const home = await regular.newTab();
  await home.page.goto(`${app.url}/`);
  await workerReady(home.page);
  await home.page.close();
  for (const kind of KINDS) await linkToFrames(pages[kind], ann, regular);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const kind of KINDS) {
      const stranger = await arrive(browser);
      times.cold[kind].push(await linkToFrames(pages[kind], ann, stranger));
      await stranger.leave();
      times.warm[kind].push(await linkToFrames(pages[kind], ann, regular));
    }
  }
  await Promise.all([ann.leave(), regular.leave()]);
  await Promise.all([app.stop(), minimal.stop()]);
  report(`The second person: link to pictures on both sides, median of ${ROUNDS}`, measures(times));
});
