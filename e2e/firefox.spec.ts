import { startApp } from './support/app-server.js';
import { until } from './support/child.js';
import { expect, test } from './support/fixtures.js';
import { FirefoxTab, launchFirefox } from './support/firefox.js';
import type { Tab } from './support/people.js';
import { startPushService } from './support/push-service.js';
import { ringThrough } from './support/ringing.js';
import { lookAtOff, offWatch, sends, type Device } from './support/off-watch.js';

const PICTURES = '[data-testid="safety-pictures"]';

/** The four names of the safety code. */
async function codeInFirefox({ page }: FirefoxTab): Promise<readonly string[]> {
  await page.click('[data-testid="more"]');
  await page.click('[data-testid="safety-code"]');
  await page.waitForSelector(PICTURES);
  const names = await page.$$eval(`${PICTURES} .name`, (shown) => shown.map((name) => name.textContent));
  expect(names).toHaveLength(4);
  return names;
}

async function codeInChromium({ page }: Tab): Promise<readonly string[]> {
  await page.mouse.move(50, 50);
  await page.mouse.move(60, 60);
  await page.getByTestId('more').click();
  await page.getByTestId('safety-code').click();
  await page.locator(PICTURES).waitFor();
  return page.locator(`${PICTURES} .name`).allTextContents();
}

test('Chromium and Firefox talk: join, reload on either side, hang up, return', async ({
  someone,
  newLink,
}) => {
  const { browser, close } = await launchFirefox();
  try {
    const link = await newLink();
    const ann = await someone();
    const annsTab = await ann.enter(link);
    await annsTab.sees('waiting');
    const bensTab = await FirefoxTab.open(browser);
    await bensTab.enter(link);
    const together = async (): Promise<void> => {
      await Promise.all([annsTab.sees('connected'), bensTab.sees('connected')]);
      await Promise.all([annsTab.seesAndHears(), bensTab.seesAndHears()]);
    };
    await together();

    await bensTab.page.reload();
    await together();
    expect(await annsTab.states()).not.toContain('peer-left');

    await annsTab.page.reload();
    await together();
    expect(await bensTab.states()).not.toContain('peer-left');

    await bensTab.hangUp();
    await bensTab.sees('ended');
    await annsTab.sees('peer-left');
    await bensTab.page.click('[data-testid="rejoin"]');
    await together();

    await annsTab.hangUp();
    await annsTab.sees('ended');
    await bensTab.sees('peer-left');
    expect(bensTab.problems).toEqual([]);
  } finally {
    await close();
  }
});

test('Firefox makes the call, Chromium comes: the first to come may use either, and both see one safety code', async ({
  someone,
  newLink,
}) => {
  const { browser, close } = await launchFirefox();
  try {
    const link = await newLink();
    const annsTab = await FirefoxTab.open(browser);
    await annsTab.enter(link);
    await annsTab.sees('waiting');
    const bensTab = await (await someone()).enter(link);
    await Promise.all([annsTab.sees('connected'), bensTab.sees('connected')]);
    await Promise.all([annsTab.seesAndHears(), bensTab.seesAndHears()]);
    expect(await codeInFirefox(annsTab)).toEqual(await codeInChromium(bensTab));
    expect(annsTab.problems).toEqual([]);
  } finally {
    await close();
  }
});

test('in Firefox, too, a device that is off neither runs nor sends, also while nothing else happens for long', async ({
  someone,
  newLink,
}) => {
  const { browser, close } = await launchFirefox();
  try {
    const link = await newLink();
    const annsTab = await (await someone()).enter(link);
    const bensTab = await FirefoxTab.open(browser);
    await bensTab.page.evaluateOnNewDocument(offWatch());
    await bensTab.enter(link);
    await Promise.all([annsTab.seesAndHears(), bensTab.seesAndHears()]);
    const switchIt = (device: Device) => bensTab.page.click(`[data-testid="toggle-${device}"]`);
    for (let round = 0; round < 2; round += 1) {
      for (const device of ['camera', 'microphone'] as const) {
        await sends(bensTab.page, device);
        await switchIt(device);
        const counter = device === 'camera' ? 'framesDecoded' : 'audioEnergy';
        // Without a track Firefox 153 would send a black picture each second: three seconds have room for some.
        const found = await lookAtOff(bensTab.page, device, () => annsTab.stopsReceiving(counter, 3000));
        expect(found).toEqual([]);
        await switchIt(device);
      }
    }
    await annsTab.seesAndHears();
    expect(bensTab.problems).toEqual([]);
  } finally {
    await close();
  }
});

test('Firefox is rung by a real push while it shows no page of ours, and the two are in the call', async ({
  someone,
}) => {
  const service = await startPushService();
  const app = await startApp({ env: service.serverEnv });
  const { browser, close } = await launchFirefox(service.firefoxPreferences);
  try {
    const bensTab = await FirefoxTab.open(browser);
    const { page } = bensTab;
    await page.goto(`${app.url}/settings`);
    await page.waitForSelector('[data-testid="create-ring-link"]');
    await page.click('[data-testid="create-ring-link"]');
    const shown = await page.waitForSelector('[data-testid="ring-link-address"]');
    const address = await shown?.evaluate((link) => link.getAttribute('href'));
    await page.click('[data-testid="enable-notifications"]');
    await page.waitForFunction(() => document.body.textContent.includes('Notifications are on'));
    await page.goto('about:blank');

    const annsTab = await (await someone()).newTab();
    await ringThrough(annsTab, address ?? '', 'Ann');
    await until('Firefox has the push', () => service.acknowledged() > 0, 60_000);
    await expect(annsTab.page.getByTestId('ring')).toHaveAttribute('data-state', 'ringing');
    await page.goto(`${app.url}/`);
    const titles = await page.evaluate(async () => {
      const worker = await navigator.serviceWorker.ready;
      return (await worker.getNotifications()).map(({ title }) => title).join();
    });
    expect(titles).toBe('Ann is calling');
    await page.waitForSelector('[data-testid="ring-accept"]');
    await page.click('[data-testid="ring-accept"]');
    await Promise.all([annsTab.sees('connected'), bensTab.sees('connected')]);
    await Promise.all([annsTab.seesAndHears(), bensTab.seesAndHears()]);
    expect(bensTab.problems).toEqual([]);
  } finally {
    await close();
    await app.stop();
    await service.stop();
  }
});
