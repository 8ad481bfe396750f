import type { Page, Route } from '@playwright/test';
import { expect, phaseOf, test } from './support/fixtures.js';
import type { Person } from './support/people.js';

/** Notes what a page asks the browser for, and every track it was ever given. */
function noteWhatIsAsked(): void {
  const asked = { devices: 0, sockets: 0, tracks: [] as MediaStreamTrack[] };
  Object.assign(window, { asked });
  if (!('mediaDevices' in navigator)) return; // the empty page before the first has none
  const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (constraints) => {
    asked.devices += 1;
    const stream = await ask(constraints);
    asked.tracks.push(...stream.getTracks());
    return stream;
  };
  const Native = window.WebSocket;
  window.WebSocket = class WebSocket extends Native {
    constructor(url: string | URL) {
      super(url);
      asked.sockets += 1;
    }
  };
}

interface Asked {
  readonly devices: number;
  readonly sockets: number;
  /** Kinds of the tracks that are live. */
  readonly on: string[];
}

const askedOf = (page: Page): Promise<Asked> =>
  page.evaluate(() => {
    const { asked } = window as unknown as {
      asked: { devices: number; sockets: number; tracks: MediaStreamTrack[] };
    };
    const on = asked.tracks.filter(({ readyState }) => readyState === 'live').map(({ kind }) => kind);
    return { devices: asked.devices, sockets: asked.sockets, on: on.sort() };
  });

/** A page whose scripts do not come until they are let through. */
async function withoutScripts(
  person: Person,
): Promise<{ page: Page; let: (how: 'through' | 'down') => void }> {
  await person.context.addInitScript(noteWhatIsAsked);
  const { page } = await person.newTab();
  const held: Route[] = [];
  let how: 'through' | 'down' | null = null;
  const decide = (route: Route): Promise<void> => (how === 'down' ? route.abort() : route.continue());
  await page.route('**/assets/*.js', (route) => (how ? decide(route) : void held.push(route)));
  return {
    page,
    let: (next) => {
      how = next;
      for (const route of held.splice(0)) void decide(route);
    },
  };
}

test('Join works from the first moment: pressed before any script has come, it is carried out', async ({
  someone,
  newLink,
  app,
}) => {
  const link = await newLink();
  const ann = await (await someone()).enter(link);
  await ann.sees('waiting');
  const { page, let: scripts } = await withoutScripts(await someone());
  await page.goto(link, { waitUntil: 'commit' });
  await page.getByTestId('join-call').click();
  await expect(page.getByTestId('call')).toHaveAttribute('data-state', 'entering');
  await expect(page.getByTestId('lobby')).toHaveCount(0);
  // The press is this page's, so far: nobody was told.
  expect(await phaseOf(app.url, link)).toBe('waiting');
  scripts('through');
  await expect(page.getByTestId('call')).toHaveAttribute('data-state', 'connected');
  await ann.seesAndHears();
  expect(await askedOf(page)).toEqual({ devices: 1, sockets: 1, on: ['audio', 'video'] });
});

/** Ann waits, and Ben has joined on a page whose app does not come until its requests are let go. */
async function joinedWithoutApp(
  ann: Person,
  ben: Person,
  link: string,
): Promise<{ page: Page; app: readonly Route[] }> {
  await (await ann.enter(link)).sees('waiting');
  const { page, let: scripts } = await withoutScripts(ben);
  const app: Route[] = [];
  await page.route('**/assets/base-*.js', (route) => void app.push(route));
  await page.goto(link, { waitUntil: 'commit' });
  await page.getByTestId('join-call').click();
  scripts('through');
  return { page, app };
}

test('who has joined sees the other before the app is drawn, and the app’s own picture takes its place', async ({
  someone,
  newLink,
}) => {
  const { page, app } = await joinedWithoutApp(await someone(), await someone(), await newLink());
  const first = page.locator('.first-picture');
  const pictures = (): Promise<number> =>
    first.evaluate((video: HTMLVideoElement) => video.getVideoPlaybackQuality().totalVideoFrames);
  await expect.poll(pictures).toBeGreaterThan(5);
  await expect(first).toHaveCSS('opacity', '1');
  // Dark, as the call is, in a light browser, too: nothing flashes when the call is drawn.
  await expect(first).toHaveCSS('background-color', 'rgb(14, 11, 10)');
  await expect(page.getByTestId('remote-video')).toHaveCount(0);
  for (const route of app) await route.continue();
  await expect(page.getByTestId('call')).toHaveAttribute('data-state', 'connected');
  await expect(first).toHaveCount(0);
  await expect(page.getByTestId('hang-up')).toBeVisible();
  await expect(page.getByTestId('remote-video')).toHaveCSS('opacity', '1');
});

