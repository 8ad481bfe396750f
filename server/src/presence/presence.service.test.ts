import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../../e2e/support/child.js';
import { CallIds } from './call-id.js';
import { MemoryPresenceStore } from './presence-store.memory.js';
import { meet, newCallId, newHolder, OPTIONS, SECRET, ServerProcess } from './testing/server-process.js';
import type { PresenceOptions } from './presence.service.js';

/** By a clock that only the test turns. */
const clock = { now: 0 };
beforeEach(() => {
  clock.now = Date.now();
});
const running: ServerProcess[] = [];

/** A process with everything in its memory: a restart has lost it all. */
function start(options: Partial<PresenceOptions> = {}, now: () => number = () => clock.now): ServerProcess {
  const server = new ServerProcess(new MemoryPresenceStore(now), options);
  running.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.dies()));
});

describe('presence in one process', () => {
  it('an id that does not prove itself is unknown', async () => {
    const server = start();
    const foreign = new CallIds(randomBytes(32)).make(Date.now());
    for (const callId of ['', 'x'.repeat(10_000), randomBytes(21).toString('base64url'), foreign]) {
      expect(await server.socket(callId).enter()).toBe('unknown-call');
      expect(await server.presence.phase(callId)).toBe('unknown');
    }
  });

  it('a link nobody used for its time is unknown, but good for who was in with a ticket', async () => {
    const old = new CallIds(SECRET).make(clock.now - OPTIONS.callTtlMs - 2 * 3_600_000);
    const [before, after, holder] = [start(), start(), newHolder()];
    expect(await before.socket(old).enter()).toBe('unknown-call');
    expect(await before.presence.phase(old)).toBe('unknown');

    const { ticket } = (await start({ callTtlMs: 10 * OPTIONS.callTtlMs }).enters(old, holder)).entered;
    expect(await after.socket(old, newHolder()).enter(ticket)).toBe('unknown-call');
    expect((await after.enters(old, holder, ticket)).standing).toBe(0);
    expect(await after.socket(old).enter()).toBe('ok');
  });

  it('says in which phase a call is, and changes nothing by being asked', async () => {
    const [server, callId] = [start(), newCallId()];
    expect(await server.presence.phase(callId)).toBe('empty');
    const ann = await server.enters(callId);
    expect(await server.presence.phase(callId)).toBe('waiting');
    const bob = await server.enters(callId);
    expect(await server.presence.phase(callId)).toBe('live');
    await bob.lost();
    expect(await server.presence.phase(callId)).toBe('interrupted');
    clock.now += OPTIONS.graceMs;
    expect(await server.presence.phase(callId)).toBe('waiting');
    await ann.leave();
    expect(await server.presence.phase(callId)).toBe('empty');
  });

  it('a seat is kept while the other reports that they are heard, and freed after', async () => {
    const server = start();
    const { callId, ann, bob } = await meet(server);
    await bob.lost();
    for (let times = 0; times < 20; times += 1) {
      clock.now += OPTIONS.graceMs / 2;
      await ann.alive(true);
    }
    expect(await server.presence.phase(callId)).toBe('interrupted');
    const back = await server.enters(callId, bob.holder);
    expect(back.entered).toMatchObject({ seat: 1, epoch: 2 });
    await back.lost();
    clock.now += OPTIONS.graceMs;
    await ann.alive(false);
    await ann.seesPeer('absent');
  });

  it('when the grace period is over the other is told, without anybody doing anything', async () => {
    const server = start({ graceMs: 50 }, Date.now);
    const { ann, bob } = await meet(server);
    await bob.lost();
    await ann.seesPeer('absent');
    expect(ann.told.map((message) => message.type === 'peer' && message.state)).toContain('dropped');
  });

  it('a call whose people all dropped ends by itself, and that is recorded once', async () => {
    const server = start({ graceMs: 50 }, Date.now);
    const { ann, bob } = await meet(server);
    await Promise.all([ann.lost(), bob.lost()]);
    await until('the end is recorded', () => server.recorded.some(({ event }) => event === 'ended'));
    expect(server.recorded.map(({ event }) => event)).toEqual(['met', 'dropped', 'dropped', 'ended']);
  });

  it('after a restart that lost everything both get their own seats back by their tickets', async () => {
    const { callId, ann, bob } = await meet(start());
    const after = start();
    clock.now += 1;
    const stranger = await after.enters(callId);
    const bobAgain = await after.enters(callId, bob.holder, bob.entered.ticket);
    const annAgain = await after.enters(callId, ann.holder, ann.entered.ticket);
    await stranger.hears('refused');
    expect([annAgain.standing, bobAgain.standing, stranger.standing]).toEqual([0, 1, 'displaced']);
    expect(annAgain.entered.epoch).toBeGreaterThan(ann.entered.epoch);
    expect(bobAgain.entered.epoch).toBeGreaterThan(bob.entered.epoch);
  });

  it('somebody else’s ticket is worth nothing, and so is one that cannot be read', async () => {
    const { callId, ann } = await meet(start());
    const after = start();
    clock.now += 1;
    await after.enters(callId);
    await after.enters(callId);
    for (const ticket of [ann.entered.ticket, 'nonsense', 'x'.repeat(512)]) {
      const stranger = after.socket(callId);
      await stranger.enter(ticket);
      await stranger.hears('refused');
      expect(stranger.standing).toBe('full');
    }
  });

  it('a connection that is lost while it is entering leaves no seat taken', async () => {
    const [server, callId] = [start(), newCallId()];
    const ann = await server.enters(callId);
    const bob = server.socket(callId);
    await Promise.all([bob.enter(), bob.lost()]);
    expect(await server.presence.phase(callId)).toBe('interrupted');
    expect(bob.told).toEqual([]);
    await ann.seesPeer('dropped');
  });

  it('a connection whose last word was said changes nothing any more', async () => {
    const server = start();
    const { callId, ann, bob } = await meet(server);
    const newer = await server.enters(callId, bob.holder);
    await bob.hears('superseded');
    const [heard, said] = [ann.told.length, bob.told.length];
    await bob.alive(true);
    await bob.leave();
    await bob.lost();
    expect(await server.presence.phase(callId)).toBe('live');
    await newer.relay('only to see that all that was published has arrived');
    await until('it has', () => server.relayed.length > 0);
    expect([ann.told.length, bob.told.length]).toEqual([heard, said]);
  });

  it('a locked call is full for a third person, also while one of the two is gone', async () => {
    const server = start();
    const { callId, ann, bob } = await meet(server);
    await bob.lock(true);
    await ann.seesLock(true);
    await bob.leave();
    const stranger = server.socket(callId);
    await stranger.enter();
    await stranger.hears('refused');
    expect(stranger.standing).toBe('full');
    const back = await server.enters(callId, bob.holder);
    expect([back.standing, back.isLocked]).toEqual([1, true]);
    await back.lock(false);
    await ann.seesLock(false);
  });

  it('a lock lasts as long as the link of an empty call works', async () => {
    const server = start();
    const { callId, ann, bob } = await meet(server);
    await ann.lock(true);
    await bob.seesLock(true);
    await Promise.all([ann.leave(), bob.leave()]);
    clock.now += OPTIONS.callTtlMs - 1;
    const stranger = server.socket(callId);
    await stranger.enter();
    expect(stranger.standing).toBe('full');
    expect((await server.enters(callId, bob.holder)).standing).toBe(1);
  });

  it('who would lock a call alone is told, and stays', async () => {
    const server = start();
    const ann = await server.enters(newCallId());
    await ann.lock(true);
    await ann.hears('not-together');
    const bob = await server.enters(ann.callId);
    await ann.seesPeer('present');
    await ann.lock(true);
    await bob.seesLock(true);
  });

  it('who is blocked is told of a hang-up, waits, and goes when somebody comes', async () => {
    const server = start();
    const { callId, ann, bob } = await meet(server);
    await ann.block();
    await bob.seesPeer('left');
    expect(bob.told.map(({ type }) => type)).toEqual(['entered', 'peer']);
    const eve = await server.enters(callId);
    await bob.hears('refused');
    expect([bob.standing, eve.standing, eve.peer]).toEqual(['displaced', 0, 'absent']);
    const again = server.socket(callId, bob.holder);
    await again.enter(bob.entered.ticket);
    expect(again.standing).toBe('full');
    expect(server.recorded.map(({ event }) => event)).toEqual(['met', 'ended']);
  });

  it('a block that a superseded connection says late bars nobody', async () => {
    const server = start();
    const { callId, ann, bob } = await meet(server);
    const newer = await server.enters(callId, ann.holder);
    await ann.hears('superseded');
    await ann.block();
    await bob.lost();
    expect((await server.enters(callId, bob.holder)).standing).toBe(1);
    expect(newer.standing).toBe(0);
  });
});
