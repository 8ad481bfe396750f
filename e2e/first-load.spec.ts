import { gzipSync } from 'node:zlib';
import type { Response } from '@playwright/test';
import { expect, test } from './support/fixtures.js';
import { workerReady } from './support/worker.js';

/** First-load JavaScript, gzipped (bytes); and requests of any kind. */
const MOST_BYTES = 75 * 1024;
const MOST_REQUESTS = 8;

for (const where of ['home', 'call'] as const) {
  test(`the first load of the ${where} page is small: at most 75 KB of JavaScript in at most 8 requests`, async ({
    someone,
    app,
    newLink,
  }) => {
    const { page } = await (await someone()).newTab();
    const responses: Response[] = [];
    page.on('response', (response) => responses.push(response));
    await page.goto(where === 'home' ? `${app.url}/` : await newLink(), { waitUntil: 'networkidle' });
    await page.getByTestId(where === 'home' ? 'start-call' : 'join-call').waitFor();

    const scripts = responses.filter((response) => response.request().resourceType() === 'script');
    expect(scripts.length).toBeGreaterThan(0);
    const sizes = await Promise.all(scripts.map(async (script) => gzipSync(await script.body()).length));
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    test
      .info()
      .annotations.push({ type: 'first load', description: `${bytes} B, ${responses.length} requests` });
    expect(bytes).toBeLessThanOrEqual(MOST_BYTES);
    expect(responses.map((response) => new URL(response.url()).pathname).length).toBeLessThanOrEqual(
      MOST_REQUESTS,
    );
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
