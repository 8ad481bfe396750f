import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../../e2e/support/child.js';
import { startPostgres } from '../../../e2e/support/postgres.js';
import { startRedis } from '../../../e2e/support/redis.js';
import { ensureBuilt } from '../../../scripts/fresh-build.js';
import { startBalanced, type BalancedServers } from './testing/balanced-servers.js';
import { newHolder } from './testing/page.js';
import { SteadyPage } from './testing/steady-page.js';

const CALLS = 200;
const SERVERS = 3;

interface Pair {
  readonly callId: string;
  readonly pages: readonly [SteadyPage, SteadyPage];
}

describe('three servers that are restarted one after the other', () => {
  const ends: (() => Promise<unknown>)[] = [];
  let balanced: BalancedServers;

  beforeAll(async () => {
    await ensureBuilt(() => undefined);
    const [redis, postgres] = [await startRedis(), await startPostgres()];
    ends.push(
      () => postgres.stop(),
      () => redis.stop(),
    );
    const env = {
      REDIS_URL: redis.url,
      DATABASE_URL: postgres.url,
      SERVER_SECRET: 'the same secret in all three processes',
      // A lease of 15 s: who were forgotten would be noticed within the test.
      PULSE_MS: '5000',
    };
    balanced = await startBalanced(SERVERS, env);
    ends.push(() => balanced.stop());
  });
  afterAll(async () => {
    for (const end of ends.reverse()) await end();
  });

  it(`end none of ${CALLS} calls, tell nobody "full", and leave nobody without their partner`, async () => {
    const pairs: Pair[] = [];
    const url = () => balanced.signalUrl;
    for (let n = 0; n < CALLS; n += 1) {
      const callId = await balanced.makeCall();
      const page = () => new SteadyPage({ url, callId, holder: newHolder() });
      pairs.push({ callId, pages: [page(), page()] });
    }
    const pages = pairs.flatMap((pair) => pair.pages);
    ends.push(async () => {
      for (const page of pages) page.end();
    });
    const apart = () => pages.filter((page) => !page.isTogether).length;
    await until('everybody is together', () => apart() === 0, 60_000);
    const seats = pages.map((page) => [...page.seats]);

    for (const server of balanced.servers) {
      // Exit code 0 also means: in time (see STOP_LIMIT_MS).
      expect(await server.restart()).toBe(0);
      await until('everybody is together again', () => apart() === 0, 60_000);
    }

    for (const { pages: both } of pairs) {
      both[0].relay('are you there?');
      both[1].relay('I am');
    }
    await until('everybody hears their partner', () =>
      pairs.every(
        ({ pages: [one, other] }) =>
          one.received.includes('I am') && other.received.includes('are you there?'),
      ),
    );
    expect(pages.flatMap((page) => page.refusals)).toEqual([]);
    expect(pages.filter((page) => page.isOver)).toEqual([]);
    // Nobody hung up, and nobody's time ran out: the other was only ever away for a moment.
    const said = new Set(pages.flatMap((page) => page.peerStates.slice(page.peerStates.indexOf('present'))));
    expect([...said].sort()).toEqual(['dropped', 'present']);
    expect(pages.map((page) => [...page.seats])).toEqual(seats);
    // Each was moved by a goodbye, never cut off.
    expect(new Set(pages.flatMap((page) => page.closeCodes))).toEqual(new Set([1001]));
  });
});
