import { expect, test } from '@playwright/test';
import { median, print, quantile, type Measure } from '../bench/table.js';
import { startBare, startOurs, startPeerjs, type Contender } from './contenders.js';
import {
  bytesPerIdleSocket,
  callsCost,
  closeCalls,
  openCalls,
  relayLatency,
  warmUp,
  type CallsCost,
} from './figures.js';
import { joinsPerSecond } from './joins.js';
import { recordBytes, storeBytes } from './kept.js';
import { readPlan } from './plan.js';
import { settled } from './process-cost.js';
import { OUR_CALL, PLAIN_CALL, type CallPlan } from './synthetic-call.js';

const plan = readPlan();
/** Calls that begin each second: well below what any of them can do, and the same for all. */
const PER_SECOND = 150;
/** Signs of life of each person in a call of ten minutes, one each 25 s. */
const PULSES = 24;
/** A hundred times faster than people live: what a lease costs, and what is put off and wound up, all happens as in ten minutes. */
const QUICK = { pulses: PULSES, pulseMs: 250 };
/** No time passes: sockets that are silent meanwhile are at their own pace, of 25 s. */
const AT_ONCE = { pulses: PULSES, pulseMs: 0 };
const LATENCY = { calls: 25, messages: 200, size: 500 };
const LATENCY_SLICES = 10;
/** Calls whose size is told. */
const KEPT_CALLS = 2_000;

const over: string[] = [];
const tell = (title: string, measures: readonly Measure[]): void => {
  over.push(...print(title, measures));
};

/** The median of each, measured in turns: what else the machine does disturbs all of them. */
async function inTurns(contenders: readonly Contender[], call: CallPlan): Promise<Map<Contender, CallsCost>> {
  const costs = new Map(contenders.map((who) => [who, [] as CallsCost[]]));
  for (let n = 0; n < plan.rounds; n += 1) {
    for (const [who, list] of costs) {
      list.push(await callsCost(who, { calls: plan.calls, perSecond: PER_SECOND, ...call }));
    }
  }
  return new Map(
    [...costs].map(([who, list]) => [
      who,
      {
        perCall: median(list.map(({ perCall }) => perCall)),
        storePerCall: median(list.map(({ storePerCall }) => storePerCall)),
      },
    ]),
  );
}

const ms = (what: string, value: number): Measure => ({ what, value, unit: 'ms' });
const times = (what: string, value: number, limit?: number): Measure => ({
  what: `  ${what}`,
  value,
  unit: '×',
  ...(limit === undefined ? {} : { limit }),
});

test('a call, beside a bare relay and PeerJS', async () => {
  const bare = await startBare();
  const memory = await startOurs({ name: 'o to o', processes: 1, store: 'memory', pulseMs: QUICK.pulseMs });
  const redis = await startOurs({
    name: 'o to o on a Redis Cluster',
    processes: 1,
    store: 'cluster',
    pulseMs: QUICK.pulseMs,
  });
  const peer = await startPeerjs();
  const all = [bare, memory, redis, peer];
  for (const who of all) await warmUp(who, { script: OUR_CALL, ...QUICK });
  for (const [title, script] of [
    ['the messages of our pages', OUR_CALL],
    ['the messages of a minimal page', PLAIN_CALL],
  ] as const) {
    const costs = await inTurns(all, { script, ...QUICK });
    const of = (who: Contender): number => costs.get(who)?.perCall ?? NaN;
    tell(
      `Processor time of the server for a call of ten minutes, ${title} (${plan.rounds} rounds of ${plan.calls})`,
      [
        ...all.map((who) => ms(who.name, of(who))),
        ms('  the Redis Cluster besides', costs.get(redis)?.storePerCall ?? NaN),
        times("PeerJS's server / bare relay", of(peer) / of(bare)),
        times('o to o / bare relay', of(memory) / of(bare), 1.2),
        times('o to o on a Redis Cluster / bare relay', of(redis) / of(bare), 1.5),
      ],
    );
  }

  const waits = new Map(all.map((who) => [who, [] as number[]]));
  for (let n = 0; n <= LATENCY_SLICES; n += 1) {
    for (const [who, list] of waits) {
      const measured = await relayLatency(who, LATENCY);
      if (n > 0) list.push(...measured);
    }
  }
  const at = (who: Contender, share: number): number => quantile(waits.get(who) ?? [], share);
  tell(`One relayed message of ${LATENCY.size} characters, from socket to socket`, [
    ...all.flatMap((who) => [ms(`${who.name}, p50`, at(who, 0.5)), ms(`${who.name}, p99`, at(who, 0.99))]),
    times('o to o / bare relay, p50', at(memory, 0.5) / at(bare, 0.5), 1.25),
    times('o to o / bare relay, p99', at(memory, 0.99) / at(bare, 0.99), 1.5),
  ]);

  const joins: Measure[] = [];
  for (const who of all) {
    joins.push({ what: who.name, value: await joinsPerSecond(who, plan.calls), unit: 'joins/s' });
  }
  tell('People who enter, as fast as one generator on this machine can make them', joins);
  await Promise.all(all.map((who) => who.stop()));
});

