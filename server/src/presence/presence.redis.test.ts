import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../../e2e/support/child.js';
import { startRedis, type RedisServer } from '../../../e2e/support/redis.js';
import type { PresenceOptions } from './presence.service.js';
import { StoreUnavailable } from './store-unavailable.js';
import { meet, newCallId, newHolder, ServerProcess, type Socket } from './testing/server-process.js';

let redis: RedisServer;
let admin: Redis;
const running: ServerProcess[] = [];

async function startTwo(options: Partial<PresenceOptions> = {}): Promise<[ServerProcess, ServerProcess]> {
  const [here, there] = [
    await ServerProcess.onRedis(redis.url, options),
    await ServerProcess.onRedis(redis.url, options),
  ];
  running.push(here, there);
  return [here, there];
}

beforeAll(async () => {
  redis = await startRedis();
});
beforeEach(() => {
  admin = new Redis(redis.url);
  admin.on('error', () => undefined);
});
afterEach(async () => {
  admin.disconnect();
  await Promise.all(running.splice(0).map((server) => server.dies()));
});
afterAll(() => redis.stop());

const everyoneKnows = (sockets: readonly Socket[]) =>
  until('everybody has heard a verdict', () => sockets.every((socket) => socket.standing !== null));

/** Tries until it works, as a page does. */
const patiently = <T>(what: string, attempt: () => Promise<T>): Promise<T> => until(what, () => attempt());

describe('two processes on one Redis', () => {
  it('two people at different processes know of each other, drops and returns included', async () => {
    const [here, there] = await startTwo();
    const { callId, ann, bob } = await meet(here, there);
    await bob.lost();
    await ann.seesPeer('dropped');
    const back = await here.enters(callId, bob.holder);
    await ann.seesPeer('present');
    expect(back.entered).toMatchObject({ seat: 1, epoch: 2, peer: { state: 'present', epoch: 1 } });
    await back.leave();
    await ann.seesPeer('left');
    expect(ann.told.map((message) => (message.type === 'peer' ? message.state : message.type))).toEqual([
      'entered',
      'present',
      'dropped',
      'present',
      'left',
    ]);
  });

  it('of a crowd that comes at the same moment exactly two get in, and everybody hears one verdict', async () => {
    const [here, there] = await startTwo();
    const callId = newCallId();
    const crowd = Array.from({ length: 16 }, (_, number) => (number % 2 === 0 ? here : there).socket(callId));
    await Promise.all(crowd.map((socket) => socket.enter()));
    await everyoneKnows(crowd);
    const standings = crowd.map((socket) => socket.standing);
    expect(standings.filter((standing) => standing === 0)).toHaveLength(1);
    expect(standings.filter((standing) => standing === 1)).toHaveLength(1);
    expect(standings.filter((standing) => standing === 'full')).toHaveLength(14);
    expect(crowd.every((socket) => socket.told.filter(({ type }) => type !== 'peer').length === 1)).toBe(
      true,
    );
  });

  it('of many connections of one person at the same moment the last one has the seat, each with its own epoch', async () => {
    const [here, there] = await startTwo();
    const [callId, holder] = [newCallId(), newHolder()];
    const tabs = Array.from({ length: 10 }, (_, number) =>
      (number % 2 === 0 ? here : there).socket(callId, holder),
    );
    await Promise.all(tabs.map((tab) => tab.enter()));
    await until(
      'all but one are superseded',
      () => tabs.filter((tab) => tab.standing === 'superseded').length === 9,
    );
    expect(tabs.map((tab) => tab.entered.epoch).sort((a, b) => a - b)).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
    ]);
    expect(tabs.find((tab) => tab.standing === 0)?.entered.epoch).toBe(10);
    expect(await here.presence.phase(callId)).toBe('waiting');
  });

  it('what is said reaches the other process in the order it was said', async () => {
    const [here, there] = await startTwo();
    const { callId, bob } = await meet(here, there);
    const many = Array.from({ length: 50 }, (_, number) => String(number));
    await Promise.all(many.map((payload) => bob.relay(payload)));
    await until('all of it arrives', () => here.relayed.length >= 50);
    expect(here.relayed).toEqual(many.map((payload) => ({ callId, to: 0, payload })));
  });

  it('when the grace period is over the other is told, though the process it began at is gone', async () => {
    const [here, there] = await startTwo({ graceMs: 300 });
    const { ann, bob } = await meet(here, there);
    await bob.lost();
    await there.dies();
    await ann.seesPeer('absent');
  });

  it('people of a process that died without a word are dropped, then gone', async () => {
    const [here, there] = await startTwo({ graceMs: 300, pulseMs: 300 });
    const { ann } = await meet(here, there);
    await there.dies();
    await until('the other is gone', async () => {
      await ann.alive(false);
      return ann.peer === 'absent';
    });
    expect(ann.told.some((message) => message.type === 'peer' && message.state === 'dropped')).toBe(true);
  });

  it('a lock made at one process is known at the other, and keeps strangers out of both', async () => {
    const [here, there] = await startTwo();
    const { callId, ann, bob } = await meet(here, there);
    await bob.lock(true);
    await Promise.all([ann.seesLock(true), bob.seesLock(true)]);
    await ann.leave();
    await bob.seesPeer('left');
    for (const server of [here, there]) {
      const stranger = server.socket(callId);
      await stranger.enter();
      await stranger.hears('refused');
      expect(stranger.standing).toBe('full');
    }
    const back = await there.enters(callId, ann.holder);
    expect([back.standing, back.isLocked]).toEqual([0, true]);
    await back.lock(false);
    await Promise.all([back.seesLock(false), bob.seesLock(false)]);
    await bob.leave();
    await back.lock(true);
    await back.hears('not-together');
  });

  it('who is blocked at one process is out at the other, and goes when somebody comes there', async () => {
    const [here, there] = await startTwo();
    const { callId, ann, bob } = await meet(here, there);
    await bob.lock(true);
    await ann.seesLock(true);
    await ann.block();
    await bob.seesPeer('left');
    expect(bob.isLocked).toBe(false);
    const again = here.socket(callId, bob.holder);
    await again.enter(bob.entered.ticket);
    await again.hears('refused');
    expect([again.standing, bob.standing]).toEqual(['full', 1]);
    expect((await here.enters(callId, ann.holder)).peer).toBe('absent');
    await bob.hears('refused');
    expect(bob.standing).toBe('displaced');
  });

  it('of two who block each other at the same moment one is barred, and never both', async () => {
    const [here, there] = await startTwo();
    for (let round = 0; round < 5; round += 1) {
      const { callId, ann, bob } = await meet(here, there);
      await Promise.all([ann.block(), bob.block()]);
      const back = [here.socket(callId, ann.holder), there.socket(callId, bob.holder)];
      for (const socket of back) {
        await socket.enter();
        await everyoneKnows([socket]);
      }
      expect(back.filter(({ standing }) => standing === 'full')).toHaveLength(1);
    }
  });

  it('each thing that happened is recorded once, by the process that brought it about', async () => {
    const [here, there] = await startTwo();
    const { callId, ann, bob } = await meet(here, there);
    await bob.lost();
    await there.enters(callId, bob.holder);
    await ann.leave();
    await here.enters(callId, ann.holder);
    expect(here.recorded.map(({ event }) => event)).toEqual([]);
    expect(there.recorded.map(({ event }) => event)).toEqual(['met', 'dropped', 'returned']);
  });
});

