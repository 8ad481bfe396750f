import { startApp, type AppServer } from './support/app-server.js';
import { until } from './support/child.js';
import { expect, makeLink, test } from './support/fixtures.js';
import type { Person, Tab } from './support/people.js';
import { newReceiver, type PushReceiver } from './support/push-receiver.js';
import { startPushService, type PushService } from './support/push-service.js';
import { deviceOf } from './support/ring-people.js';
import { makeRingLink, ringThrough } from './support/ringing.js';
import { WokenWorker } from './support/worker.js';

// Ringing a browser that shows no page of ours, or none that listens. The push service is a real one; from it to Chromium's
// worker the DevTools protocol carries the message. Firefox gets it by itself: ringing.firefox.

let service: PushService;
let app: AppServer;

test.beforeAll(async () => {
  service = await startPushService();
  app = await startApp({ env: service.serverEnv });
});
test.afterAll(async () => {
  await app.stop();
  await service.stop();
});

interface Called {
  readonly tab: Tab;
  readonly address: string;
  readonly worker: WokenWorker;
  readonly receiver: PushReceiver;
}

/** Ben has a ring link, and his browser takes pushes. */
async function reachable(ben: Person): Promise<Called> {
  await ben.context.grantPermissions(['camera', 'microphone', 'notifications']);
  const tab = await ben.newTab();
  const address = await makeRingLink(tab, app.url, 'Friends');
  const worker = await WokenWorker.of(tab.page);
  const receiver = newReceiver(service);
  const { deviceId, deviceSecret } = await deviceOf(tab.page);
  const put = await fetch(`${app.url}/api/devices/me/push-subscription`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${deviceId}.${deviceSecret}`, 'content-type': 'application/json' },
    body: JSON.stringify(receiver.subscription),
  });
  expect(put.status).toBe(204);
  return { tab, address, worker, receiver };
}

const nextPush = async (receiver: PushReceiver, before: number): Promise<string> =>
  until('a push', () => receiver.texts[before]);

test('a push shows who calls; Accept on it leads straight into the call', async ({ someone }) => {
  const { tab, address, worker, receiver } = await reachable(await someone());
  // A page that is no part of being rung: it does not listen.
  const ann = await (await someone()).newTab();
  await ringThrough(ann, address, 'Ann');
  await worker.push(await nextPush(receiver, 0));
  const note = await worker.shows('Ann is calling');
  expect(note).toMatchObject({ body: 'By your ring link “Friends”', actions: ['accept', 'decline'] });
  expect(service.posted.at(-1)).toMatchObject({ urgency: 'high', ttlS: 45 });

  await worker.tap(note.tag, 'accept');
  await Promise.all([tab.sees('connected'), ann.sees('connected')]);
  expect(await worker.notes()).toEqual([]);
});

test('Decline on it is told to the caller, and opens nothing', async ({ someone }) => {
  const { tab, address, worker, receiver } = await reachable(await someone());
  const ann = await (await someone()).newTab();
  await ringThrough(ann, address, '');
  await worker.push(await nextPush(receiver, 0));
  const { tag } = await worker.shows('Somebody is calling');
  await worker.tap(tag, 'decline');
  await expect(ann.page.getByTestId('ring')).toHaveAttribute('data-state', 'declined');
  expect(new URL(tab.page.url()).pathname).toBe('/settings');
});

test('a caller who gives up leaves a quiet trace in the place of the ringing', async ({ someone }) => {
  const { tab, address, worker, receiver } = await reachable(await someone());
  const ann = await (await someone()).newTab();
  await ringThrough(ann, address, 'Ann');
  await worker.push(await nextPush(receiver, 0));
  await worker.shows('Ann is calling');
  await ann.page.getByTestId('ring-cancel').click();
  await worker.push(await nextPush(receiver, 1));
  const trace = await worker.shows('Missed call from Ann');
  expect(trace.isSilent).toBe(true);
  await tab.page.goto(`${app.url}/`);
  await expect(tab.page.getByText(/Ann called at/)).toBeVisible();
});

test('what windows look through while a push is being shown is shown all the same', async ({ someone }) => {
  const { worker } = await reachable(await someone());
  await worker.looksThroughAllTheTime();
  // Many times, as Chromium loses what is shown and listed at once only now and then.
  for (let time = 0; time < 20; time += 1) {
    await worker.clear();
    await worker.push('nonsense');
    await worker.shows('Somebody is calling');
  }
});

test('a push that makes no sense is shown all the same', async ({ someone }) => {
  const { worker } = await reachable(await someone());
  for (const nonsense of ['', 'nonsense', '{"kind":"ring"}', '[]']) {
    await worker.push(nonsense);
    await worker.shows('Somebody is calling');
  }
});

test('whoever is in a call is asked there, and nothing is taken over', async ({ someone }) => {
  const ben = await someone();
  const { tab, address, worker, receiver } = await reachable(ben);
  await tab.enter(await makeLink(app.url));
  await tab.sees('waiting');
  const before = tab.page.url();
  const ann = await (await someone()).newTab();
  await ringThrough(ann, address, 'Ann');
  await worker.push(await nextPush(receiver, 0));
  const note = await worker.shows('Ann is calling');
  expect(note.isSilent).toBe(true);
  await worker.tap(note.tag, 'accept');
  await expect(tab.page.getByText('Ann is calling')).toBeVisible();
  expect(tab.page.url()).toBe(before);
  await tab.sees('waiting');
});
