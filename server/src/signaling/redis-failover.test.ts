import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../../e2e/support/child.js';
import { startWatchedRedis, type WatchedRedis } from '../../../e2e/support/redis-guarded.js';
import { ensureBuilt } from '../../../scripts/fresh-build.js';
import { startBalanced, type BalancedServers } from './testing/balanced-servers.js';
import { newHolder } from './testing/page.js';
import { SteadyPage } from './testing/steady-page.js';

const CALLS = 100;
/** ms in which everybody is back, on a machine that has other things to do. */
const PATIENCE_MS = 120_000;

describe('a Redis that Sentinels watch', () => {
  const ends: (() => Promise<unknown>)[] = [];
  let redis: WatchedRedis;
  let balanced: BalancedServers;

  beforeAll(async () => {
    await ensureBuilt(() => undefined);
    redis = await startWatchedRedis();
    ends.push(() => redis.stop());
    const env = {
      REDIS_URL: redis.url,
      REDIS_MODE: 'sentinel',
      REDIS_SENTINEL_PASSWORD: redis.sentinelPassword,
      SERVER_SECRET: 'the same secret in both processes',
      // A lease of 15 s: who were forgotten would be noticed within the test.
      PULSE_MS: '5000',
    };
    balanced = await startBalanced(2, env);
    ends.push(() => balanced.stop());
  });
  afterAll(async () => {
    for (const end of ends.reverse()) await end();
  });

  const join = (callId: string): [SteadyPage, SteadyPage] => {
    const url = (): string => balanced.signalUrl;
    const page = (): SteadyPage => new SteadyPage({ url, callId, holder: newHolder() });
    return [page(), page()];
  };

  it(`may lose its master in the middle of ${CALLS} calls: none of them ends, nobody hears "full", and new calls begin`, async () => {
    const pages: SteadyPage[] = [];
    for (let n = 0; n < CALLS; n += 1) pages.push(...join(await balanced.makeCall()));
    ends.push(async () => {
      for (const page of pages) page.end();
    });
    const apart = (): number => pages.filter((page) => !page.isTogether).length;
    await until('everybody is together', () => apart() === 0, PATIENCE_MS);
    const seats = pages.map((page) => [...page.seats]);

    await redis.failOver();
    await until(
      'new calls begin',
      async () => {
        const [first, second] = join(await balanced.makeCall());
        try {
          await until('the two are together', () => first.isTogether && second.isTogether, 5_000);
          return true;
        } finally {
          first.end();
          second.end();
        }
      },
      PATIENCE_MS,
    );
    await until('everybody is together again', () => apart() === 0, PATIENCE_MS);
    for (const [n, page] of pages.entries()) page.relay(`said by ${n}`);
    await until(
      'everybody hears their partner',
      () => pages.every((page, n) => page.received.includes(`said by ${n % 2 === 0 ? n + 1 : n - 1}`)),
      PATIENCE_MS,
    );
    expect(pages.flatMap((page) => page.refusals).filter((reason) => reason !== 'unavailable')).toEqual([]);
    expect(pages.filter((page) => page.isOver)).toEqual([]);
    expect(pages.map((page) => [...page.seats])).toEqual(seats);
  });
});
