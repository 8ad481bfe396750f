import { test } from '@playwright/test';
import { startApp } from '../support/app-server.js';
import { Person } from '../support/people.js';
import { workerReady } from '../support/worker.js';
import { median, report } from './table.js';

const ROUNDS = 10;

/** Runs in the page: ms from the opening of the address to the button being drawn. */
function drawnAt(): void {
  new MutationObserver((_changes, observer) => {
    if (!document.querySelector('[data-testid="start-call"]')) return;
    observer.disconnect();
    requestAnimationFrame(() => (document.documentElement.dataset.drawn = String(performance.now())));
  }).observe(document, { subtree: true, childList: true });
}

test('opening the app without a network', async ({ browser }) => {
  const app = await startApp();
  const ann = await Person.arrive(browser);
  await ann.context.addInitScript(drawnAt);
  const first = await ann.newTab();
  await first.page.goto(`${app.url}/`);
  await workerReady(first.page);
  await first.page.close();
  await ann.context.setOffline(true);
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const { page } = await ann.newTab();
    await page.goto(`${app.url}/`);
    await page.locator('html[data-drawn]').waitFor();
    times.push(await page.evaluate(() => Number(document.documentElement.dataset.drawn)));
    await page.close();
  }
  await ann.leave();
  await app.stop();
  report(`Without a network: from the address to the start page, ${ROUNDS} times`, [
    { what: 'median', value: Math.round(median(times)), unit: 'ms', limit: 1000 },
    { what: 'longest', value: Math.round(Math.max(...times)), unit: 'ms' },
  ]);
});