test('of the other’s picture nothing stays on a page that cannot be drawn', async ({ someone, newLink }) => {
  const { page, app } = await joinedWithoutApp(await someone(), await someone(), await newLink());
  await expect(page.locator('.first-picture.seen')).toHaveCount(1);
  for (const route of app) await route.abort();
  await expect(page.getByText('This page could not be loaded.')).toBeVisible();
  await expect(page.locator('.first-picture')).toHaveCount(0);
  await expect.poll(async () => (await askedOf(page)).on).toEqual([]);
});

for (const [locale, title] of [
  ['en-US', 'Ready when you are'],
  ['zh-CN', '准备好了就加入吧'],
] as const)
  test(`the lobby is there before the scripts are, and stays the same when they come (${locale})`, async ({
    someone,
    newLink,
  }) => {
    const { page, let: scripts } = await withoutScripts(await someone({ locale }));
    await page.goto(await newLink(), { waitUntil: 'commit' });
    const lobby = page.getByTestId('lobby');
    await expect(lobby).toBeVisible();
    await expect(page.getByRole('heading')).toHaveText(title);
    await expect(page.locator('html')).toHaveAttribute('lang', locale === 'en-US' ? 'en' : locale);
    await page.getByTestId('join-call').focus();
    const places = (): Promise<unknown> =>
      page.evaluate(() =>
        ['toggle-microphone', 'toggle-camera'].map((id) => {
          const { x, width, height } =
            document.querySelector(`[data-testid="${id}"]`)?.getBoundingClientRect() ?? {};
          // How high it lies is another thing once the microphone is heard: its meter comes below.
          return [x, width, height];
        }),
      );
    const before = await places();
    scripts('through');
    await expect(page.getByTestId('devices')).toBeAttached();
    expect(await places()).toEqual(before);
    await expect(page.getByTestId('join-call')).toBeFocused();
    await expect(page.getByTestId('preview-video')).toBeVisible();
    expect(await askedOf(page)).toEqual({ devices: 1, sockets: 1, on: ['audio', 'video'] });
  });

test('what is switched off before the scripts are there is off at once, and stays off', async ({
  someone,
  newLink,
}) => {
  const { page, let: scripts } = await withoutScripts(await someone());
  await page.goto(await newLink(), { waitUntil: 'commit' });
  await page.getByTestId('toggle-camera').click();
  await expect.poll(async () => (await askedOf(page)).on).toEqual(['audio']);
  await page.keyboard.press('h');
  await expect.poll(async () => (await askedOf(page)).on).toEqual([]);
  scripts('through');
  await expect(page.getByTestId('devices')).toBeAttached();
  for (const device of ['camera', 'microphone']) {
    const toggle = page.getByTestId(`toggle-${device}`);
    await expect(toggle).toHaveAttribute('aria-pressed', 'false');
    await toggle.click();
    await expect(toggle).toHaveAttribute('aria-pressed', 'true');
  }
  expect((await askedOf(page)).on).toEqual(['audio', 'video']);
});

for (const [when, joins] of [
  ['in the lobby', false],
  ['after Join was pressed', true],
] as const)
  test(`scripts that do not come leave no camera on: the page says so (${when})`, async ({
    someone,
    newLink,
    app,
  }) => {
    const link = await newLink();
    const { page, let: scripts } = await withoutScripts(await someone());
    await page.goto(link, { waitUntil: 'commit' });
    await expect.poll(async () => (await askedOf(page)).on).toEqual(['audio', 'video']);
    if (joins) await page.getByTestId('join-call').click();
    scripts('down');
    await expect(page.getByText('This page could not be loaded.')).toBeVisible();
    await expect.poll(async () => (await askedOf(page)).on).toEqual([]);
    expect(await phaseOf(app.url, link)).toBe('empty');
  });

test('a page that cannot be drawn leaves nothing on, also when Join was pressed', async ({
  someone,
  newLink,
}) => {
  const { page, let: scripts } = await withoutScripts(await someone());
  await page.route('**/assets/base-*.js', (route) => route.abort());
  await page.goto(await newLink(), { waitUntil: 'commit' });
  await page.getByTestId('join-call').click();
  scripts('through');
  await expect(page.getByText('This page could not be loaded.')).toBeVisible();
  await expect.poll(async () => (await askedOf(page)).on).toEqual([]);
});

test('a damaged link says so at once, and asks for nothing', async ({ someone, newLink }) => {
  const { page, let: scripts } = await withoutScripts(await someone());
  await page.goto((await newLink()).slice(0, -5), { waitUntil: 'commit' });
  await page.waitForFunction(() => document.readyState !== 'loading');
  await expect(page.getByTestId('lobby')).toHaveCount(0);
  scripts('through');
  await expect(page.getByTestId('call')).toHaveAttribute('data-state', 'damaged-link');
  expect(await askedOf(page)).toEqual({ devices: 0, sockets: 0, on: [] });
});
