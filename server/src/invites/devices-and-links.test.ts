import { createECDH, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPostgres, type PostgresServer } from '../../../e2e/support/postgres.js';
import { DeviceEntity } from './device.entity.js';
import { Devices, forgetIdleDevices } from './devices.js';
import { PushSubscriptionEntity } from './push-subscription.entity.js';
import { RingLinkEntity } from './ring-link.entity.js';
import type { Api, DeviceKeys } from './testing/api.js';
import { NO_DATABASE, RingingApp } from './testing/ringing-app.js';

const DAY_MS = 86_400_000;
const ALLOWED = { PUSH_ENDPOINT_ALLOW: 'push.example' };

let postgres: PostgresServer;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

const subscription = (endpoint = 'https://push.example/a-secret-endpoint') => {
  const key = createECDH('prime256v1');
  const auth = randomBytes(16).toString('base64url');
  return {
    endpoint,
    expirationTime: null,
    keys: { p256dh: key.generateKeys('base64url', 'uncompressed'), auth },
  };
};

describe.each([
  ['PostgreSQL', () => ({ ...ALLOWED, DATABASE_URL: postgres.url })],
  ['the embedded database', () => ALLOWED],
])('with %s', (_name, environment) => {
  let server: RingingApp;
  let api: Api;
  let device: DeviceKeys;
  beforeAll(async () => {
    server = await RingingApp.start(environment());
    api = server.api();
    device = await api.device();
  });
  afterAll(() => server.stop());

  describe('a device', () => {
    const me = '/api/devices/me';

    it('is two random texts, and known by both of them together only', async () => {
      expect(device.deviceId).toMatch(/^[\w-]{22}$/);
      expect(device.deviceSecret).toMatch(/^[\w-]{43}$/);
      expect(await api.ask('GET', me, device)).toMatchObject({
        status: 200,
        body: { pushSubscribed: false },
      });
      const other = await api.device();
      for (const wrong of [
        null,
        { ...device, deviceSecret: other.deviceSecret },
        { deviceId: 'a', deviceSecret: 'b' },
      ]) {
        const { status, body, headers } = await api.ask('GET', me, wrong);
        expect([status, headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
        expect(body).toMatchObject({ type: 'urn:o-to-o:problem:unknown-device', status: 401 });
      }
    });

    it('has one subscription, the last one, which can be taken back', async () => {
      for (const each of [subscription(), subscription()])
        expect((await api.ask('PUT', `${me}/push-subscription`, device, each)).status).toBe(204);
      expect((await api.ask('GET', me, device)).body).toEqual({ pushSubscribed: true });
      expect((await api.ask('DELETE', `${me}/push-subscription`, device)).status).toBe(204);
      expect((await api.ask('GET', me, device)).body).toEqual({ pushSubscribed: false });
    });

    it.each([
      ['no object', 'subscribe'],
      ['no keys', { endpoint: 'https://push.example/x' }],
      [
        'a key that is no point of the curve',
        { ...subscription(), keys: { ...subscription().keys, p256dh: `B${'A'.repeat(86)}` } },
      ],
      ['a short secret', { ...subscription(), keys: { ...subscription().keys, auth: 'AAAA' } }],
      ['a service this server does not know', subscription('https://elsewhere.example/x')],
      ['an address in the network of the server', subscription('https://127.0.0.1/x')],
      ['no https', subscription('http://push.example/x')],
    ])('is told what is wrong with its subscription: %s', async (_what, body) => {
      const answer = await api.ask<{ detail: string }>('PUT', `${me}/push-subscription`, device, body);
      expect(answer.status).toBe(400);
      expect(answer.body.detail).toMatch(/^.+\.$/);
    });

    it('has its subscription and its secret sealed in the database, for no other row', async () => {
      await api.ask('PUT', `${me}/push-subscription`, device, subscription());
      const { manager } = server.database.source;
      const [row] = await manager.find(PushSubscriptionEntity);
      expect(row?.sealed.toString('latin1')).not.toMatch(/push\.example|secret-endpoint/);
      const devices = server.app.get(Devices);
      expect((await devices.subscriptionOf(device.deviceId))?.subscription.endpoint).toMatch(
        /secret-endpoint$/,
      );
      const other = await api.device();
      await manager.insert(PushSubscriptionEntity, {
        deviceId: other.deviceId,
        sealed: row?.sealed ?? Buffer.of(),
      });
      expect(await devices.subscriptionOf(other.deviceId)).toBeNull();
      expect(JSON.stringify(await manager.find(DeviceEntity))).not.toContain(device.deviceSecret);
    });

    it('that forgets itself leaves no row', async () => {
      const gone = await api.device();
      const { slug } = await api.link(gone);
      await api.ask('PUT', `${me}/push-subscription`, gone, subscription());
      expect((await api.ask('DELETE', me, gone)).status).toBe(204);
      expect((await api.ask('GET', me, gone)).status).toBe(401);
      expect((await api.look(slug)).status).toBe(404);
      const { manager } = server.database.source;
      const { deviceId } = gone;
      expect(await manager.countBy(DeviceEntity, { id: deviceId })).toBe(0);
      expect(await manager.countBy(PushSubscriptionEntity, { deviceId })).toBe(0);
      expect(await manager.countBy(RingLinkEntity, { deviceId })).toBe(0);
    });

    it('of which nothing was heard for 400 days is forgotten; who came back in between is not', async () => {
      const { manager } = server.database.source;
      const [idle, back] = [await api.device(), await api.device()];
      const long = new Date(Date.now() - 401 * DAY_MS).toISOString().slice(0, 10);
      for (const { deviceId } of [idle, back])
        await manager.update(DeviceEntity, { id: deviceId }, { seenOn: long });
      expect((await api.ask('GET', me, back)).status).toBe(200);
      expect(await forgetIdleDevices(manager, Date.now())).toBe(1);
      expect([(await api.ask('GET', me, idle)).status, (await api.ask('GET', me, back)).status]).toEqual([
        401, 200,
      ]);
    });
  });

  describe('a ring link', () => {
    it('is made, listed in the order of making, changed and taken back by its device', async () => {
      const own = await api.device();
      const [first, second] = [await api.link(own), await api.link(own)];
      expect(first).toEqual({ slug: first.slug, accepting: true, quietHours: null, line: null });
      const path = `/api/ring-links/${first.slug}`;
      const change = {
        accepting: false,
        quietHours: { from: 1320, to: 420 },
        line: { open: true, minutes: 10 },
      };
      expect((await api.ask('PATCH', path, own, change)).body).toEqual({ slug: first.slug, ...change });
      expect((await api.ask('PATCH', path, own, { accepting: true })).body).toEqual({
        slug: first.slug,
        ...change,
        accepting: true,
      });
      const none = { quietHours: null, line: null };
      expect((await api.ask('PATCH', path, own, none)).body).toEqual(first);
      expect((await api.ask('GET', '/api/ring-links', own)).body).toEqual([first, second]);
      expect((await api.ask('DELETE', path, own)).status).toBe(204);
      expect((await api.ask('GET', '/api/ring-links', own)).body).toEqual([second]);
      expect((await api.ask('DELETE', path, own)).status).toBe(404);
    });

    it("is nobody else's to change or take back", async () => {
      const { slug } = await api.link(device);
      const other = await api.device();
      for (const [method, body] of [
        ['PATCH', { accepting: false }],
        ['DELETE', undefined],
      ] as const)
        expect((await api.ask(method, `/api/ring-links/${slug}`, other, body)).status).toBe(404);
      expect((await api.look(slug)).body).toEqual({ slug, accepting: true });
    });

    it.each([
      [{ accepting: 'no' }],
      [{ quietHours: { from: 60, to: 60 } }],
      [{ quietHours: { from: -1, to: 60 } }],
      [{ quietHours: { from: 0, to: 1440 } }],
      [{ line: { open: true, minutes: 0 } }],
      [{ line: { open: true, minutes: 241 } }],
      [{ line: { minutes: null } }],
      [[]],
    ])('is not changed by what cannot be read: %j', async (change) => {
      const { slug } = await api.link(device);
      const answer = await api.ask<{ detail: string }>('PATCH', `/api/ring-links/${slug}`, device, change);
      expect(answer.status).toBe(400);
      expect((await api.look(slug)).body).toEqual({ slug, accepting: true });
    });

    it('is one of at most fifty, however many are asked for at once', async () => {
      const keen = await api.device();
      const made = await Promise.all(
        Array.from({ length: 55 }, () => api.ask('POST', '/api/ring-links', keen, {})),
      );
      expect(made.filter(({ status }) => status === 201)).toHaveLength(50);
      expect(made.filter(({ status }) => status === 409)).toHaveLength(5);
      await api.ask('DELETE', '/api/devices/me', keen);
    });

    it('that was taken back, never was, or is paused for 30 days is told apart neither by words nor by time', async () => {
      const [revoked, paused] = [await api.link(device), await api.link(device)];
      await api.ask('DELETE', `/api/ring-links/${revoked.slug}`, device);
      const { manager } = server.database.source;
      const pausedAt = new Date(Date.now() - 30 * DAY_MS);
      await manager.update(RingLinkEntity, { slug: paused.slug }, { pausedAt });
      const invented = randomBytes(12).toString('base64url');
      const answers: string[] = [];
      for (const slug of [revoked.slug, paused.slug, invented, 'x', `${invented}${invented}`]) {
        const since = performance.now();
        const { status, body, headers } = await api.look(slug);
        expect(performance.now() - since).toBeGreaterThanOrEqual(100);
        answers.push(JSON.stringify([status, body, [...headers.keys()].sort()]));
      }
      expect(new Set(answers).size).toBe(1);
      expect(answers[0]).toContain('unknown-link');
    });
  });
});

it('pages of other sites make and change nothing', async () => {
  const server = await RingingApp.start({ ...ALLOWED, DATABASE_URL: postgres.url });
  const api = server.api();
  const { slug } = await api.link(await api.device());
  const headers = { origin: 'https://else.example' };
  for (const [method, path] of [
    ['POST', '/api/devices'],
    ['PUT', '/api/devices/me/push-subscription'],
    ['DELETE', '/api/devices/me'],
    ['POST', '/api/ring-links'],
    ['PATCH', `/api/ring-links/${slug}`],
    ['DELETE', `/api/ring-links/${slug}`],
  ] as const)
    expect((await fetch(`${server.url}${path}`, { method, headers })).status).toBe(403);
  await server.stop();
});

it('without a database every question about ringing is answered with 503, and calls are made all the same', async () => {
  const server = await RingingApp.start({
    ...ALLOWED,
    DATABASE_URL: NO_DATABASE,
  });
  const api = server.api();
  const nobody = { deviceId: 'A'.repeat(22), deviceSecret: 'A'.repeat(43) };
  for (const answer of [
    await api.ask('POST', '/api/devices'),
    await api.ask('GET', '/api/devices/me', nobody),
    await api.look('A'.repeat(16)),
  ]) {
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '2']);
    expect(answer.body).toMatchObject({ type: 'urn:o-to-o:problem:unavailable' });
  }
  expect(await api.call()).toMatch(/^[\w-]{28}$/);
  await server.stop();
});