test('how it grows with the sockets that are open', async () => {
  const bare = await startBare();
  const ours = await startOurs({ name: 'o to o', processes: 1, store: 'memory' });
  const rows: Measure[] = [];
  const spent: number[] = [];
  for (const who of [bare, ours]) await warmUp(who, { script: OUR_CALL, ...AT_ONCE });
  for (const sockets of plan.sockets) {
    // One after the other: the generator, too, may open only so many.
    for (const who of [bare, ours]) {
      const open = await openCalls(who, sockets / 2);
      const costs = await inTurns([who], { script: OUR_CALL, ...AT_ONCE });
      rows.push(ms(`${who.name}, ${sockets} sockets open`, costs.get(who)?.perCall ?? NaN));
      if (who === ours) spent.push(costs.get(who)?.perCall ?? NaN);
      await closeCalls(who, open);
    }
  }
  const mean = spent.reduce((sum, each) => sum + each, 0) / spent.length;
  tell('Processor time of the server for a call of ten minutes', [
    ...rows,
    times('the dearest / the mean', Math.max(...spent) / mean, 1.2),
    times('the mean / the cheapest', mean / Math.min(...spent), 1.25),
  ]);
  await Promise.all([bare.stop(), ours.stop()]);
});

test('what a silent socket weighs', async () => {
  const rows: Measure[] = [];
  for (const sockets of plan.sockets) {
    const bytes: number[] = [];
    for (const start of [startBare, () => startOurs({ name: 'o to o', processes: 1, store: 'memory' })]) {
      const who = await start();
      const measured = await bytesPerIdleSocket(who, sockets);
      rows.push({ what: `${who.name}, ${sockets} sockets`, value: Math.round(measured), unit: 'B' });
      bytes.push(measured);
      await who.stop();
    }
    const [bare = NaN, ours = NaN] = bytes;
    // Of few sockets nothing is left but what the process takes for itself meanwhile.
    rows.push(times('o to o / bare relay', ours / bare, sockets >= 10_000 ? 1.25 : undefined));
  }
  tell('Memory of one more entered socket that says nothing', rows);
});

test('what a call leaves in the stores', async () => {
  const who = await startOurs({ name: 'o to o', processes: 1, store: 'cluster' });
  const { databaseUrl, redis } = who.stores ?? { databaseUrl: '', redis: [] };
  const call = { script: OUR_CALL, ...AT_ONCE };
  await warmUp(who, call);
  const [records, store] = [await recordBytes(databaseUrl), await storeBytes(redis)];
  const open = await openCalls(who, KEPT_CALLS);
  const live = (await storeBytes(redis)) - store;
  await closeCalls(who, open);
  await settled(who.pids);
  tell('What a call takes in the stores', [
    { what: 'Redis, while it goes on', value: Math.round(live / KEPT_CALLS), unit: 'B' },
    {
      what: 'PostgreSQL, until RETENTION_DAYS are over',
      value: Math.round(((await recordBytes(databaseUrl)) - records) / KEPT_CALLS),
      unit: 'B',
    },
  ]);
  await who.stop();
});

test('how it grows with the processes', async () => {
  const rows: Measure[] = [];
  const spent = new Map<number, number>();
  for (const processes of plan.processes) {
    const who = await startOurs({ name: 'o to o', processes, store: 'cluster', pulseMs: QUICK.pulseMs });
    await warmUp(who, { script: OUR_CALL, ...QUICK });
    const costs = (await inTurns([who], { script: OUR_CALL, ...QUICK })).get(who);
    const joins = await joinsPerSecond(who, plan.calls);
    spent.set(processes, costs?.perCall ?? NaN);
    rows.push(
      ms(`${processes} of them, all together`, costs?.perCall ?? NaN),
      ms('  the Redis Cluster besides', costs?.storePerCall ?? NaN),
      { what: '  people who enter', value: joins, unit: 'joins/s' },
    );
    await who.stop();
  }
  const [one, two] = [spent.get(1), spent.get(2)];
  if (one !== undefined && two !== undefined) {
    // 1.8 times the calls for twice the processor seconds.
    rows.push(times('two processes / one', two / one, 2 / 1.8));
  }
  tell('Processor time of o to o for a call of ten minutes, on a Redis Cluster', rows);
});

test.afterAll(() => {
  expect(over, 'over the limit').toEqual([]);
});
