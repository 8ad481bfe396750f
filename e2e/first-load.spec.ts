import { gzipSync } from 'node:zlib';
import type { Request } from '@playwright/test';
import { expect, test } from './support/fixtures.js';
import { workerReady } from './support/worker.js';

/** First-load JavaScript, gzipped (bytes), with what stands in the page itself; and requests of any kind. */
const MOST_BYTES = 75 * 1024;
const MOST_REQUESTS = 8;

/** The first file of what a page fetches later, when nothing else is to be done; whatever it asks for before is its first load. */
const LATER = { home: /\/assets\/app-/, call: /\/api\/calls\/|\/assets\/call-run-/ };

for (const where of ['home', 'call'] as const) {
  test(`the first load of the ${where} page is small: at most 75 KB of JavaScript in at most 8 requests`, async ({
    someone,
    app,
    newLink,
  }) => {
    const { page } = await (await someone()).newTab();
    const asked: Request[] = [];
    page.on('request', (request) => asked.push(request));
    const later = page.waitForRequest(LATER[where]);
    await page.goto(where === 'home' ? `${app.url}/` : await newLink());
    const first = asked.slice(0, asked.indexOf(await later));

    const scripts = first.filter((request) => request.resourceType() === 'script');
    expect(scripts.length).toBeGreaterThan(0);
    const responses = await Promise.all(scripts.map((script) => script.response()));
    const bodies = await Promise.all(responses.flatMap((response) => response?.body() ?? []));
    expect(bodies.length).toBe(scripts.length);
    const within = await page.$$eval('script:not([src])', (found) =>
      found.map(({ textContent }) => textContent),
    );
    const sizes = [...bodies, ...within].map((text) => gzipSync(text).length);
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    test.info().annotations.push({ type: 'first load', description: `${bytes} B, ${first.length} requests` });
    expect(bytes).toBeLessThanOrEqual(MOST_BYTES);
    expect(first.length).toBeLessThanOrEqual(MOST_REQUESTS);
  });
}

/** ms after the first page is drawn in which the worker must not yet ask for anything; it waits a little longer. */
const WORKER_KEEPS_AWAY_MS = 3000;
/** All pages in all languages, compressed (bytes): what the worker keeps for the days without a network. */
const MOST_KEPT_BYTES = 300 * 1024;

test('what is kept for later is fetched later: when the page has long been there, one file after the other, and each once', async ({
  someone,
  app,
}) => {
  const ann = await someone();
  const asked: { readonly path: string; readonly at: number }[] = [];
  ann.context.on('request', (request) => {
    if (request.serviceWorker()) asked.push({ path: new URL(request.url()).pathname, at: Date.now() });
  });
  const { page } = await ann.newTab();
  await page.goto(`${app.url}/`);
  await page.getByTestId('start-call').waitFor();
  const drawn = Date.now();
  await workerReady(page);
  const [first] = asked;
  expect(first?.path).toBe('/sw.js');
  expect((first?.at ?? 0) - drawn).toBeGreaterThan(WORKER_KEEPS_AWAY_MS);
  const paths = asked.map(({ path }) => path);
  expect(new Set(paths).size).toBe(paths.length);
  const sizes = await Promise.all(
    paths.map(async (path) => {
      const answer = await fetch(`${app.url}${path}`, { headers: { 'accept-encoding': 'gzip' } });
      return Number(answer.headers.get('content-length'));
    }),
  );
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  const began = `${String((first?.at ?? 0) - drawn)} ms after the page`;
  test.info().annotations.push({ type: 'kept', description: `${paths.length} files, ${bytes} B, ${began}` });
  expect(bytes).toBeLessThanOrEqual(MOST_KEPT_BYTES);
});

test('nothing is fetched for later while a call is open, from the lobby on', async ({
  someone,
  app,
  newLink,
}) => {
  const ann = await someone();
  const tab = await ann.enter(await newLink());
  await tab.sees('waiting');
  // Another page of this browser, calm and long enough open, leaves the network to the call.
  const { page } = await ann.newTab();
  await page.goto(`${app.url}/`);
  for (const open of [tab.page, page]) await open.waitForFunction(() => performance.now() > 7000);
  const registered = (): Promise<boolean> =>
    page.evaluate(async () => (await navigator.serviceWorker.getRegistration()) !== undefined);
  expect(await registered()).toBe(false);
  await tab.hangUp();
  await tab.sees('ended');
  await expect.poll(registered, { timeout: 60_000 }).toBe(true);
});
