import { setTimeout as pause } from 'node:timers/promises';
import { collectGarbage } from './inspected.js';
import type { Contender } from './contenders.js';
import { cpuMs, residentBytes, settled } from './process-cost.js';
import { meet, part, payloadOf, say, wholeCall, type CallPlan, type Pair } from './synthetic-call.js';

/** Sockets that are being opened at the same time: more than a listening socket's queue holds would have to knock again. */
const OPENING = 100;

/** Runs `work` for each of `things`, at most `atOnce` at the same time. */
async function each<T>(
  things: readonly T[],
  atOnce: number,
  work: (thing: T) => Promise<void>,
): Promise<void> {
  const left = [...things];
  const next = async (): Promise<void> => {
    for (let thing = left.pop(); thing !== undefined; thing = left.pop()) await work(thing);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, things.length) }, next));
}

/**
 * Begins `work` for each of `things` at a steady pace, whatever the answers take, and waits for all of it. Everybody gets the same
 * load: a server that is driven as fast as it can costs less for each message than one that waits for the next, and whoever
 * writes to a sleeping process of the same machine pays for waking it.
 */
async function paced<T>(
  things: readonly T[],
  perSecond: number,
  work: (thing: T) => Promise<void>,
): Promise<void> {
  const since = performance.now();
  const begun: Promise<void>[] = [];
  for (const [n, thing] of things.entries()) {
    const waitMs = since + (n * 1000) / perSecond - performance.now();
    if (waitMs > 0) await pause(waitMs);
    begun.push(work(thing));
  }
  await Promise.all(begun);
}

const newCalls = (contender: Contender, count: number): Promise<string[]> =>
  Promise.all(Array.from({ length: count }, () => contender.dialect.newCall()));

export interface CallsPlan extends CallPlan {
  /** Whole calls in all. */
  readonly calls: number;
  /** Calls that begin each second. */
  readonly perSecond: number;
}

/** Compiling what runs often is done once, however long a server then runs: so many calls, as fast as they go, come before anything counts. */
const WARM_UP = 2_000;
const AT_ONCE = 50;

export async function warmUp(contender: Contender, call: CallPlan): Promise<void> {
  const ids = await newCalls(contender, WARM_UP);
  await each(ids, AT_ONCE, (id) => wholeCall(contender.dialect, id, { ...call, pulseMs: 0 }));
  await settled(contender.pids);
}

export interface CallsCost {
  /** ms of the servers' processor time for each call. */
  readonly perCall: number;
  /** ms of the store's processor time for each call. */
  readonly storePerCall: number;
}

/** What whole calls cost. */
export async function callsCost(contender: Contender, plan: CallsPlan): Promise<CallsCost> {
  const { dialect, pids, storePids } = contender;
  const { calls, perSecond } = plan;
  const ids = await newCalls(contender, calls);
  const before = await settled(pids);
  const storeBefore = cpuMs(storePids);
  await paced(ids, perSecond, (id) => wholeCall(dialect, id, plan));
  const perCall = ((await settled(pids)) - before) / calls;
  const storePerCall = (cpuMs(storePids) - storeBefore) / calls;
  return { perCall, storePerCall };
}

/** `calls` calls of two, entered and silent, by name. */
export async function openCalls(contender: Contender, calls: number): Promise<Map<string, Pair>> {
  const open = new Map<string, Pair>();
  await each(await newCalls(contender, calls), OPENING, async (id) => {
    open.set(id, await meet(contender.dialect, id));
  });
  return open;
}

/** Everybody in them hangs up. */
export const closeCalls = (contender: Contender, open: ReadonlyMap<string, Pair>): Promise<void> =>
  each([...open.values()], OPENING, (lines) => part(contender.dialect, lines));

/** Bytes of resident memory that one more entered socket, which says nothing, costs a server of its own. */
export async function bytesPerIdleSocket(contender: Contender, sockets: number): Promise<number> {
  const [pid] = contender.pids;
  const [output] = contender.outputs;
  if (pid === undefined || output === undefined) throw new Error(`${contender.name} does not run.`);
  await settled(contender.pids);
  await collectGarbage(output());
  const before = residentBytes(pid);
  const open = await openCalls(contender, sockets / 2);
  await settled(contender.pids);
  await collectGarbage(output());
  const after = residentBytes(pid);
  await closeCalls(contender, open);
  return (after - before) / sockets;
}

export interface LatencyPlan {
  /** Calls that are open. */
  readonly calls: number;
  readonly messages: number;
  /** Characters of each. */
  readonly size: number;
}

/** ms from one person's socket to the other's, one message at a time: what the way costs when nobody stands in it. */
export async function relayLatency(contender: Contender, plan: LatencyPlan): Promise<number[]> {
  const open = await openCalls(contender, plan.calls);
  const calls = [...open];
  const times: number[] = [];
  for (let n = 0; n < plan.messages; n += 1) {
    const [id, lines] = calls[n % calls.length] ?? [];
    if (id === undefined || lines === undefined) continue;
    const payload = payloadOf(plan.size);
    const since = performance.now();
    await say(contender.dialect, id, lines, n % 2 === 0 ? 0 : 1, payload);
    times.push(performance.now() - since);
  }
  await closeCalls(contender, open);
  return times;
}
