import { randomBytes } from 'node:crypto';
import { expect, phaseOf, test } from './support/fixtures.js';

test('a link that lost its key on the way is told to be damaged', async ({ someone, newLink }) => {
  const link = await newLink();
  const tab = await (await someone()).newTab();
  await tab.page.goto(link.slice(0, link.indexOf('#')));
  await tab.sees('damaged-link');
});

test('a link with half a key is told to be damaged', async ({ someone, newLink }) => {
  const tab = await (await someone()).newTab();
  await tab.page.goto((await newLink()).slice(0, -5));
  await tab.sees('damaged-link');
});

test('a link to a call that never was says so', async ({ someone, app }) => {
  const tab = await (await someone()).newTab();
  const invented = randomBytes(21).toString('base64url');
  await tab.enter(`${app.url}/c/${invented}#${randomBytes(16).toString('base64url')}`);
  await tab.sees('unknown-call');
});

test('the key never reaches the server', async ({ someone, newLink }) => {
  const link = await newLink();
  const key = link.split('#')[1] ?? '';
  const ann = await someone();
  const sent: string[] = [];
  ann.context.on('request', (request) =>
    sent.push(request.url().split('#')[0] ?? '', request.postData() ?? ''),
  );
  const tab = await ann.newTab();
  tab.page.on('websocket', (socket) => {
    sent.push(socket.url());
    socket.on('framesent', ({ payload }) => sent.push(String(payload)));
  });
  await tab.enter(link);
  await tab.sees('waiting');
  expect(sent.join('\n')).toContain('"enter"');
  expect(sent.join('\n')).not.toContain(key);
});

test('no page asks anybody but its own server for anything', async ({ someone, app, newLink }) => {
  const ann = await someone();
  const hosts = new Set<string>();
  ann.context.on('request', (request) => hosts.add(new URL(request.url()).origin));
  const tab = await ann.newTab();
  await tab.page.goto(`${app.url}/`);
  await tab.page.getByTestId('start-call').waitFor();
  await tab.enter(await newLink());
  await tab.sees('waiting');
  expect([...hosts].filter((origin) => origin !== 'null')).toEqual([new URL(app.url).origin]);
});

test('the key is in the address while somebody may need it, and gone from it afterwards', async ({
  together,
}) => {
  const { link, annsTab } = await together();
  const { page } = annsTab;
  expect(page.url()).toBe(link);
  await annsTab.hangUp();
  await annsTab.sees('ended');
  await expect(page).toHaveURL(link.slice(0, link.indexOf('#')));
  // It is not lost: joining again, loading the page again and opening the link again all work.
  await page.getByTestId('rejoin').click();
  await annsTab.sees('connected');
  await expect(page).toHaveURL(link);
  await annsTab.hangUp();
  await annsTab.sees('ended');
  await page.reload();
  await annsTab.joinOrReturn();
  await annsTab.sees('connected');
  await annsTab.hangUp();
  await annsTab.sees('ended');
  await page.goto(link);
  await annsTab.joinOrReturn();
  await annsTab.sees('connected');
});

test('a page that the browser draws ahead, for somebody who may never look, asks for nothing', async ({
  someone,
  newLink,
  app,
}) => {
  const link = await newLink();
  const ann = await someone();
  await ann.context.addInitScript(() => {
    let ahead = true;
    Object.defineProperty(document, 'prerendering', { get: () => ahead });
    Object.assign(window, {
      __look: () => {
        ahead = false;
        document.dispatchEvent(new Event('prerenderingchange'));
      },
    });
  });
  const tab = await ann.newTab();
  const asked: string[] = [];
  tab.page.on('websocket', (socket) => asked.push(socket.url()));
  await tab.page.goto(link, { waitUntil: 'networkidle' });
  await expect(tab.page.getByRole('main')).toBeVisible();
  await expect(tab.page.getByTestId('lobby')).toBeHidden();
  expect(asked).toEqual([]);
  expect(await phaseOf(app.url, link)).toBe('empty');
  await tab.page.evaluate(() => (window as unknown as { __look: () => void }).__look());
  await tab.joinOrReturn();
  await tab.sees('waiting');
});
