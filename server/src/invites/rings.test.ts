import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../../e2e/support/child.js';
import { startPostgres, type PostgresServer } from '../../../e2e/support/postgres.js';
import { RING_MS } from '../protocol/index.js';
import { RingBlockEntity } from './ring-block.entity.js';
import { RingEntity } from './ring.entity.js';
import { RingWatch } from './ring-watch.js';
import type { Api, DeviceKeys } from './testing/api.js';
import { RingingApp } from './testing/ringing-app.js';

let postgres: PostgresServer;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

describe.each([
  ['PostgreSQL', () => ({ DATABASE_URL: postgres.url })],
  ['the embedded database', () => ({})],
])('with %s', (_name, environment) => {
  let server: RingingApp;
  let api: Api;
  let device: DeviceKeys;
  let slug: string;
  beforeAll(async () => {
    server = await RingingApp.start(environment());
    api = server.api();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    device = await api.device();
    slug = (await api.link(device)).slug;
  });

  const ring = async (): Promise<string> => {
    const { status, body } = await api.ring(slug, await api.call());
    expect(status).toBe(201);
    return body.ringId;
  };
  const stateOf = async (ringId: string) => (await api.news(ringId)).body.state;

  describe('a ring', () => {
    it('is made for a call, lasts 45 s, and is shown to its device', async () => {
      const callId = await api.call();
      const before = Date.now();
      const { status, body } = await api.ring(slug, callId, { callerName: 'Somebody' });
      expect([status, body.state]).toEqual([201, 'ringing']);
      expect(body.ringId).toMatch(/^[\w-]{22}$/);
      const lastsMs = Date.parse(body.expiresAt) - before;
      expect(Math.abs(lastsMs - RING_MS)).toBeLessThan(10_000);
      const [rung] = (await api.rings(device)).body;
      expect(rung).toMatchObject({
        ringId: body.ringId,
        slug,
        callId,
        sealedKey: 'c2VhbGVk',
        callerName: 'Somebody',
      });
      expect(rung?.expiresAt).toBe(Date.parse(body.expiresAt));
      expect((await api.rings(await api.device())).body).toEqual([]);
    });

    it('goes to a device without a push subscription only while a page of it is open, and says so', async () => {
      const ringId = await ring();
      const news = await until('it is known', async () => {
        const { body } = await api.news(ringId);
        return body.state === 'ringing' ? null : body;
      });
      expect(news).toEqual({ ringId, state: 'undelivered', reason: 'no-device' });
    });

    it('is answered once: of fifty answers at the same moment one wins', async () => {
      const ringId = await ring();
      const answers = await Promise.all(Array.from({ length: 50 }, () => api.answer(device, ringId)));
      expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
      expect(answers.filter(({ status }) => status === 409)).toHaveLength(49);
      expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({
        type: 'urn:o-to-o:problem:ring-over',
      });
      expect(await stateOf(ringId)).toBe('answered');
    });

    it.each([
      ['answered', (id: string) => api.answer(device, id)],
      ['declined', (id: string) => api.decline(device, id)],
      ['busy', (id: string) => api.decline(device, id, { busy: true })],
      ['cancelled', (id: string) => api.cancel(id)],
    ] as const)('that is %s stays so whatever comes later', async (state, act) => {
      const ringId = await ring();
      expect((await act(ringId)).status).toBe(204);
      for (const late of [api.answer(device, ringId), api.decline(device, ringId), api.cancel(ringId)])
        expect((await late).status).toBe(409);
      expect(await stateOf(ringId)).toBe(state);
    });

    it('is answered and declined by the rung device only; nobody else learns that it exists', async () => {
      const ringId = await ring();
      const other = await api.device();
      const invented = randomBytes(16).toString('base64url');
      for (const act of [api.answer, api.decline]) {
        const [foreign, none] = [await act.call(api, other, ringId), await act.call(api, other, invented)];
        expect(foreign.status).toBe(404);
        expect(foreign.body).toEqual(none.body);
      }
      const nobody = { deviceId: other.deviceId, deviceSecret: device.deviceSecret };
      expect((await api.answer(nobody, ringId)).status).toBe(401);
      expect((await api.news(invented)).body).toMatchObject({ type: 'urn:o-to-o:problem:unknown-ring' });
      expect((await api.cancel(invented)).status).toBe(404);
      expect((await api.answer(device, ringId)).status).toBe(204);
    });

    it('asked for again with the same call and the same sealed key is the same ring; with others it is refused', async () => {
      const callId = await api.call();
      const first = await api.ring(slug, callId);
      const again = await api.ring(slug, callId);
      expect([again.status, again.body.ringId]).toEqual([201, first.body.ringId]);
      expect((await api.ring(slug, callId, { sealedKey: 'b3RoZXI' })).status).toBe(409);
      const elsewhere = (await api.link(await api.device())).slug;
      expect((await api.ring(elsewhere, callId)).status).toBe(409);
    });

    it('rings once however often a call is given at the same moment, and a device for one caller at a time', async () => {
      const callId = await api.call();
      const made = await Promise.all(
        Array.from({ length: 10 }, (_, n) => api.ring(slug, callId, { sealedKey: `a${n}` })),
      );
      expect(made.filter(({ status }) => status === 201)).toHaveLength(1);
      const elsewhere = (await api.link(device)).slug;
      const others = await Promise.all(
        Array.from({ length: 10 }, async (_, n) => api.ring(n % 2 ? slug : elsewhere, await api.call())),
      );
      expect(others.map(({ body }) => body.state)).toEqual(Array(10).fill('busy'));
      // Who tried is seen.
      expect((await api.rings(device)).body.map(({ state }) => state)).toEqual([
        expect.stringMatching(/ringing|undelivered/),
        ...Array<string>(10).fill('busy'),
      ]);
    });

    it.each([
      ['no call of this server', { callId: 'q83vASNFZ4mrzQBkyAABAgMEBQYH' }],
      ['no call id', { callId: 'x' }],
      ['a sealed key that is none', { sealedKey: 'not base64url!' }],
      ['a sealed key that is too long', { sealedKey: 'A'.repeat(2049) }],
      ['a name that is too long', { callerName: 'A'.repeat(65) }],
      ['a name of several lines', { callerName: 'A\nB' }],
      ['a name with half a character', { callerName: 'A\ud83d' }],
      ['a name that turns the text around', { callerName: 'A\u202eB' }],
    ])('is not made with %s', async (_what, wrong) => {
      const answer = await api.ring(slug, await api.call(), wrong);
      expect(answer.status).toBe(400);
      expect((await api.rings(device)).body).toEqual([]);
    });

    it('is not made under a link that is paused, in its quiet hours, or none', async () => {
      const path = `/api/ring-links/${slug}`;
      const minute = Math.floor((Date.now() % 86_400_000) / 60_000);
      const quietHours = { from: (minute + 1430) % 1440, to: (minute + 10) % 1440 };
      for (const [shut, open] of [
        [{ accepting: false }, { accepting: true }],
        [{ quietHours }, { quietHours: null }],
      ]) {
        await api.ask('PATCH', path, device, shut);
        expect((await api.look(slug)).body).toEqual({ slug, accepting: false });
        expect((await api.ring(slug, await api.call())).status).toBe(409);
        await api.ask('PATCH', path, device, open);
        expect((await api.look(slug)).body).toEqual({ slug, accepting: true });
      }
      expect((await api.ring(randomBytes(12).toString('base64url'), await api.call())).status).toBe(404);
    });

    it.each(['%00', 'x', `${'A'.repeat(16)}%00`, 'A'.repeat(2000), '%F0%9F%98%80'])(
      'under a name that cannot be one (%#) is answered as under one that never was, in body and in time',
      async (name) => {
        const body = { callId: await api.call(), sealedKey: 'c2VhbGVk' };
        for (const [method, path, own] of [
          ['GET', '/api/ring-links/:id', null],
          ['POST', '/api/ring-links/:id/rings', null],
          ['GET', '/api/rings/:id', null],
          ['POST', '/api/rings/:id/cancel', null],
          ['PATCH', '/api/ring-links/:id', device],
          ['DELETE', '/api/ring-links/:id', device],
          ['POST', '/api/ring-links/:id/next', device],
          ['POST', '/api/rings/:id/answer', device],
          ['POST', '/api/rings/:id/decline', device],
          ['POST', '/api/rings/:id/block', device],
          ['DELETE', '/api/rings/:id', device],
        ] as const) {
          const invented = randomBytes(path.includes('ring-links') ? 12 : 16).toString('base64url');
          const since = performance.now();
          const wrong = await api.ask(
            method,
            path.replace(':id', name),
            own,
            method === 'GET' ? undefined : body,
          );
          if (!own) expect(performance.now() - since, path).toBeGreaterThan(95);
          const none = await api.ask(
            method,
            path.replace(':id', invented),
            own,
            method === 'GET' ? undefined : body,
          );
          expect([path, wrong.status, wrong.body]).toEqual([path, 404, none.body]);
        }
      },
    );

    it('is not declined with words nobody can read', async () => {
      const ringId = await ring();
      for (const body of [{ busy: 'yes' }, { busy: 1 }, { busy: null }, []])
        expect((await api.decline(device, ringId, body)).status).toBe(400);
      expect((await api.decline(device, ringId, {})).status).toBe(204);
      expect(await stateOf(ringId)).toBe('declined');
    });

    it('that waits in a line is neither answered nor declined out of turn, and the device is told why', async () => {
      const line = await api.link(device, { line: { open: true, minutes: null } });
      const { ringId } = (await api.ring(line.slug, await api.call())).body;
      for (const asked of [api.answer(device, ringId), api.decline(device, ringId)]) {
        const { status, body } = await asked;
        expect([status, body]).toEqual([
          409,
          expect.objectContaining({ type: 'urn:o-to-o:problem:ring-waits' }),
        ]);
      }
      expect((await api.next(device, line.slug)).body?.ringId).toBe(ringId);
    });

    it('that is missed leaves a trace until it was seen; one that was answered leaves none', async () => {
      const missed = await ring();
      const { manager } = server.database.source;
      await manager.update(RingEntity, { id: missed }, { expiresAt: new Date(Date.now() - 1) });
      // Nobody ended it: its process is taken for dead.
      await server.app.get(RingWatch).look();
      expect(await stateOf(missed)).toBe('missed');
      const answered = await ring();
      expect((await api.ask('DELETE', `/api/rings/${answered}`, device)).status).toBe(409);
      await api.answer(device, answered);
      expect((await api.rings(device)).body.map(({ ringId }) => ringId)).toEqual([missed]);
      const other = await api.device();
      expect((await api.ask('DELETE', `/api/rings/${missed}`, other)).status).toBe(404);
      expect((await api.ask('DELETE', `/api/rings/${missed}`, device)).status).toBe(204);
      expect((await api.rings(device)).body).toEqual([]);
      const left = await manager.findBy(RingEntity, { slug });
      expect(left.map(({ sealed }) => sealed)).toEqual([null, null]);
    });

    it.each(['not base64url!', 'c2hvcnQ', 5])(
      'is not made with a caller that is none: %s',
      async (caller) => {
        expect((await api.ring(slug, await api.call(), { caller })).status).toBe(400);
      },
    );

    it('ends when its link is taken back or its device forgets itself, and its caller can know', async () => {
      const [first, other] = [await ring(), await api.device()];
      expect((await api.ask('DELETE', `/api/ring-links/${slug}`, device)).status).toBe(204);
      expect((await api.news(first)).status).toBe(404);
      const second = await api.ring((await api.link(other)).slug, await api.call());
      expect((await api.ask('DELETE', '/api/devices/me', other)).status).toBe(204);
      expect((await api.news(second.body.ringId)).status).toBe(404);
    });
  });

  describe('a caller who is blocked', () => {
    const someone = () => randomBytes(16).toString('base64url');
    const ringAs = async (caller: string, at = slug) => api.ring(at, await api.call(), { caller });
    const blocks = () => server.database.source.manager.findBy(RingBlockEntity, { slug });

    it('reads of this link what everybody reads of a paused one; others ring it, and they ring others', async () => {
      const [them, somebodyElse] = [someone(), someone()];
      const { ringId } = (await ringAs(them)).body;
      await api.answer(device, ringId);
      // It is over, and may be blocked again: the answer was lost.
      for (const _time of [1, 2]) expect((await api.block(device, ringId)).status).toBe(204);
      const refused = await ringAs(them);
      const other = (await api.link(device)).slug;
      await api.ask('PATCH', `/api/ring-links/${other}`, device, { accepting: false });
      const paused = await ringAs(somebodyElse, other);
      expect([refused.status, refused.body]).toEqual([paused.status, paused.body]);
      expect(refused.status).toBe(409);
      expect((await api.look(slug)).body).toEqual({ slug, accepting: true });
      // Nothing of them is shown: not even that they tried.
      expect((await api.rings(device)).body).toEqual([]);

      expect((await ringAs(somebodyElse)).body.state).toBe('ringing');
      expect((await ring()).length).toBe(22);
      await api.ask('PATCH', `/api/ring-links/${other}`, device, { accepting: true });
      expect((await ringAs(them, other)).status).toBe(201);
    });

    it('is let go from the line, and from what still rings', async () => {
      const line = { open: true, minutes: null };
      await api.ask('PATCH', `/api/ring-links/${slug}`, device, { line });
      const [them, somebodyElse] = [someone(), someone()];
      const [first, , second] = [await ringAs(them), await ringAs(somebodyElse), await ringAs(them)];
      const taken = await api.next(device, slug);
      expect(taken.body?.ringId).toBe(first.body.ringId);
      expect((await api.block(device, first.body.ringId)).status).toBe(204);
      expect(await stateOf(second.body.ringId)).toBe('declined');
      expect(await stateOf(first.body.ringId)).toBe('answered');
      expect((await ringAs(them)).status).toBe(409);
      expect((await ringAs(someone())).body).toMatchObject({ state: 'waiting', place: 2 });

      await api.ask('PATCH', `/api/ring-links/${slug}`, device, { line: null });
      const third = await ringAs(someone());
      expect((await api.block(device, third.body.ringId)).status).toBe(204);
      expect(await stateOf(third.body.ringId)).toBe('declined');
    });

    it('was blocked by the rung device: to anybody else there is no such ring', async () => {
      const them = someone();
      const { ringId } = (await ringAs(them)).body;
      const other = await api.device();
      const [foreign, none] = [await api.block(other, ringId), await api.block(other, someone())];
      expect(foreign.status).toBe(404);
      expect(foreign.body).toEqual(none.body);
      const nobody = { deviceId: device.deviceId, deviceSecret: other.deviceSecret };
      expect((await api.block(nobody, ringId)).status).toBe(401);
      expect(await stateOf(ringId)).not.toBe('declined');
      expect(await blocks()).toEqual([]);
    });

    it('said by what the link knows them again; who did not say so cannot be known', async () => {
      const ringId = await ring();
      expect((await api.block(device, ringId)).status).toBe(204);
      expect(await stateOf(ringId)).not.toBe('declined');
      expect(await blocks()).toEqual([]);
      await api.answer(device, ringId);
      expect((await api.ring(slug, await api.call())).status).toBe(201);
    });

    it('stands in the tables under a name that no other link has for them, until the link or the device is forgotten', async () => {
      const them = someone();
      const other = await api.device();
      const elsewhere = (await api.link(other)).slug;
      const [here, there] = [await ringAs(them), await ringAs(them, elsewhere)];
      await api.block(device, here.body.ringId);
      await api.block(other, there.body.ringId);
      const { manager } = server.database.source;
      const names = (await manager.find(RingBlockEntity)).map(({ caller }) => caller);
      expect(new Set([...names, them]).size).toBe(names.length + 1);
      await api.ask('DELETE', `/api/ring-links/${slug}`, device);
      expect(await blocks()).toEqual([]);
      await api.ask('DELETE', '/api/devices/me', other);
      expect(await manager.findBy(RingBlockEntity, { slug: elsewhere })).toEqual([]);
    });
  });
});
