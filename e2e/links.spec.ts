import { randomBytes } from 'node:crypto';
import { expect, test } from './support/fixtures.js';

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
