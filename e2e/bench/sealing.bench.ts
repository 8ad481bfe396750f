import { fileURLToPath } from 'node:url';
import { test, type Page } from '@playwright/test';
import { build, type Rolldown } from 'vite';
import { startApp } from '../support/app-server.js';
import { report } from './table.js';

const MESSAGES = 3000;
/** ms a message may take: it must not be felt. */
const LIMIT_MS = 1;

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The product's own sealing and packing, as a browser gets them, for a page to try. */
async function bundle(): Promise<string> {
  const built = (await build({
    configFile: false,
    logLevel: 'error',
    resolve: {
      alias: { '@protocol': at('../../server/src/protocol/index.ts'), '@': at('../../client/src') },
    },
    build: {
      write: false,
      lib: {
        entry: at('../../client/src/privacy/testing/measured-sealing.ts'),
        formats: ['iife'],
        name: 'sealingBench',
      },
    },
  })) as Rolldown.RolldownOutput[];
  return built[0]?.output[0].code ?? '';
}

const run = (
  page: Page,
  code: string,
  bytes: number,
): Promise<{ seal: number; open: number; whole: number }> =>
  page.evaluate(`(() => { ${code}; return sealingBench.measure(${MESSAGES}, ${bytes}); })()`);

test('sealing a message', async ({ browser }) => {
  const app = await startApp();
  const page = await browser.newPage();
  await page.goto(`${app.url}/settings`);
  const code = await bundle();
  await run(page, code, 300);
  const [small, large] = [await run(page, code, 300), await run(page, code, 6000)];
  await page.close();
  await app.stop();
  const line = (what: string, value: number) => ({ what, value, unit: 'ms', limit: LIMIT_MS });
  report(`Sealing in Chromium, mean of ${MESSAGES} messages one after the other`, [
    line('seal 300 B (an offer, packed)', small.seal),
    line('open 300 B', small.open),
    line('seal 6,000 B', large.seal),
    line('open 6,000 B', large.open),
    { what: 'pack, seal, open and unpack an offer of 5.6 KB', value: small.whole, unit: 'ms' },
  ]);
});
