import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../../e2e/support/child.js';
import { Random } from '../../../e2e/support/random.js';
import { startRedis, type RedisServer } from '../../../e2e/support/redis.js';
import { sharedAt } from '../presence/testing/shared-at.js';
import { newHolder } from './testing/page.js';
import { newCallId, startSignaling, type SignalingServer } from './testing/signaling-server.js';
import { SteadyPage } from './testing/steady-page.js';

const ROUNDS = 10;
const CALLS_A_ROUND = 20;
/** ms around the moment when Redis comes back empty in which everybody does something. */
const TURMOIL_MS = 1500;

interface Race {
  readonly people: readonly [SteadyPage, SteadyPage];
  readonly strangers: SteadyPage[];
}

describe('after Redis has lost everything, both people and strangers race for the call at two servers', () => {
  const ends: (() => Promise<unknown>)[] = [];
  let redis: RedisServer;
  let servers: readonly SignalingServer[];
  const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 32));
  const random = new Random(seed);

  beforeAll(async () => {
    redis = await startRedis();
    ends.push(() => redis.stop());
    const config = { redis: sharedAt(redis.url), rateLimits: 'off' } as const;
    servers = [await startSignaling({ config }), await startSignaling({ config })];
    for (const server of servers) ends.push(() => server.stop());
  });
  afterAll(async () => {
    for (const end of ends.reverse()) await end();
  });

  function newPage(callId: string): SteadyPage {
    const url = () => `ws://127.0.0.1:${servers[random.next() < 0.5 ? 0 : 1]?.port ?? 0}/api/signal`;
    return new SteadyPage({ url, callId, holder: newHolder(), random: () => random.next() });
  }

  /** Each of the two may lose the socket any number of times, and strangers may be quicker than they. */
  async function turmoil(callId: string, { people, strangers }: Race): Promise<void> {
    const drops = people.map(async (page) => {
      for (let left = Math.floor(random.next() * 3); left > 0; left -= 1) {
        await pause(random.between(0, TURMOIL_MS));
        page.drop();
      }
    });
    const knocks = Array.from({ length: 1 + Math.floor(random.next() * 2) }, async () => {
      await pause(random.between(0, TURMOIL_MS));
      strangers.push(newPage(callId));
    });
    await Promise.all([...drops, ...knocks]);
  }

  async function settled(callId: string, { people, strangers }: Race): Promise<void> {
    const [one, other] = people;
    const together = () => until('the two are together', () => people.every((page) => page.isTogether));
    await together();
    await until('no stranger is in the call', () => strangers.every((page) => page.isOver));
    // What the pages know may be older than the empty store: a stranger tries until both places are taken again.
    await until('a stranger is told "full"', async () => {
      const late = newPage(callId);
      strangers.push(late);
      await until('a stranger has an answer', () => late.isOver);
      return late.refusals.at(-1) === 'full';
    });
    await together();
    await until('the two hear each other', () => {
      one.relay('from one');
      other.relay('from the other');
      return one.received.includes('from the other') && other.received.includes('from one');
    });
    expect(people.flatMap((page) => page.refusals).filter((reason) => reason !== 'unavailable')).toEqual([]);
    expect(people.some((page) => page.isOver)).toBe(false);
    expect(people.map((page) => page.seats.size)).toEqual([1, 1]);
    expect(strangers.some((page) => page.isIn)).toBe(false);
  }

  it(`${ROUNDS * CALLS_A_ROUND} times, neither of the two is ever told "full", and no stranger stays`, async () => {
    try {
      for (let round = 0; round < ROUNDS; round += 1) {
        const races = new Map<string, Race>();
        for (let n = 0; n < CALLS_A_ROUND; n += 1) {
          const callId = newCallId();
          races.set(callId, { people: [newPage(callId), newPage(callId)], strangers: [] });
        }
        await Promise.all(
          [...races.values()].map(({ people }) =>
            until('both are in', () => people.every((page) => page.isTogether)),
          ),
        );
        const emptied = pause(random.between(0, TURMOIL_MS)).then(() => redis.restart());
        await Promise.all([emptied, ...[...races].map(([callId, race]) => turmoil(callId, race))]);
        await Promise.all([...races].map(([callId, race]) => settled(callId, race)));
        for (const { people, strangers } of races.values()) {
          for (const page of [...people, ...strangers]) page.end();
        }
      }
    } catch (problem) {
      throw new Error(`with SEED=${seed}`, { cause: problem });
    }
  });
});
