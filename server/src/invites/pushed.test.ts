import { Logger } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startPostgres, type PostgresServer } from '../../../e2e/support/postgres.js';
import { Said } from '../ops/log-events.js';
import { Exposition } from '../ops/testing/exposition.js';
import { RING_MS, type RingNews } from '../protocol/index.js';
import type { Page } from '../signaling/testing/page.js';
import { PushTransport } from './push-transport.js';
import { RING_TIMES, USUAL_RING_TIMES } from './ring-times.js';
import type { Api, DeviceKeys } from './testing/api.js';
import { PushService } from './testing/push-endpoint.js';
import { RingingApp } from './testing/ringing-app.js';

/** Short, but longer than a busy machine takes for anything here. */
const SHORT_RING_MS = 4_000;
/** Servers on one database have one secret. */
const SERVER_SECRET = 'the secret of all servers of this test';

let postgres: PostgresServer;
let push: PushService;
let server: RingingApp;
let api: Api;
let device: DeviceKeys;
let slug: string;
const pages: Page[] = [];

const start = (ringMs = RING_MS): Promise<RingingApp> =>
  RingingApp.start({ DATABASE_URL: postgres.url, PUSH_ENDPOINT_ALLOW: push.host, SERVER_SECRET }, (builder) =>
    builder
      .overrideProvider(PushTransport)
      .useValue(new PushTransport({ ca: push.ca, withinMs: 1_000 }))
      .overrideProvider(RING_TIMES)
      .useValue({ ...USUAL_RING_TIMES, ringMs }),
  );

beforeAll(async () => {
  [postgres, push] = await Promise.all([startPostgres(), PushService.start()]);
  server = await start();
  api = server.api();
});
afterAll(async () => {
  await server.stop();
  push.stop();
  await postgres.stop();
});
beforeEach(async () => {
  push.reset();
  device = await api.device();
  slug = (await api.link(device)).slug;
  await api.ask('PUT', '/api/devices/me/push-subscription', device, push.subscription);
});
afterEach(() => {
  for (const page of pages.splice(0)) page.socket.terminate();
});

/** Somebody waits in a call of their own and rings. */
async function caller(at = server): Promise<{ page: Page; callId: string; ringId: string }> {
  const callId = await at.api().call();
  const page = await at.open();
  pages.push(page);
  await page.enter(callId);
  const { status, body } = await at.api().ring(slug, callId);
  expect(status).toBe(201);
  return { page, callId, ringId: body.ringId };
}

async function hears(page: Page, state: RingNews['state']): Promise<RingNews> {
  for (;;) {
    const news = await page.until('ring');
    if (news.state === state) return news;
  }
}

