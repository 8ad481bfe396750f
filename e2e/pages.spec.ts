import { devices } from '@playwright/test';
import { expect, test } from './support/fixtures.js';

test('from the home page: start a call, join, and send the link', async ({ someone, app }) => {
  const ann = await someone();
  const { page } = await ann.newTab();
  await page.goto(`${app.url}/`);
  await page.getByTestId('start-call').click();
  await expect(page.getByTestId('lobby')).toBeVisible();
  await page.getByTestId('join-call').click();
  await expect(page.getByTestId('call')).toHaveAttribute('data-state', 'waiting');
  await expect(page.getByTestId('lobby')).toHaveCount(0);

  await page.getByTestId('copy-link').click();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toBe(page.url());
  expect(copied).toMatch(/\/c\/[\w-]{28}#[\w-]{22}$/);

  const ben = await (await someone()).enter(copied);
  await ben.sees('connected');
  await ben.seesAndHears();
});

test('a link typed at the home page opens its call', async ({ someone, app, newLink }) => {
  const { page } = await (await someone()).newTab();
  const link = await newLink();
  await page.goto(`${app.url}/`);
  await page.getByTestId('join-link').fill(link);
  await page.getByTestId('join-open').click();
  await expect(page.getByTestId('lobby')).toBeVisible();
  expect(page.url()).toBe(link);
});

test('the language follows the browser, can be chosen, and is remembered', async ({ someone, app }) => {
  const reader = await someone({ locale: 'zh-CN' });
  const { page } = await reader.newTab();
  await page.goto(`${app.url}/`);
  await expect(page.locator('html')).toHaveAttribute('lang', /^zh/);
  await expect(page.getByTestId('start-call')).toHaveText(/[\u4e00-\u9fff]/);

  await page.getByTestId('language').selectOption('en');
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await expect(page.getByTestId('start-call')).toHaveText(/Start a call/);
  await page.reload();
  await expect(page.getByTestId('start-call')).toHaveText(/Start a call/);
});

test('the whole call can be had in Chinese', async ({ someone, newLink }) => {
  const tab = await (await someone({ locale: 'zh-CN' })).enter(await newLink());
  await tab.sees('waiting');
  await expect(tab.page.getByTestId('copy-link')).toHaveAccessibleName(/[\u4e00-\u9fff]/);
  await expect(tab.page.getByTestId('hang-up')).toHaveAccessibleName(/[\u4e00-\u9fff]/);
});

test('on a phone nothing is cut off, and what one presses is big enough for a thumb', async ({
  someone,
  newLink,
}) => {
  const { viewport, userAgent, deviceScaleFactor, isMobile, hasTouch } = devices['Pixel 7'];
  const link = await newLink();
  const phone = await someone({ viewport, userAgent, deviceScaleFactor, isMobile, hasTouch });
  const tab = await phone.enter(link);
  const ben = await (await someone()).enter(link);
  await Promise.all([tab.sees('connected'), ben.sees('connected')]);
  await tab.seesAndHears();

  const wider = await tab.page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(wider).toBe(0);
  await tab.page.touchscreen.tap(viewport.width / 2, viewport.height / 3);
  for (const id of ['toggle-microphone', 'toggle-camera', 'more', 'hang-up']) {
    const control = tab.page.getByTestId(id);
    await expect(control).toBeInViewport({ ratio: 1 });
    const box = await control.boundingBox();
    expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(44);
  }
});
