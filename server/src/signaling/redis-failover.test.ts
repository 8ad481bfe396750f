import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type AppServer } from '../../../e2e/support/app-server.js';
import { startBalancer } from '../../../e2e/support/balancer.js';
import { until } from '../../../e2e/support/child.js';
import { startWatchedRedis, type WatchedRedis } from '../../../e2e/support/redis-guarded.js';
import { ensureBuilt } from '../../../scripts/fresh-build.js';
import { newHolder } from './testing/page.js';
import { SteadyPage } from './testing/steady-page.js';

const CALLS = 100;
/** ms in which everybody is back, on a machine that has other things to do. */
const PATIENCE_MS = 120_000;

describe('a Redis that Sentinels watch', () => {
  const ends: (() => Promise<unknown>)[] = [];
  const servers: AppServer[] = [];
  let redis: WatchedRedis;
  let url = '';

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
    for (let n = 0; n < 2; n += 1) {
      const server = await startApp({ env });
      servers.push(server);
      ends.push(() => server.stop());
    }
    const balancer = await startBalancer(() => servers.map(({ port }) => port));
    ends.push(() => balancer.close());
    url = `http://127.0.0.1:${balancer.port}`;
  });
  afterAll(async () => {
    for (const end of ends.reverse()) await end();
  });

  async function makeCall(): Promise<string> {
    const response = await fetch(`${url}/api/calls`, { method: 'POST' });
    return ((await response.json()) as { callId: string }).callId;
  }

  const join = (callId: string): [SteadyPage, SteadyPage] => {
    const signal = (): string => `${url.replace('http', 'ws')}/api/signal`;
    const page = (): SteadyPage => new SteadyPage({ url: signal, callId, holder: newHolder() });
    return [page(), page()];
  };

  it(`may lose its master in the middle of ${CALLS} calls: none of them ends, nobody hears "full", and new calls begin`, async () => {
    const pages: SteadyPage[] = [];
    for (let n = 0; n < CALLS; n += 1) pages.push(...join(await makeCall()));
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
        const [first, second] = join(await makeCall());
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
