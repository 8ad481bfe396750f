import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type AppServer } from '../../../e2e/support/app-server.js';
import { startRedis } from '../../../e2e/support/redis.js';
import { ensureBuilt } from '../../../scripts/fresh-build.js';
import { CloseCode } from '../protocol/index.js';
import { newHolder, Page } from './testing/page.js';

const openAt = (server: AppServer): Promise<Page> => Page.open(`ws://127.0.0.1:${server.port}/api/signal`);

async function makeCallAt(server: AppServer): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${server.port}/api/calls`, { method: 'POST' });
  const { callId } = (await response.json()) as { callId: string };
  return callId;
}

describe('two server processes on one Redis', () => {
  const ends: (() => Promise<unknown>)[] = [];
  let here: AppServer;
  let there: AppServer;

  beforeAll(async () => {
    await ensureBuilt(() => undefined);
    const redis = await startRedis();
    ends.push(() => redis.stop());
    // A short pulse: a killed server is noticed after three of them.
    const env = {
      REDIS_URL: redis.url,
      SERVER_SECRET: 'the same secret in both processes',
      PULSE_MS: '1000',
    };
    here = await startApp({ env });
    ends.push(() => here.kill());
    there = await startApp({ env });
    ends.push(() => there.kill());
  });
  afterAll(async () => {
    for (const end of ends.reverse()) await end();
  });

  it('a server that is killed takes nobody out of the call: its people come back to their seats at the other', async () => {
    const callId = await makeCallAt(here);
    const [holder, first, second] = [newHolder(), await openAt(here), await openAt(there)];
    expect(await first.enter(callId, holder)).toMatchObject({ seat: 0 });
    expect(await second.enter(callId)).toMatchObject({ seat: 1, peer: { state: 'present' } });
    first.relay('hello');
    expect(await second.until('relay')).toEqual({ payload: 'hello' });

    await here.kill();
    expect(await second.until('peer')).toMatchObject({ state: 'dropped' });
    const back = await openAt(there);
    expect(await back.enter(callId, holder)).toMatchObject({ seat: 0, epoch: 2 });
    expect(await second.until('peer')).toEqual({ state: 'present', epoch: 2 });
    back.relay('here again');
    expect(await second.until('relay')).toEqual({ payload: 'here again' });

    const stopped = there.stop();
    expect(await Promise.all([back.closed, second.closed])).toEqual([
      CloseCode.goingAway,
      CloseCode.goingAway,
    ]);
    expect(await stopped).toBe(0);
  });
});
