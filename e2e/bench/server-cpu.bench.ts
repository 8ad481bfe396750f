import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from '@playwright/test';
import { startApp } from '../support/app-server.js';
import { onFreePort, startChild, until } from '../support/child.js';
import { startPostgres } from '../support/postgres.js';
import { OUR_CALL, PLAIN_CALL, wholeCall, type Dialect, type Script } from './synthetic-call.js';
import { median, report } from './table.js';

const ROUNDS = 7;
const CALLS = 800;
/** Rounds before anything counts, each of two kinds of calls: compiling what runs often is done once, however long a server then runs. */
const WARM_UP = 2;
/** Calls at the same time. */
const AT_ONCE = 8;
/** Linux counts a process' time in ticks of 10 ms. */
const TICK_MS = 10;
/** Longer than records of calls wait for company before they are written (500 ms, `RECORD_QUEUE`): they belong to the round. */
const IDLE_MS = 1_000;

interface Contender {
  readonly pid: number;
  readonly dialect: Dialect;
}

/** ms of processor time this process has used so far, all its threads. */
function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

const token = (bytes: number): string => randomBytes(bytes).toString('base64url');
const frame = (event: string, data: object): string => JSON.stringify({ event, data });

/** Ours and the bare relay are spoken to in the same words. */
const plain = (port: number, newCall: () => Promise<string>): Dialect => ({
  url: () => `ws://127.0.0.1:${port}/api/signal`,
  enter: (callId) => frame('enter', { callId, holder: token(16) }),
  relay: (_call, _from, payload) => frame('relay', { payload }),
  pulse: frame('pulse', { peerAlive: true }),
  pulseAnswered: true,
  leave: frame('leave', {}),
  isRelay: (text) => text.startsWith('{"event":"relay"'),
  newCall,
});

const peerjs = (port: number): Dialect => ({
  url: (call, seat) => `ws://127.0.0.1:${port}/peerjs?key=peerjs&id=${call}-${seat}&token=${token(6)}`,
  enter: () => null,
  relay: (call, from, payload) =>
    JSON.stringify({ type: 'OFFER', dst: `${call}-${from === 0 ? 1 : 0}`, payload: { sdp: payload } }),
  pulse: JSON.stringify({ type: 'HEARTBEAT' }),
  pulseAnswered: false,
  leave: null,
  isRelay: (text) => text.includes('"OFFER"'),
  newCall: async () => randomBytes(8).toString('hex'),
});

/** Waits until what was begun is done: a server may write its records after the call. Returns `cpuMs` then. */
async function settled(pid: number): Promise<number> {
  let last = -Infinity;
  return until(
    'the server is idle again',
    () => {
      const now = cpuMs(pid);
      const idle = now - last <= TICK_MS;
      last = now;
      return idle && now;
    },
    60_000,
    IDLE_MS,
  );
}

/** ms of the server's processor time for each call. */
async function round({ pid, dialect }: Contender, script: Script): Promise<number> {
  const calls = await Promise.all(Array.from({ length: CALLS }, () => dialect.newCall()));
  const before = await settled(pid);
  const next = async (): Promise<void> => {
    for (let call = calls.pop(); call !== undefined; call = calls.pop()) {
      await wholeCall(dialect, call, script);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
  return ((await settled(pid)) - before) / CALLS;
}

async function startScript(
  name: string,
): Promise<{ port: number; pid: number; stop: () => Promise<unknown> }> {
  const script = new URL(name, import.meta.url).pathname;
  return onFreePort(async (port) => {
    const child = await startChild(process.execPath, [script, String(port)], {
      ready: /ready/,
      env: { PATH: process.env.PATH, NODE_ENV: 'production' },
    });
    return { port, pid: child.pid, stop: () => child.end() };
  });
}

test('server processor time per call', async () => {
  const postgres = await startPostgres();
  const app = await startApp({ env: { DATABASE_URL: postgres.url } });
  const relay = await startScript('./bare-relay.mjs');
  const peer = await startScript('./peerjs.mjs');
  const newCall = async (): Promise<string> => {
    const answer = await fetch(`${app.url}/api/calls`, { method: 'POST' });
    return ((await answer.json()) as { callId: string }).callId;
  };
  const contenders = {
    ours: { pid: app.pid(), dialect: plain(app.port, newCall) },
    relay: { pid: relay.pid, dialect: plain(relay.port, async () => token(21)) },
    peerjs: { pid: peer.pid, dialect: peerjs(peer.port) },
  };
  const races = [
    { who: contenders.relay, script: OUR_CALL, spent: [] as number[] },
    { who: contenders.ours, script: OUR_CALL, spent: [] as number[] },
    { who: contenders.peerjs, script: OUR_CALL, spent: [] as number[] },
    { who: contenders.relay, script: PLAIN_CALL, spent: [] as number[] },
    { who: contenders.ours, script: PLAIN_CALL, spent: [] as number[] },
    { who: contenders.peerjs, script: PLAIN_CALL, spent: [] as number[] },
  ] as const;
  for (let n = 0; n < WARM_UP + ROUNDS; n += 1) {
    for (const { who, script, spent } of races) {
      const perCall = await round(who, script);
      if (n >= WARM_UP) spent.push(perCall);
    }
  }
  await Promise.all([app.stop(), relay.stop(), peer.stop()]);
  await postgres.stop();
  const [bare, ours, peers, bareOfPlain, oursOfPlain, peersOfPlain] = races.map(({ spent }) => median(spent));
  if (!bare || !ours || !peers || !bareOfPlain || !oursOfPlain || !peersOfPlain) {
    throw new Error('Nothing was measured.');
  }
  report(`Processor time of the server per call, median of ${ROUNDS} rounds of ${CALLS} calls`, [
    { what: 'a bare ws relay, the messages of our pages', value: bare, unit: 'ms' },
    { what: "PeerJS's server, the same messages", value: peers, unit: 'ms' },
    { what: "  PeerJS's server / bare relay", value: peers / bare, unit: '×' },
    { what: 'o to o, the same messages', value: ours, unit: 'ms' },
    { what: '  o to o / bare relay', value: ours / bare, unit: '×', limit: 1.3 },
    { what: 'a bare ws relay, the messages of a minimal page', value: bareOfPlain, unit: 'ms' },
    { what: "PeerJS's server, the same messages", value: peersOfPlain, unit: 'ms' },
    { what: "  PeerJS's server / bare relay", value: peersOfPlain / bareOfPlain, unit: '×' },
    { what: 'o to o, the same messages', value: oursOfPlain, unit: 'ms' },
    { what: '  o to o / bare relay', value: oursOfPlain / bareOfPlain, unit: '×' },
    {
      what: '  a call of ours / a minimal page’s over the bare relay',
      value: ours / bareOfPlain,
      unit: '×',
    },
  ]);
});
