import { randomBytes } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../../e2e/support/child.js';
import { startRedis, startRedisCluster, type RedisServer } from '../../../e2e/support/redis.js';
import type { Bulletin } from './bulletin.js';
import { newCall } from './call-state.js';
import { RedisPresenceStore } from './presence-store.redis.js';
import { sharedAt } from './testing/shared-at.js';
import { StoreUnavailable } from './store-unavailable.js';

Logger.overrideLogger(false);

const LONG_MS = 60_000;
/** ms a Cluster may take to find itself again on a machine that has other things to do. */
const PATIENCE_MS = 100_000;
/** So many that every node of a Cluster has some. */
const CALLS = Array.from({ length: 12 }, () => randomBytes(21).toString('base64url'));

const news = (payload: string): Bulletin => ({ is: 'relay', from: { seat: 0, epoch: 1 }, payload });

interface Servers {
  readonly url: string;
  readonly nodes: readonly RedisServer[];
  stop(): Promise<void>;
}

async function startOne(): Promise<Servers> {
  const server = await startRedis();
  return { url: server.url, nodes: [server], stop: () => server.stop() };
}

describe.each([
  { where: 'one Redis', start: startOne },
  { where: 'a Redis Cluster', start: startRedisCluster },
])('the store of calls on $where that fails', ({ start }) => {
  let servers: Servers;
  let store: RedisPresenceStore;
  let heard: Map<string, string[]>;
  let gaps: number;

  const nodeOf = (number: number): RedisServer => {
    const node = servers.nodes[number];
    if (!node) throw new Error('there is no such node');
    return node;
  };
  /** Of every call something arrives, sooner or later. */
  const allArrives = (text: string) =>
    until(
      `${text} arrives`,
      async () => {
        await Promise.all(CALLS.map((callId) => store.publish(callId, news(text))));
        return CALLS.every((callId) => heard.get(callId)?.includes(text));
      },
      PATIENCE_MS,
    );

  beforeAll(async () => {
    servers = await start();
  });
  beforeEach(async () => {
    heard = new Map();
    gaps = 0;
    store = await new RedisPresenceStore(sharedAt(servers.url)).opened();
    store.listen({
      onBulletin: (callId, bulletin) => {
        if (bulletin.is === 'relay') heard.set(callId, [...(heard.get(callId) ?? []), bulletin.payload]);
      },
      onGap: () => (gaps += 1),
    });
    // A Cluster may still be finding itself after what the test before did to it.
    await until('it works', () => Promise.all(CALLS.map((callId) => store.subscribe(callId))), PATIENCE_MS);
  });
  afterEach(() => store.close());
  afterAll(() => servers.stop());

  it('a node that was killed and is back is heard again, and it is said that something may have been missed', async () => {
    await allArrives('before');
    const before = gaps;
    await nodeOf(0).restart();
    await until('the gap is noticed', () => gaps > before);
    await allArrives('after');
  });

  it('nothing hangs while a node hangs: it fails within seconds, and works when it goes on', async () => {
    const paused = nodeOf(0);
    paused.pause();
    try {
      const outcomes = await Promise.allSettled(
        CALLS.flatMap((callId) => [
          store.load(callId),
          store.swap(callId, { version: 0, at: Date.now() }, newCall(1), LONG_MS, news('x')),
        ]),
      );
      const failures = outcomes.flatMap((outcome) =>
        outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
      );
      expect(failures.length).toBeGreaterThan(0);
      expect(failures.every((failure) => failure instanceof StoreUnavailable)).toBe(true);
      await expect(store.ping()).rejects.toThrow(StoreUnavailable);
    } finally {
      paused.resume();
    }
    await until(
      'everything works again',
      async () => {
        await Promise.all(CALLS.map((callId) => store.load(callId)));
        return true;
      },
      PATIENCE_MS,
    );
    await allArrives('after');
  });

  it('a call that was lost is no call, and can begin anew', async () => {
    const [callId = ''] = CALLS;
    await store.swap(callId, await store.load(callId), newCall(1), LONG_MS);
    const before = await store.load(callId);
    expect(before.call).toEqual(newCall(1));
    for (const node of servers.nodes) await node.restart();
    await until('it is gone', async () => (await store.load(callId)).call === null);
    const { at } = await store.load(callId);
    expect(await store.swap(callId, { version: 0, at }, newCall(2), LONG_MS)).toMatchObject({ is: 'done' });
    expect(await store.swap(callId, { ...before, at }, newCall(3), LONG_MS)).toMatchObject({ is: 'beaten' });
  });

  it('what was decided by a time that is seconds from the time of Redis is not written, and its time is told', async () => {
    const [callId = ''] = CALLS;
    const { version, at } = await store.load(callId);
    for (const offMs of [-4_000, 4_000]) {
      const swapped = await store.swap(callId, { version, at: at + offMs }, newCall(9), LONG_MS);
      if (swapped.is !== 'beaten') throw new Error('It was written.');
      expect(swapped.now.version).toBe(version);
      expect(swapped.now.at).toBeGreaterThanOrEqual(at);
    }
    expect(await store.swap(callId, { version, at: at - 500 }, newCall(9), LONG_MS)).toMatchObject({
      is: 'done',
    });
  });
});
