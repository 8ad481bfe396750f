import type { Page } from '@playwright/test';
import { startApp } from './support/app-server.js';
import { expect, makeLink, phaseOf, test } from './support/fixtures.js';
import { startFront } from './support/front.js';
import type { Person, Tab } from './support/people.js';
import { workerReady } from './support/worker.js';

/** A tab of somebody whose browser has kept the pages. */
async function regular(person: Person, url: string): Promise<Tab> {
  const tab = await person.newTab();
  await tab.page.goto(`${url}/`);
  await workerReady(tab.page);
  return tab;
}

/** Width and height of a PNG. */
function sizeOf(png: Buffer): string {
  return `${png.readUInt32BE(16)}x${png.readUInt32BE(20)}`;
}

interface Picture {
  readonly src: string;
  readonly sizes: string;
  readonly type: string;
  readonly purpose?: string;
  readonly form_factor?: string;
}

interface Manifest {
  readonly [field: string]: unknown;
  readonly icons: readonly Picture[];
  readonly screenshots: readonly Picture[];
  readonly shortcuts: readonly {
    readonly name: string;
    readonly url: string;
    readonly icons: readonly Picture[];
  }[];
}

test('the app can be installed: its manifest has everything that is asked for, and all its pictures are what it says', async ({
  someone,
  app,
}) => {
  const { page } = await regular(await someone(), app.url);
  const devTools = await page.context().newCDPSession(page);
  const { errors, data = '' } = await devTools.send('Page.getAppManifest');
  expect(errors).toEqual([]);
  const { installabilityErrors } = await devTools.send('Page.getInstallabilityErrors');
  // The tests' browsers have no profile on disk.
  expect(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito')).toEqual([]);

  const manifest = JSON.parse(data) as Manifest;
  expect(manifest).toMatchObject({
    id: '/',
    start_url: '/',
    scope: '/',
    display: 'standalone',
    name: 'o to o',
  });
  for (const field of ['short_name', 'description', 'lang', 'dir', 'theme_color', 'background_color'])
    expect(typeof manifest[field], field).toBe('string');
  const { icons, screenshots, shortcuts } = manifest;
  for (const purpose of ['any', 'maskable', 'monochrome'])
    for (const sizes of ['192x192', '512x512'])
      expect(icons.some((icon) => icon.purpose === purpose && icon.sizes === sizes)).toBe(true);
  expect(screenshots.map(({ form_factor }) => form_factor).sort()).toEqual(['narrow', 'wide']);
  expect(shortcuts.map(({ name, url }) => [name, url])).toEqual([['Start a call', '/?start']]);
  const pictures = [...icons, ...screenshots, ...shortcuts.flatMap((shortcut) => shortcut.icons)];
  for (const { src, sizes, type } of pictures) {
    const answer = await fetch(`${app.url}${src}`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, type]);
    if (type === 'image/png') expect(sizeOf(Buffer.from(await answer.arrayBuffer())), src).toBe(sizes);
  }
  for (const [name, href] of [['apple-touch-icon', '/icons/apple-touch-icon.png']] as const) {
    await expect(page.locator(`link[rel="${name}"]`)).toHaveAttribute('href', href);
    expect((await fetch(`${app.url}${href}`)).status).toBe(200);
  }
});

