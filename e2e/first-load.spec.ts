import { gzipSync } from 'node:zlib';
import type { Response } from '@playwright/test';
import { expect, test } from './support/fixtures.js';

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
