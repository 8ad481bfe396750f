import { test, type Page } from '@playwright/test';
import type { Page as FirefoxPage } from 'puppeteer-core';
import { startApp, type AppServer } from '../support/app-server.js';
import { until } from '../support/child.js';
import { launchFirefox } from '../support/firefox.js';
import { startPushService } from '../support/push-service.js';
import { asDevice, ringsOf, type DeviceOfPage } from '../support/ring-people.js';
import { median, report } from './table.js';

const ROUNDS = 20;
/** Rounds before anything counts: what is fetched and compiled once is no part of ringing. */
const WARM_UP = 2;

declare global {
  interface Window {
    /** When (ms since 1970) the button was pressed, and when the page first showed a state, or that it is ringing there. */
    __rang?: Partial<Record<string, number>>;
    /** Tags of notifications → when they were first seen. */
    __notes?: Partial<Record<string, number>>;
  }
}

/** Runs in the caller's page, before its own scripts. */
function watchCaller(): void {
  const now = (): number => performance.timeOrigin + performance.now();
  const seen: Partial<Record<string, number>> = {};
  window.__rang = seen;
  addEventListener(
    'click',
    ({ target }) => {
      if (target instanceof Element && target.closest('[data-testid="ring-button"]')) seen.pressed ??= now();
    },
    true,
  );
  new MutationObserver(() => {
    const ring = document.querySelector('[data-testid="ring"]');
    const state = ring?.getAttribute('data-state');
    if (state) seen[state] ??= now();
    if (ring?.textContent.includes('Ringing…')) seen.there ??= now();
  }).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
}

/** Runs in a page of the called browser that is no part of being rung: it only looks at what the worker shows. */
function watchNotes(): void {
  const seen: Partial<Record<string, number>> = {};
  window.__notes = seen;
  const look = async (): Promise<void> => {
    const registration = await navigator.serviceWorker.getRegistration('/');
    for (const { tag } of (await registration?.getNotifications()) ?? []) seen[tag] ??= Date.now();
    setTimeout(() => void look(), 5);
  };
  void look();
}

/** Firefox has a ring link and takes pushes; none of its pages listens. */
async function reachable(page: FirefoxPage, url: string): Promise<{ link: string; device: DeviceOfPage }> {
  await page.goto(`${url}/settings`);
  await page.waitForSelector('[data-testid="create-ring-link"]');
  await page.click('[data-testid="create-ring-link"]');
  await page.waitForSelector('[data-testid="ring-link-address"]');
  const link = await page.$eval('[data-testid="ring-link-address"]', (anchor) => anchor.getAttribute('href'));
  await page.click('[data-testid="enable-notifications"]');
  const text = await page.evaluate(
    () =>
      new Promise<string>((done) => {
        const opening = indexedDB.open('o-to-o');
        opening.onsuccess = () => {
          const asked = opening.result.transaction('device').objectStore('device').get('this');
          asked.onsuccess = () => done(JSON.stringify(asked.result));
        };
      }),
  );
  const device = JSON.parse(text) as DeviceOfPage;
  await until('the subscription is at the server', async () => {
    const answer = await asDevice(url, device, '/api/devices/me');
    return ((await answer.json()) as { pushSubscribed: boolean }).pushSubscribed;
  });
  await page.goto(`${url}/api/docs`);
  await page.evaluate(watchNotes);
  return { link: link ?? '', device };
}

const seenBy = (page: Page, what: string): Promise<number> =>
  until(`the caller sees "${what}"`, () => page.evaluate((name) => window.__rang?.[name], what), 60_000, 20);

interface Round {
  readonly ringing: number;
  readonly shown: number;
  readonly answered: number;
}

/** As a page does that answers. Firefox keeps back more than three notifications that wait for somebody. */
const clearNotes = (page: FirefoxPage): Promise<void> =>
  page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration('/');
    for (const note of (await registration?.getNotifications()) ?? []) note.close();
  });

/** One ring, ended by the rung device. */
async function ring(
  caller: Page,
  called: FirefoxPage,
  { url }: AppServer,
  { link, device }: { link: string; device: DeviceOfPage },
  how: 'answer' | 'decline',
): Promise<Round> {
  await caller.goto('about:blank');
  await caller.goto(link);
  await caller.getByTestId('ring-button').click();
  const there = await seenBy(caller, 'there');
  const pressed = await seenBy(caller, 'pressed');
  const going = (await ringsOf(url, device)).find(
    ({ state }) => state === 'delivered' || state === 'ringing',
  );
  if (!going) throw new Error('Nobody rings.');
  const { ringId } = going;
  const shown = await until(
    'the notification',
    () => called.evaluate((tag) => window.__notes?.[tag], ringId),
    60_000,
    20,
  );
  await clearNotes(called);
  const at = Date.now();
  await asDevice(url, device, `/api/rings/${ringId}/${how}`, 'POST');
  const answered = (await seenBy(caller, how === 'answer' ? 'answered' : 'declined')) - at;
  return { ringing: there - pressed, shown: shown - pressed, answered };
}

test('ringing', async ({ browser }) => {
  const service = await startPushService();
  const app = await startApp({ env: { ...service.serverEnv, RATE_LIMITS: 'off' } });
  const firefox = await launchFirefox(service.firefoxPreferences);
  const called = await firefox.browser.newPage();
  const line = await reachable(called, app.url);
  const context = await browser.newContext({ locale: 'en-US' });
  await context.grantPermissions(['camera', 'microphone']);
  await context.addInitScript(watchCaller);
  const caller = await context.newPage();
  const rounds: Round[] = [];
  for (let n = 0; n < WARM_UP + ROUNDS; n += 1) {
    const round = await ring(caller, called, app, line, n % 2 === 0 ? 'decline' : 'answer');
    if (n >= WARM_UP) rounds.push(round);
  }
  await context.close();
  await firefox.close();
  await app.stop();
  await service.stop();
  const middle = (of: (round: Round) => number): number => median(rounds.map(of));
  report(`Ringing Firefox by a push, from Chromium, median of ${ROUNDS}`, [
    { what: 'from the tap on Ring to "Ringing…"', value: middle((r) => r.ringing), unit: 'ms', limit: 300 },
    {
      what: 'from the tap on Ring to the notification',
      value: middle((r) => r.shown),
      unit: 'ms',
      limit: 1000,
    },
    {
      what: 'from answer or decline to the caller’s page',
      value: middle((r) => r.answered),
      unit: 'ms',
      limit: 300,
    },
  ]);
});