test('a shortcut starts a call, and a link that is shared to the app opens', async ({ someone, app }) => {
  const tab = await regular(await someone(), app.url);
  await tab.page.goto(`${app.url}/?start`);
  await expect(tab.page.getByTestId('lobby')).toBeVisible();
  await expect(tab.page).toHaveURL(/\/c\/[\w-]+#[\w-]+$/);

  const link = await makeLink(app.url);
  const asked: string[] = [];
  tab.page.context().on('request', (request) => {
    if (!request.serviceWorker()) return;
    asked.push(request.url());
  });
  const shared = new URLSearchParams({ title: 'o to o', text: `Talk with me: ${link}`, url: '' });
  await tab.page.goto(`${app.url}/?${shared.toString()}`);
  await expect(tab.page.getByTestId('lobby')).toBeVisible();
  await expect(tab.page).toHaveURL(link);
  // What was shared holds a call's key: the worker keeps it on the device.
  expect(asked.join('\n')).not.toContain(encodeURIComponent(link.split('#')[1] ?? '#'));
});

/** Headers that say what a page may do. */
const SECURITY =
  /^(?:content-security-policy|permissions-policy|referrer-policy|cross-origin-|x-content-type|x-frame|x-robots|origin-agent|strict-transport|link$)/;

const secured = (headers: Record<string, string>): [string, string][] =>
  Object.entries(headers)
    .filter(([name]) => SECURITY.test(name))
    .sort();

test('without a network the app opens at once: home, settings, and a calm word that one is offline', async ({
  someone,
  app,
}) => {
  const ann = await someone();
  const { page } = await regular(ann, app.url);
  for (const path of ['/', '/settings', '/no/such/page', '/c/x', '/r/x']) {
    const served = await fetch(`${app.url}${path}`);
    const kept = await page.goto(`${app.url}${path}`);
    expect(kept?.fromServiceWorker()).toBe(true);
    const headers = await kept?.allHeaders();
    expect(secured(headers ?? {}), path).toEqual(secured(Object.fromEntries(served.headers)));
  }
  await ann.context.setOffline(true);
  const began = Date.now();
  await page.goto(`${app.url}/`);
  await expect(page.getByTestId('start-call')).toBeVisible();
  const ms = Date.now() - began;
  test.info().annotations.push({ type: 'offline opening', description: `${ms} ms` });
  // A second on a quiet machine (npm run bench -- offline); these cores are shared.
  expect(ms).toBeLessThan(10_000);
  await expect(page.getByTestId('offline-banner')).toBeVisible();
  await page.getByTestId('start-call').click();
  await expect(page.getByText('The server could not be reached')).toBeVisible();
  await page.goto(`${app.url}/settings`);
  await expect(page.getByTestId('theme')).toBeVisible();
  await ann.context.setOffline(false);
  await expect(page.getByTestId('offline-banner')).toBeHidden();
});

test('a link opened without a network waits, and joins when the network is back', async ({
  someone,
  app,
}) => {
  const ann = await someone();
  const tab = await regular(ann, app.url);
  const link = await makeLink(app.url);
  await ann.context.setOffline(true);
  await tab.page.goto(link);
  await tab.page.getByTestId('join-call').click();
  await tab.sees('entering');
  await expect(tab.page.getByTestId('call').getByText('This page tries again by itself.')).toBeVisible();
  await ann.context.setOffline(false);
  await tab.sees('waiting');
  expect(await phaseOf(app.url, link)).toBe('waiting');
});

test('what the server says is never kept: without it there is no answer', async ({ someone }) => {
  const app = await startApp();
  const { page } = await regular(await someone(), app.url);
  const ask = (): Promise<number> => page.evaluate(async () => (await fetch('/api/config')).status);
  expect(await ask()).toBe(200);
  const kept = await page.evaluate(async () => {
    const names = await caches.keys();
    const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return requests.flat().map(({ url }) => new URL(url).pathname);
  });
  expect(kept).toContain('/');
  expect(kept.filter((path) => path.startsWith('/api') || path.includes('healthz'))).toEqual([]);
  await app.stop();
  await expect(ask()).rejects.toThrow(/Failed to fetch/);
  await page.goto(`${app.url}/`);
  await expect(page.getByTestId('start-call')).toBeVisible();
});

const waits = (page: Page): Promise<boolean> =>
  page.evaluate(async () => Boolean((await navigator.serviceWorker.getRegistration())?.waiting));

/** How many windows of this browser have a call open, as the app itself asks for it. */
const callLocks = async (): Promise<number> =>
  ((await navigator.locks.query()).held ?? []).filter(({ name }) => name?.startsWith('o-to-o/call/')).length;

test('a newer version is offered, never forced, and never while a call is open in any window', async ({
  someone,
}) => {
  let version = '';
  const front = await startFront({
    answer: ({ url }, response) => {
      if (url !== '/sw.js' || version === '') return false;
      newerWorker().then(
        (script) => {
          response.writeHead(200, { 'content-type': 'text/javascript', 'cache-control': 'no-cache' });
          response.end(script);
        },
        // The browser looks for it whenever it likes, also when the server is gone.
        () => response.destroy(),
      );
      return true;
    },
  });
  const url = `http://localhost:${front.port}`;
  const app = await startApp({ url });
  front.leadsTo(app.port);
  const newerWorker = async (): Promise<string> =>
    `${await (await fetch(`http://127.0.0.1:${app.port}/sw.js`)).text()}\n// ${version}`;

  const ann = await someone();
  const { page } = await regular(ann, url);
  version = 'newer';
  await page.reload();
  const update = page.getByTestId('update');
  await expect(update).toBeVisible();
  expect(await waits(page)).toBe(true);
  // Nothing happens by itself, neither at a reload.
  await page.reload();
  await expect(update).toBeVisible();
  expect(await waits(page)).toBe(true);

  const call = await ann.newTab();
  await call.page.goto(await makeLink(app.url));
  await expect(call.page.getByTestId('lobby')).toBeVisible();
  await page.evaluate(() => Object.assign(window, { before: true }));
  await update.click();
  await expect(page.getByText('A call is open in another window')).toBeVisible();
  expect(await waits(page)).toBe(true);
  await expect(call.page.getByTestId('update')).toBeHidden();
  await call.joinOrReturn();
  await call.sees('waiting');
  await call.page.close();
  // The browser says that a window is closed before it has let go of what that held.
  await expect.poll(() => page.evaluate(callLocks)).toBe(0);

  await update.click();
  await expect.poll(() => page.evaluate(() => 'before' in window).catch(() => true)).toBe(false);
  await workerReady(page);
  await expect.poll(() => waits(page)).toBe(false);
  await expect(page.getByTestId('start-call')).toBeVisible();
  await app.stop();
  front.close();
});

test('installing is offered once the browser allows it, and the hint is gone for good once dismissed', async ({
  someone,
  app,
}) => {
  const { page } = await (await someone()).newTab();
  await page.goto(`${app.url}/`);
  await expect(page.getByTestId('start-call')).toBeVisible();
  await page.evaluate(() => {
    const offer = new Event('beforeinstallprompt', { cancelable: true });
    dispatchEvent(Object.assign(offer, { prompt: async () => Object.assign(window, { prompted: true }) }));
  });
  await page.getByTestId('install').click();
  expect(await page.evaluate(() => 'prompted' in window)).toBe(true);
  await expect(page.getByTestId('install')).toBeHidden();
});

const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1';

test('on an iPhone the steps are shown where ringing is wanted, until one wants them no more', async ({
  someone,
  app,
}) => {
  const ann = await someone({ userAgent: IPHONE });
  const { page } = await ann.newTab();
  await page.goto(`${app.url}/settings`);
  await page.getByTestId('create-ring-link').click();
  await expect(page.getByTestId('install-hint')).toContainText('Add to Home Screen');
  await page.getByTestId('install-never').click();
  await expect(page.getByTestId('install-hint')).toBeHidden();
  await page.reload();
  await page.getByTestId('ring-link-address').waitFor();
  await expect(page.getByTestId('install-hint')).toBeHidden();
  // What is shown while it starts is drawn for this very screen.
  await expect(page.locator('link[rel="apple-touch-startup-image"]').first()).toHaveAttribute(
    'href',
    /^data:image\/png/,
  );
});
