import { AxeBuilder } from '@axe-core/playwright';
import { type Page } from '@playwright/test';
import { until } from './support/child.js';
import { expect, SURVIVES, test } from './support/fixtures.js';
import { Tab } from './support/people.js';
import {
  asDevice,
  deviceOf,
  keptBy,
  withRingLink,
  openRingLink,
  ringIs,
  ringsOf,
} from './support/ring-people.js';

const WCAG_AA = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

async function putsUpNoBarriers(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(WCAG_AA).analyze();
  expect(
    violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')}`)),
  ).toEqual([]);
}

test(`whoever has a ring link rings, is answered, and is in the call at once ${SURVIVES}`, async ({
  someone,
  app,
}) => {
  const [ann, ben] = [await someone(), await someone()];
  const { page: settings, link } = await withRingLink(ann, app.url, 'Family');
  const device = await deviceOf(settings);
  await putsUpNoBarriers(settings);
  // Ann's browser has no open page now, and takes no messages: there is no way to her yet.
  await settings.close();

  const page = await openRingLink(ben, link);
  await ringIs(page, 'idle');
  await putsUpNoBarriers(page);
  await page.getByTestId('caller-name').fill('Ben');
  await page.getByTestId('ring-button').click();
  await ringIs(page, 'ringing');
  await expect(
    page.getByTestId('ring').getByText('If they open o to o before your ring ends', { exact: false }),
  ).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Calling…' })).toBeVisible();
  await putsUpNoBarriers(page);

  const [rung] = await ringsOf(app.url, device);
  expect(JSON.stringify(rung)).not.toContain('Ben');
  expect((await asDevice(app.url, device, `/api/rings/${rung?.ringId}/answer`, 'POST')).status).toBe(204);
  await page.waitForURL(/\/c\//);
  const bensTab = new Tab(page);
  await bensTab.sees('waiting');
  const annsTab = await ann.enter(page.url());
  await Promise.all([annsTab.sees('connected'), bensTab.sees('connected')]);
  await Promise.all([annsTab.seesAndHears(), bensTab.seesAndHears()]);
  expect(await bensTab.states()).not.toContain('superseded');
});

test('a declined ring says so, a cancelled one leaves its trace, and the page that is left rings no longer', async ({
  someone,
  app,
}) => {
  const { page: settings, link } = await withRingLink(await someone(), app.url);
  const device = await deviceOf(settings);
  await settings.close();
  const page = await openRingLink(await someone(), link);

  await page.getByTestId('ring-button').click();
  const first = await until('a ring', async () => (await ringsOf(app.url, device))[0]);
  await asDevice(app.url, device, `/api/rings/${first.ringId}/decline`, 'POST');
  await ringIs(page, 'declined');
  await expect(page.getByRole('heading', { name: 'They cannot talk right now' })).toBeVisible();

  const cancelled = async (): Promise<number> =>
    (await ringsOf(app.url, device)).filter(({ state }) => state === 'cancelled').length;
  await page.getByTestId('ring-button').click();
  await expect(
    page.getByTestId('ring').getByText('If they open o to o before your ring ends', { exact: false }),
  ).toBeVisible();
  await page.getByTestId('ring-cancel').click();
  await ringIs(page, 'idle');
  await until('the trace of a cancelled ring', async () => (await cancelled()) === 1);

  await page.getByTestId('ring-button').click();
  await expect(
    page.getByTestId('ring').getByText('If they open o to o before your ring ends', { exact: false }),
  ).toBeVisible();
  await page.goto('about:blank');
  await until('the trace of a page that was left', async () => (await cancelled()) === 2);
});

test('callers wait in a line, each sees the own place, which outlives a reload', async ({ someone, app }) => {
  const { page: settings, link } = await withRingLink(await someone(), app.url);
  const device = await deviceOf(settings);
  await settings.getByTestId('ring-link-times').click();
  await settings.getByTestId('ring-link-line').check();
  await settings.getByTestId('ring-link-minutes').fill('10');
  await settings.getByTestId('ring-link-times-save').click();
  await expect(settings.getByText('Saved.')).toBeVisible();
  await settings.close();

  const [ben, carl] = [await openRingLink(await someone(), link), await openRingLink(await someone(), link)];
  await expect(ben.getByText('Talks here take about 10 minutes.')).toBeVisible();
  await ben.getByTestId('ring-button').click();
  await expect(ben.getByRole('heading', { name: 'You are next' })).toBeVisible();
  await carl.getByTestId('ring-button').click();
  await expect(carl.getByRole('heading', { name: 'You are number 2 in line' })).toBeVisible();
  await putsUpNoBarriers(carl);
  await carl.reload();
  await expect(carl.getByRole('heading', { name: 'You are number 2 in line' })).toBeVisible();

  const slug = new URL(link).pathname.split('/').at(-1);
  const next = await asDevice(app.url, device, `/api/ring-links/${slug}/next`, 'POST');
  expect(next.status).toBe(200);
  await ben.waitForURL(/\/c\//);
  await new Tab(ben).sees('waiting');
  await expect(carl.getByRole('heading', { name: 'You are next' })).toBeVisible();
});

test('a paused link takes no calls until it is resumed, one taken back never again, and what the server lost gets a new address', async ({
  someone,
  app,
}) => {
  const { page: settings, link } = await withRingLink(await someone(), app.url);
  const page = await openRingLink(await someone(), link);
  await ringIs(page, 'idle');
  await settings.getByTestId('ring-link-pause').click();
  await expect(settings.getByText('Paused. Nobody can ring you here.')).toBeVisible();
  await page.getByTestId('ring-button').click();
  await ringIs(page, 'unavailable');
  await expect(page.getByRole('heading', { name: 'They take no calls right now' })).toBeVisible();
  await settings.getByTestId('ring-link-pause').click();
  await expect(settings.getByText('Paused. Nobody can ring you here.')).toBeHidden();
  await page.reload();
  await ringIs(page, 'idle');

  await asDevice(app.url, await deviceOf(settings), '/api/devices/me', 'DELETE');
  await page.reload();
  await expect(page.getByRole('heading', { name: 'This ring link does not work any more' })).toBeVisible();
  await settings.reload();
  await expect(settings.getByText('The old one is dead', { exact: false })).toBeVisible();
  const renewed = (await settings.getByTestId('ring-link-address').getAttribute('href')) ?? '';
  expect(renewed).not.toBe(link);
  await page.goto(renewed);
  await ringIs(page, 'idle');

  await settings.getByTestId('ring-link-revoke').click();
  await settings.getByTestId('ring-link-revoke-confirm').click();
  await expect(settings.getByTestId('ring-link-address')).toBeHidden();
  await page.reload();
  await ringIs(page, 'unavailable');
});

test('nothing is left of a forgotten device, neither at the server nor in the browser', async ({
  someone,
  app,
}) => {
  const ann = await someone();
  const { page, link } = await withRingLink(ann, app.url, 'Family');
  const device = await deviceOf(page);
  await until('the worker', async () => ((await keptBy(page)).caches?.length ?? 0) > 0);
  const { page: another } = await ann.newTab();
  await another.goto(`${app.url}/settings`);
  await another.getByTestId('ring-link-address').waitFor();
  // Its pages listen: what they hear from the server must not make them a device again.
  const made: string[] = [];
  ann.context.on('request', (request) => {
    if (request.method() === 'POST') made.push(new URL(request.url()).pathname);
  });
  await page.getByTestId('forget-device').click();
  await page.getByTestId('forget-device-confirm').click();
  await Promise.all([page.waitForURL(`${app.url}/`), another.waitForURL(`${app.url}/`)]);
  const nothing = { databases: [], caches: [], localStorage: [], sessionStorage: [], workers: [] };
  // The router of the page that is shown now may have noted its own place.
  expect({ ...(await keptBy(page)), sessionStorage: [] }).toEqual(nothing);
  expect((await asDevice(app.url, device, '/api/devices/me')).status).toBe(401);
  const slug = new URL(link).pathname.split('/').at(-1);
  expect((await fetch(`${app.url}/api/ring-links/${slug}`)).status).toBe(404);
  await Promise.all([page.waitForLoadState('networkidle'), another.waitForLoadState('networkidle')]);
  expect(made).toEqual([]);
  expect({ ...(await keptBy(page)), sessionStorage: [] }).toMatchObject({ databases: [], localStorage: [] });
});

test('who was kept is rung with one tap from the start page, and goes along in a file that only its passphrase opens', async ({
  someone,
  app,
}) => {
  const { page: settings, link } = await withRingLink(await someone(), app.url);
  await settings.close();
  const ben = await someone();
  const { page } = await ben.newTab();
  await page.goto(`${app.url}/`);
  await page.getByTestId('join-link').fill(`Ring me here: ${link}`);
  await page.getByTestId('join-open').click();
  await ringIs(page, 'idle');
  await page.getByText('Keep this person').first().click();
  await page.getByTestId('keep-name').fill('Ann');
  await page.getByTestId('keep-person').click();
  await expect(page.getByRole('heading', { name: 'Ring Ann' })).toBeVisible();

  await page.goto(`${app.url}/`);
  await page.getByTestId('people-list').waitFor();
  await putsUpNoBarriers(page);
  await page.getByRole('button', { name: 'Ring Ann' }).click();
  await ringIs(page, 'ringing');
  await page.getByTestId('ring-cancel').click();
  await page.reload();
  await ringIs(page, 'idle');

  await page.goto(`${app.url}/settings`);
  await page.getByText('Take the people you can ring along').click();
  await page.getByTestId('people-passphrase').fill('a long passphrase');
  const downloading = page.waitForEvent('download');
  await page.getByTestId('people-export').click();
  const file = await (await downloading).path();

  const { page: elsewhere } = await (await someone()).newTab();
  await elsewhere.goto(`${app.url}/settings`);
  await elsewhere.getByText('Take the people you can ring along').click();
  await elsewhere.getByTestId('people-file').setInputFiles(file);
  await elsewhere.getByTestId('people-open-passphrase').fill('another passphrase');
  await elsewhere.getByTestId('people-import').click();
  await expect(
    elsewhere.getByText('The file does not open with this passphrase', { exact: false }),
  ).toBeVisible();
  await elsewhere.getByTestId('people-open-passphrase').fill('a long passphrase');
  await elsewhere.getByTestId('people-import').click();
  await expect(elsewhere.getByText('Opened. 1 new, 0 already here.')).toBeVisible();
  await elsewhere.goto(`${app.url}/`);
  await expect(elsewhere.getByRole('button', { name: 'Ring Ann' })).toBeVisible();
});
