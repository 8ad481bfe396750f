import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../../e2e/support/child.js';
import { startRedis, type RedisServer } from '../../../e2e/support/redis.js';
import { Metrics } from '../ops/metrics.js';
import { sharedAt } from '../presence/testing/shared-at.js';
import { Exposition } from '../ops/testing/exposition.js';
import { PRESENCE_STORE, type PresenceStore } from '../presence/presence-store.js';
import { meet } from './testing/couple.js';
import { newCallId, startSignaling, type SignalingServer } from './testing/signaling-server.js';

let redis: RedisServer;
let servers: readonly SignalingServer[] = [];
beforeAll(async () => {
  redis = await startRedis();
  const start = () => startSignaling({ config: { redis: sharedAt(redis.url) } });
  servers = [await start(), await start()];
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  await redis.stop();
});

const tellOne = async ({ app }: SignalingServer): Promise<Exposition> =>
  new Exposition(await app.get(Metrics).registry.metrics());

/** As Prometheus adds them up. */
async function sum(name: string, labels = {}): Promise<number> {
  const all = await Promise.all(servers.map(tellOne));
  return all.reduce((total, each) => total + each.sum(name, labels), 0);
}

async function callsByPhase(): Promise<Record<string, number>> {
  const phases = ['waiting', 'live', 'interrupted'];
  const counts = await Promise.all(phases.map((phase) => sum('o_to_o_calls', { phase })));
  return Object.fromEntries(phases.map((phase, place) => [phase, counts[place] ?? -1]));
}

const two = (): [SignalingServer, SignalingServer] => {
  const [here, there] = servers;
  if (!here || !there) throw new Error('not started');
  return [here, there];
};

describe('the metrics of two processes, added up,', () => {
  it('count each call once, in whichever of them its people are', async () => {
    const [here, there] = two();
    const apart = await meet(newCallId(), here, there);
    const together = await meet(newCallId(), there, there);
    const alone = await here.open();
    await alone.enter(newCallId());
    expect(await callsByPhase()).toEqual({ waiting: 1, live: 2, interrupted: 0 });
    apart.second.socket.terminate();
    await apart.first.until('peer');
    expect(await callsByPhase()).toEqual({ waiting: 1, live: 1, interrupted: 1 });
    together.second.send({ event: 'leave', data: {} });
    await together.first.until('peer');
    expect(await callsByPhase()).toEqual({ waiting: 2, live: 0, interrupted: 1 });
    for (const { socket, closed } of [apart.first, together.first, alone]) {
      socket.terminate();
      await closed;
    }
    await until('all are gone', async () => (await sum('o_to_o_sockets')) === 0);
    expect(await callsByPhase()).toEqual({ waiting: 0, live: 0, interrupted: 0 });
  });

  it('tell how long a message takes through the store, of every sixteenth one', async () => {
    const [here, there] = two();
    const { first, second } = await meet(newCallId(), here, there);
    const by = { way: 'store' };
    for (let said = 0; said < 33; said += 1) {
      first.relay(`message ${said}`);
      await second.until('relay');
    }
    expect(await sum('o_to_o_relayed_total', by)).toBe(33);
    // The first, the seventeenth, the thirty-third.
    await until('the last is back', async () => (await sum('o_to_o_relay_seconds_count', by)) === 3);
    expect(await sum('o_to_o_relay_seconds_sum', by)).toBeGreaterThan(0);
    expect(await sum('o_to_o_relay_seconds_count', { way: 'here' })).toBe(0);
  });

  it('tell of changes that met another one', async () => {
    const [here, there] = two();
    const before = await sum('o_to_o_store_conflicts_total', { outcome: 'retried' });
    const { first } = await meet(newCallId(), here, there);
    // Another process is always a little faster. That what was only remembered is no longer so is no meeting.
    const store = here.app.get<PresenceStore>(PRESENCE_STORE);
    const swap = store.swap.bind(store);
    let stolen = 0;
    store.swap = async (callId, version, call, ...rest) => {
      if (stolen < 3) {
        stolen += 1;
        await swap(callId, version, call, ...rest);
      }
      return swap(callId, version, call, ...rest);
    };
    first.send({ event: 'lock', data: { on: true } });
    await until('both are told', async () => {
      const now = await sum('o_to_o_store_conflicts_total', { outcome: 'retried' });
      return now - before === 2;
    });
    expect(await sum('o_to_o_store_conflicts_total', { outcome: 'given-up' })).toBe(0);
  });
});