describe('a Redis that is emptied, restarted, or away', () => {
  it('a Redis killed and restarted empty gives both their seats back, and is noticed without anybody doing anything', async () => {
    const [here, there] = await startTwo();
    const { callId, ann, bob } = await meet(here, there);
    await redis.restart();
    await until('both are sent to come back', () => ann.isLost && bob.isLost);
    const annAgain = await here.enters(callId, ann.holder, ann.entered.ticket);
    const bobAgain = await there.enters(callId, bob.holder, bob.entered.ticket);
    await annAgain.seesPeer('present');
    expect([annAgain.standing, bobAgain.standing]).toEqual([0, 1]);
    expect(annAgain.entered.epoch).toBeGreaterThan(ann.entered.epoch);
  });

  it('after a loss both people end up in their own seats, however they race with a stranger', async () => {
    const [here, there] = await startTwo();
    for (let round = 0; round < 10; round += 1) {
      const { callId, ann, bob } = await meet(here, there);
      await admin.flushall();
      const stranger = (round % 2 === 0 ? here : there).socket(callId);
      const [annAgain, bobAgain] = [there.socket(callId, ann.holder), here.socket(callId, bob.holder)];
      const attempts = [
        () => annAgain.enter(ann.entered.ticket),
        () => stranger.enter(),
        () => bobAgain.enter(bob.entered.ticket),
      ];
      const turned = [...attempts.slice(round % 3), ...attempts.slice(0, round % 3)];
      await Promise.all(turned.map((attempt) => attempt()));
      await until(
        'the stranger is out',
        () => stranger.standing === 'displaced' || stranger.standing === 'full',
      );
      await everyoneKnows([annAgain, bobAgain]);
      expect([annAgain.standing, bobAgain.standing]).toEqual([0, 1]);
    }
  });

  it('a lock is lost with the call, and can be made again; who has a ticket outranks one made by a stranger', async () => {
    const [here, there] = await startTwo();
    const { callId, ann, bob } = await meet(here, there);
    await ann.lock(true);
    await bob.seesLock(true);
    await admin.flushall();
    const annAgain = await there.enters(callId, ann.holder, ann.entered.ticket);
    const stranger = await here.enters(callId);
    expect([annAgain.isLocked, stranger.isLocked]).toEqual([false, false]);
    await stranger.lock(true);
    await annAgain.seesLock(true);
    const bobAgain = await there.enters(callId, bob.holder, bob.entered.ticket);
    await stranger.hears('refused');
    await annAgain.seesLock(false);
    expect([stranger.standing, bobAgain.standing, bobAgain.isLocked]).toEqual(['displaced', 1, false]);
    await annAgain.lock(true);
    await bobAgain.seesLock(true);
  });

  it('who missed a lock while the connection to Redis was broken is told of it', async () => {
    const [here, there] = await startTwo();
    const { ann, bob } = await meet(here, there);
    await admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await bob.lock(true);
    await ann.seesLock(true);
    expect(ann.isLost).toBe(false);
  });

  it('a loss that nobody noticed is noticed when somebody else comes', async () => {
    const [here, there] = await startTwo();
    const { callId, ann, bob } = await meet(here, there);
    await admin.flushall();
    await there.enters(callId, bob.holder, bob.entered.ticket);
    await until('the other is sent to come back', () => ann.isLost);
    expect((await here.enters(callId, ann.holder, ann.entered.ticket)).standing).toBe(0);
  });

  it('a loss that nobody noticed is noticed at the next sign of life', async () => {
    const [here] = await startTwo();
    const { ann } = await meet(here);
    await admin.flushall();
    await ann.alive(true);
    expect(ann.standing).toBe('lost');
  });

  it('who missed something while the connection to Redis was broken is told how things are', async () => {
    const [here, there] = await startTwo();
    const { ann, bob } = await meet(here, there);
    await admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await bob.lost();
    await ann.hears('entered', 2);
    await ann.seesPeer('dropped');
    expect(ann.isLost).toBe(false);
  });

  it('who was superseded while the connection to Redis was broken is told so', async () => {
    const [here, there] = await startTwo();
    const { callId, ann } = await meet(here, there);
    await admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    const newer = await there.enters(callId, ann.holder);
    await ann.hears('superseded');
    expect(newer.standing).toBe(0);
  });

  it('with Redis gone entering fails at once, and works again when it is back', async () => {
    const [here] = await startTwo();
    const callId = newCallId();
    await redis.kill();
    await expect(here.socket(callId).enter()).rejects.toThrow(StoreUnavailable);
    await expect(here.presence.phase(callId)).rejects.toThrow(StoreUnavailable);
    await expect(here.presence.ping()).rejects.toThrow(StoreUnavailable);
    await redis.restart();
    await patiently('somebody gets in', () => here.enters(callId));
  });

  it('with Redis hanging entering fails, and leaves no seat taken by nobody', async () => {
    const [here] = await startTwo();
    const callId = newCallId();
    redis.pause();
    try {
      await expect(here.socket(callId).enter()).rejects.toThrow(StoreUnavailable);
    } finally {
      redis.resume();
    }
    await until('Redis answers again', () => here.presence.ping().then(() => true));
    await until('nobody is said to be there', async () => {
      const phase = await here.presence.phase(callId);
      return phase === 'empty' || phase === 'waiting' ? phase : false;
    });
    const [ann, bob] = [await here.enters(callId), await here.enters(callId)];
    expect([ann.standing, bob.standing].sort()).toEqual([0, 1]);
  });

  it('who blocks somebody while Redis hangs has blocked them when it is back', async () => {
    const [here, there] = await startTwo();
    const { callId, ann, bob } = await meet(here, there);
    redis.pause();
    try {
      await ann.block();
    } finally {
      redis.resume();
    }
    await bob.seesPeer('left');
    const again = there.socket(callId, bob.holder);
    await again.enter();
    await again.hears('refused');
    expect(again.standing).toBe('full');
  });

  it('who hangs up while Redis hangs has hung up when it is back', async () => {
    const [here, there] = await startTwo();
    const { ann, bob } = await meet(here, there);
    redis.pause();
    try {
      await bob.leave();
    } finally {
      redis.resume();
    }
    await ann.seesPeer('left');
  });
});
