import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startRedis, startRedisCluster, type RedisServer } from '../../../e2e/support/redis.js';
import { CloseCode } from '../protocol/index.js';
import { sharedAt } from '../presence/testing/shared-at.js';
import { meet } from './testing/couple.js';
import { newHolder, type Page } from './testing/page.js';
import { newCallId, startSignaling, type SignalingServer } from './testing/signaling-server.js';

const MANY = Array.from({ length: 200 }, (_, number) => String(number));

describe.each([
  { store: 'one Redis', start: startRedis },
  { store: 'one Redis Cluster', start: startRedisCluster },
])('two servers on $store', ({ start }) => {
  let redis: { url: string; stop(): Promise<void> };
  let here: SignalingServer;
  let there: SignalingServer;

  const startServer = () => startSignaling({ config: { redis: sharedAt(redis.url) } });
  beforeAll(async () => {
    redis = await start();
    [here, there] = [await startServer(), await startServer()];
  });
  afterAll(async () => {
    await Promise.all([here.stop(), there.stop()]);
    await redis.stop();
  });

  it('people at two servers hear each other, everything, in the order it was said', async () => {
    const { first, second } = await meet(newCallId(), here, there);
    for (const payload of MANY) {
      first.relay(`first ${payload}`);
      second.relay(`second ${payload}`);
    }
    for (const payload of MANY) {
      expect(await second.next()).toEqual({ event: 'relay', data: { payload: `first ${payload}` } });
      expect(await first.next()).toEqual({ event: 'relay', data: { payload: `second ${payload}` } });
    }
  });

  it('a third person is refused at either server, and the two are not disturbed', async () => {
    const callId = newCallId();
    const couple = await meet(callId, here, there);
    for (const server of [here, there]) {
      const third = await server.open();
      third.send({ event: 'enter', data: { callId, holder: newHolder() } });
      expect(await third.next()).toMatchObject({ event: 'refused', data: { reason: 'full' } });
    }
    await couple.expectUndisturbed();
  });

  it('a person who connects anew at the other server supersedes the connection at the first', async () => {
    const callId = newCallId();
    const { first, second, secondHolder } = await meet(callId, here, here);
    const moved = await there.open();
    expect(await moved.enter(callId, secondHolder)).toMatchObject({ seat: 1, epoch: 2 });
    expect(await second.next()).toEqual({ event: 'superseded', data: {} });
    expect(await second.closed).toBe(CloseCode.superseded);
    expect(await first.next()).toEqual({ event: 'peer', data: { state: 'present', epoch: 2 } });
    first.relay('where are you?');
    expect(await moved.next()).toEqual({ event: 'relay', data: { payload: 'where are you?' } });
    moved.relay('over there');
    expect(await first.next()).toEqual({ event: 'relay', data: { payload: 'over there' } });
  });

  it('a lock made at one server is told at the other, and keeps strangers out of both', async () => {
    const callId = newCallId();
    const { first, second, secondHolder } = await meet(callId, here, there);
    first.send({ event: 'lock', data: { on: true } });
    for (const page of [first, second])
      expect(await page.next()).toEqual({ event: 'locked', data: { on: true } });
    second.send({ event: 'leave', data: {} });
    expect(await first.next()).toMatchObject({ event: 'peer', data: { state: 'left' } });
    for (const server of [here, there]) {
      const third = await server.open();
      third.send({ event: 'enter', data: { callId, holder: newHolder() } });
      expect(await third.next()).toMatchObject({ event: 'refused', data: { reason: 'full' } });
    }
    const back = await here.open();
    expect(await back.enter(callId, secondHolder)).toMatchObject({ seat: 1, locked: true });
  });

  it('who is blocked at one server is out at the other', async () => {
    const callId = newCallId();
    const { first, second, secondHolder } = await meet(callId, here, there);
    first.send({ event: 'block', data: {} });
    expect(await first.closed).toBe(CloseCode.left);
    expect(await second.next()).toMatchObject({ event: 'peer', data: { state: 'left' } });
    const again = await here.open();
    again.send({ event: 'enter', data: { callId, holder: secondHolder } });
    expect(await again.next()).toMatchObject({ event: 'refused', data: { reason: 'full' } });
    await (await here.open()).enter(callId);
    expect(await second.next()).toMatchObject({ event: 'refused', data: { reason: 'displaced' } });
  });

  it('who hangs up at one server has hung up for the other', async () => {
    const { first, second } = await meet(newCallId(), here, there);
    first.send({ event: 'leave', data: {} });
    expect(await second.next()).toMatchObject({ event: 'peer', data: { state: 'left' } });
  });

  it('when a server stops, its people come back at another one, to their seats', async () => {
    const callId = newCallId();
    const leaving = await startServer();
    const { first, second, secondHolder } = await meet(callId, here, leaving);
    await leaving.stop();
    expect(await second.closed).toBe(CloseCode.goingAway);
    expect(await first.next()).toMatchObject({ event: 'peer', data: { state: 'dropped' } });
    const back = await there.open();
    expect(await back.enter(callId, secondHolder)).toMatchObject({ seat: 1, peer: { state: 'present' } });
    expect(await first.next()).toMatchObject({ event: 'peer', data: { state: 'present', epoch: 2 } });
  });
});

describe('a server whose Redis fails', () => {
  let redis: RedisServer;
  let server: SignalingServer;
  beforeEach(async () => {
    redis = await startRedis();
    server = await startSignaling({ config: { redis: sharedAt(redis.url) } });
  });
  afterEach(async () => {
    await server.stop();
    await redis.stop();
  });

  it('when Redis has lost everything, both are sent to come back, and have their seats again by their tickets', async () => {
    const callId = newCallId();
    const people = [newHolder(), newHolder()].map((holder) => ({ holder, ticket: '' }));
    const pages: Page[] = [];
    for (const person of people) {
      const page = await server.open();
      person.ticket = (await page.enter(callId, person.holder)).ticket;
      pages.push(page);
    }
    await redis.restart();
    for (const page of pages) expect(await page.closed).toBe(CloseCode.lostTrack);
    // The second comes first: without the tickets their seats would be exchanged.
    for (const [seat, { holder, ticket }] of [...people.entries()].reverse()) {
      const back = await server.open();
      expect(await back.enter(callId, holder, ticket)).toMatchObject({ seat });
    }
  });

  it('while Redis is away nobody new gets in, and two people who are in still reach each other', async () => {
    const { first, second } = await meet(newCallId(), server);
    await redis.kill();
    const newcomer = await server.open();
    newcomer.send({ event: 'enter', data: { callId: newCallId(), holder: newHolder() } });
    expect(await newcomer.next()).toMatchObject({ event: 'refused', data: { reason: 'unavailable' } });
    first.relay('still here');
    expect(await second.next()).toEqual({ event: 'relay', data: { payload: 'still here' } });
    second.send({ event: 'pulse', data: { peerAlive: true } });
    expect(await second.next()).toEqual({ event: 'pulse', data: {} });
  });
});