describe('a ring', () => {
  it('wakes the device: urgent, kept as long as it rings, one message per ring, signed, readable by that browser only', async () => {
    const { page, callId, ringId } = await caller();
    const { headers, payload } = await push.until('ring');
    expect(headers).toMatchObject({ urgency: 'high', topic: ringId, 'content-encoding': 'aes128gcm' });
    expect(Number(headers['ttl'])).toBeGreaterThan(30);
    expect(Number(headers['ttl'])).toBeLessThanOrEqual(45);
    expect(headers.authorization).toMatch(/^vapid t=[\w.-]+, k=[\w-]+$/);
    expect(payload).toMatchObject({ kind: 'ring', ring: { ringId, callId, slug, sealedKey: 'c2VhbGVk' } });
    expect(await hears(page, 'delivered')).toEqual({ ringId, state: 'delivered' });
  });

  it.each([
    ['declined', () => api.decline.bind(api, device), null],
    ['answered', () => api.answer.bind(api, device), null],
    ['cancelled', () => api.cancel.bind(api), 'cancelled'],
  ] as const)(
    'that is %s is told to its caller, and replaces what the device shows where that is news',
    async (state, act, over) => {
      const { page, ringId } = await caller();
      await push.until('ring');
      await hears(page, 'delivered');
      await act()(ringId);
      await hears(page, state);
      if (over === null) {
        // Whatever would come, would come before what is pushed for the next ring.
        await caller();
        await push.until('ring');
        expect(push.pushed).toEqual([]);
      } else {
        const { headers, payload } = await push.until('over');
        expect(payload).toEqual({ kind: 'over', ringId, state: over });
        expect(headers['topic']).toBe(ringId);
      }
    },
  );

  it('that nobody answers is missed, by the clock, and the device shows so', async () => {
    const quick = await start(SHORT_RING_MS);
    const { page, ringId } = await caller(quick);
    await hears(page, 'missed');
    expect((await push.until('over')).payload).toEqual({ kind: 'over', ringId, state: 'missed' });
    await quick.stop();
  });

  it('of a second caller is busy at once, and the device sees who tried', async () => {
    await caller();
    await push.until('ring');
    const { ringId } = await caller();
    expect((await api.news(ringId)).body).toEqual({ ringId, state: 'busy' });
    expect((await push.until('over')).payload).toEqual({ kind: 'over', ringId, state: 'busy' });
  });

  it.each([
    ['does not answer', 'service-down', ['silence', 201]],
    ['fails', 'service-down', [503, 201]],
    ['fails and says when to come again', 'service-down', [[500, { 'retry-after': '1' }], 201]],
    ['has too much to do', 'service-busy', [[429, { 'retry-after': '2' }], 201]],
  ] as const)(
    'goes on while the push service %s, which the caller is told, and is delivered when it can be',
    async (_what, reason, statuses) => {
      push.answer(...statuses);
      const { page, ringId } = await caller();
      expect(await hears(page, 'undelivered')).toEqual({ ringId, state: 'undelivered', reason });
      expect(await hears(page, 'delivered')).toEqual({ ringId, state: 'delivered' });
      expect(push.pushed).toHaveLength(2);
    },
  );

  it('that a push service does not take is said once in the log, without a word of which service it is; all tries are counted', async () => {
    const own = await start();
    const warn = vi.spyOn(Logger.prototype, 'warn').mockReturnValue(undefined);
    try {
      push.answer(503, 503, 201);
      const { page } = await caller(own);
      await hears(page, 'delivered');
      const said = warn.mock.calls.map(([line]: unknown[]) => (line instanceof Said ? line : null));
      expect(said.map((line) => line?.event)).toEqual(['push-failing']);
      expect(String(said[0])).not.toContain('127.0.0.1');
      const told = await Exposition.of(own.url);
      expect(told.sum('o_to_o_pushes_total', { outcome: 'down' })).toBe(2);
      expect(told.sum('o_to_o_pushes_total', { outcome: 'sent' })).toBe(1);
      expect(told.sum('o_to_o_rings_made_total')).toBe(1);
      expect(told.sum('o_to_o_sockets_attending')).toBe(0);
    } finally {
      warn.mockRestore();
      await own.stop();
    }
  });

  it.each([
    ['takes no such message', 'refused', 400],
    ['does not know this server', 'refused', 401],
    ['knows the device no more', 'no-device', 404],
    ['has lost the device', 'no-device', 410],
  ] as const)(
    'that the push service will never take (it %s) goes on all the same: an open page still gets it',
    async (_what, reason, status) => {
      push.answer(status);
      const { page, ringId } = await caller();
      expect(await hears(page, 'undelivered')).toEqual({ ringId, state: 'undelivered', reason });
      const { body } = await api.ask('GET', '/api/devices/me', device);
      expect(body).toEqual({ pushSubscribed: reason !== 'no-device' });
      expect(push.pushed).toHaveLength(1);
      await api.answer(device, ringId);
      await hears(page, 'answered');
    },
  );

  it('too large for the push service is said in few words, and the device asks for the rest', async () => {
    push.answer(413, 201);
    const { page, ringId } = await caller();
    await hears(page, 'delivered');
    expect((await push.until('look')).payload).toEqual({ kind: 'look', ringId });
    expect((await api.rings(device)).body.map((rung) => rung.ringId)).toEqual([ringId]);
  });

  it('with the push service away altogether is not lost: it is answered from an open page', async () => {
    const gone = await PushService.start();
    const other = await RingingApp.start({
      DATABASE_URL: postgres.url,
      PUSH_ENDPOINT_ALLOW: gone.host,
      SERVER_SECRET,
    });
    await other.api().ask('PUT', '/api/devices/me/push-subscription', device, gone.subscription);
    gone.stop();
    const { page, ringId } = await caller(other);
    expect(await hears(page, 'undelivered')).toEqual({
      ringId,
      state: 'undelivered',
      reason: 'service-down',
    });
    const open = await other.open();
    open.send({ event: 'attend', data: device });
    expect((await open.until('rung')).ringId).toBe(ringId);
    await hears(page, 'delivered');
    await other.api().answer(device, ringId);
    await hears(page, 'answered');
    open.socket.terminate();
    page.socket.terminate();
    await other.stop();
  });

  it('that went on when its server was killed rings on with the next one, and ends when its time is up', async () => {
    const first = await start(SHORT_RING_MS * 2);
    const { ringId } = await caller(first);
    await push.until('ring');
    // Nothing of this process is left that could end it.
    await first.stop();
    const second = await start();
    const page = await second.open();
    page.send({ event: 'attend', data: device });
    expect((await page.until('rung')).ringId).toBe(ringId);
    expect(await page.until('rung-over')).toEqual({ ringId, state: 'missed' });
    page.socket.terminate();
    await second.stop();
  });

  it('is counted by what became of it, without a word about who', async () => {
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toMatch(/^o_to_o_pushes_total\{outcome="sent"\} \d+$/m);
    expect(metrics).toMatch(/^o_to_o_rings_over_total\{how="answered"\} \d+$/m);
    for (const secret of [slug, device.deviceId, 'secret-endpoint', push.host])
      expect(metrics).not.toContain(secret);
  });
});
