import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startPostgres, type PostgresServer } from '../../../e2e/support/postgres.js';
import { startRedis, type RedisServer } from '../../../e2e/support/redis.js';
import type { RingNews } from '../protocol/index.js';
import type { Page } from '../signaling/testing/page.js';
import type { Api, DeviceKeys } from './testing/api.js';
import { NO_DATABASE, RingingApp } from './testing/ringing-app.js';

let postgres: PostgresServer;
let redis: RedisServer;
let here: RingingApp;
let there: RingingApp;
let api: Api;
let device: DeviceKeys;
let slug: string;
const pages: Page[] = [];

beforeAll(async () => {
  [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  const env = {
    DATABASE_URL: postgres.url,
    REDIS_URL: redis.url,
    SERVER_SECRET: 'the secret of both servers of this test',
  };
  [here, there] = [await RingingApp.start(env), await RingingApp.start(env)];
  api = here.api();
});
afterAll(async () => {
  await Promise.all([here.stop(), there.stop()]);
  await Promise.all([redis.stop(), postgres.stop()]);
});
beforeEach(async () => {
  device = await api.device();
  slug = (await api.link(device)).slug;
});
afterEach(() => {
  for (const page of pages.splice(0)) page.socket.terminate();
});

async function open(at: RingingApp): Promise<Page> {
  const page = await at.open();
  pages.push(page);
  return page;
}

/** Waits to be rung. */
async function attends(at: RingingApp, who = device): Promise<Page> {
  const page = await open(at);
  page.send({ event: 'attend', data: who });
  return page;
}

/** Waits in a call of their own. */
async function waits(at: RingingApp): Promise<{ page: Page; callId: string }> {
  const callId = await api.call();
  const page = await open(at);
  await page.enter(callId);
  return { page, callId };
}

async function hears(page: Page, state: RingNews['state']): Promise<RingNews> {
  for (;;) {
    const news = await page.until('ring');
    if (news.state === state) return news;
  }
}

describe('an open page of a device', () => {
  it('hears who rings, whichever server the caller is at, and the caller that it is delivered, answered, declined', async () => {
    const attending = await attends(there);
    expect(await attending.next()).toEqual({ event: 'attended', data: { pulseMs: 25_000 } });
    for (const [act, state] of [
      [(id: string) => there.api().answer(device, id), 'answered'],
      [(id: string) => there.api().decline(device, id), 'declined'],
      [(id: string) => here.api().cancel(id), 'cancelled'],
    ] as const) {
      const { page, callId } = await waits(here);
      const { ringId } = (await api.ring(slug, callId)).body;
      expect(await attending.until('rung')).toMatchObject({ ringId, slug, callId, sealedKey: 'c2VhbGVk' });
      // Without a push subscription: never first that no device can be reached.
      expect(await page.until('ring')).toEqual({ ringId, state: 'delivered' });
      await act(ringId);
      expect(await hears(page, state)).toEqual({ ringId, state });
      expect(await attending.until('rung-over')).toEqual({ ringId, state });
      page.send({ event: 'leave', data: {} });
    }
  });

  it('that opens while it rings is told at once, and that delivers it', async () => {
    const { page, callId } = await waits(here);
    const { ringId } = (await api.ring(slug, callId)).body;
    expect(await hears(page, 'undelivered')).toEqual({ ringId, state: 'undelivered', reason: 'no-device' });
    const attending = await attends(there);
    expect((await attending.next()).data).toMatchObject({ ringId, callId });
    expect((await attending.next()).event).toBe('attended');
    await hears(page, 'delivered');
  });

  it('hears how many wait in a line, and of a link that is taken back', async () => {
    const line = await api.link(device, { line: { open: true, minutes: null } });
    const attending = await attends(there);
    expect(await attending.next()).toEqual({ event: 'line', data: { slug: line.slug, waiting: 0 } });
    const { page, callId } = await waits(here);
    await api.ring(line.slug, callId);
    expect(await attending.until('line')).toEqual({ slug: line.slug, waiting: 1 });
    const ringing = await waits(here);
    const { ringId } = (await api.ring(slug, ringing.callId)).body;
    await attending.until('rung');
    await api.ask('DELETE', `/api/ring-links/${slug}`, device);
    await hears(ringing.page, 'closed');
    expect(await attending.until('rung-over')).toEqual({ ringId, state: 'closed' });
    const other = await attends(here);
    await other.until('attended');
    await api.ask('DELETE', '/api/devices/me', device);
    await hears(page, 'closed');
    // Forgotten, it has no open pages any more, whichever server they are at.
    for (const each of [attending, other]) {
      expect(await each.until('refused')).toMatchObject({ reason: 'bad-message' });
      expect(await each.closed).toBe(4002);
    }
  });

  it('says pulse and is answered; it may neither enter nor speak into calls', async () => {
    const attending = await attends(here);
    await attending.until('attended');
    const { callId } = await waits(here);
    attending.send({ event: 'pulse', data: { peerAlive: false } });
    expect((await attending.next()).event).toBe('pulse');
    attending.send({ event: 'enter', data: { callId, holder: 'AAECAwQFBgcICQoLDA0ODw' } });
    expect((await attending.next()).data).toMatchObject({ reason: 'already-entered' });
    attending.relay('hello');
    expect((await attending.next()).data).toMatchObject({ reason: 'not-entered' });
    for (const frame of [
      { event: 'lock', data: { on: true } },
      { event: 'block', data: {} },
    ] as const) {
      attending.send(frame);
      expect((await attending.next()).data).toMatchObject({ reason: 'not-entered' });
    }
    attending.send({ event: 'attend', data: device });
    expect((await attending.next()).data).toMatchObject({ reason: 'already-entered' });
  });

  it('is one of sixteen: who opens another has forgotten the oldest', async () => {
    const opened: Page[] = [];
    for (let n = 0; n < 17; n += 1) {
      const page = await attends(here);
      await page.until('attended');
      opened.push(page);
    }
    expect(await opened[0]?.closed).toBe(1001);
    const { callId } = await waits(there);
    const { ringId } = (await api.ring(slug, callId)).body;
    for (const page of opened.slice(1)) expect((await page.until('rung')).ringId).toBe(ringId);
  });
});

describe('who is not that device', () => {
  it.each([
    ['another secret', () => ({ ...device, deviceSecret: 'A'.repeat(43) })],
    ['no device there is', () => ({ deviceId: 'A'.repeat(22), deviceSecret: 'A'.repeat(43) })],
  ])('hears nothing and is told so: %s', async (_what, credentials) => {
    const page = await attends(here, credentials());
    const refused = await page.until('refused');
    expect(refused).toEqual({
      reason: 'bad-message',
      detail: 'This device is not known here any more. Make it reachable again in the settings.',
    });
    expect(await page.closed).toBe(4002);
  });

  it('hears nothing of the rings of others', async () => {
    const other = await api.device();
    const attending = await attends(there, other);
    await attending.until('attended');
    const { page, callId } = await waits(here);
    await api.ring(slug, callId);
    await hears(page, 'undelivered');
    expect(await attending.rest()).toEqual([]);
  });
});

it('the other person in a call hears how its ring stands as well, and nobody in another call does', async () => {
  const { page, callId } = await waits(here);
  const [second, stranger] = [await open(there), await waits(there)];
  await second.enter(callId);
  const { ringId } = (await api.ring(slug, callId)).body;
  await api.cancel(ringId);
  for (const each of [page, second]) await hears(each, 'cancelled');
  expect(await stranger.page.rest()).toEqual([]);
});

it('with the database away a page is told to come again, and people meet all the same', async () => {
  const server = await RingingApp.start({ DATABASE_URL: NO_DATABASE });
  const page = await attends(server);
  expect(await page.until('refused')).toMatchObject({ reason: 'unavailable' });
  const callId = await server.api().call();
  const [first, second] = [await open(server), await open(server)];
  await first.enter(callId);
  await second.enter(callId);
  expect(await first.until('peer')).toMatchObject({ state: 'present' });
  await server.stop();
});

it('a caller in the middle of ringing is not lost while PostgreSQL restarts', async () => {
  const { page, callId } = await waits(here);
  const { ringId } = (await api.ring(slug, callId)).body;
  await hears(page, 'undelivered');
  await postgres.kill();
  expect((await api.answer(device, ringId)).status).toBe(503);
  expect((await api.ring(slug, await api.call())).status).toBe(503);
  await postgres.restart();
  expect((await api.answer(device, ringId)).status).toBe(204);
  await hears(page, 'answered');
});
