import { createHash, randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { CallIds } from '../../server/src/presence/call-id.js';
import { startApp, type AppServer } from '../support/app-server.js';
import { onFreePort, startChild } from '../support/child.js';
import { startPostgres } from '../support/postgres.js';
import { startRedisCluster, type RedisServer } from '../support/redis.js';
import { peerjs, plain, token } from './dialects.js';
import { INSPECTED } from './inspected.js';
import type { Dialect } from './synthetic-call.js';

/** A kind of server under load. */
export interface Contender {
  readonly name: string;
  /** Its processes; a Redis they share is not among them. */
  readonly pids: readonly number[];
  /** What each of them printed. */
  readonly outputs: readonly (() => string)[];
  /** Processes it needs besides. */
  readonly storePids: readonly number[];
  readonly dialect: Dialect;
  /** What it keeps things in; null: nothing. */
  readonly stores: { readonly databaseUrl: string; readonly redis: readonly RedisServer[] } | null;
  readonly stop: () => Promise<void>;
}

const SECRET = randomBytes(32).toString('base64url');
const callIds = new CallIds(Buffer.from(SECRET, 'utf8'));

/** As `POST /api/calls` makes them: making a call is measured by itself. */
const newCallId = async (): Promise<string> => callIds.make(Date.now());

async function startScript(
  name: string,
  file: string,
  dialect: (port: number) => Dialect,
): Promise<Contender> {
  const script = fileURLToPath(new URL(file, import.meta.url));
  return onFreePort(async (port) => {
    const child = await startChild(process.execPath, [script, String(port)], {
      ready: /ready/,
      env: { PATH: process.env.PATH, NODE_ENV: 'production', NODE_OPTIONS: INSPECTED },
    });
    return {
      name,
      pids: [child.pid],
      outputs: [child.output],
      storePids: [],
      stores: null,
      dialect: dialect(port),
      stop: async () => {
        await child.end();
      },
    };
  });
}

export const startBare = (): Promise<Contender> =>
  startScript('a bare ws relay', './bare-relay.mjs', (port) =>
    plain(
      () => port,
      async () => token(21),
    ),
  );

export const startPeerjs = (): Promise<Contender> =>
  startScript("PeerJS's server", './peerjs.mjs', (port) => peerjs(() => port));

/** As somebody runs it for others: every check on, real PostgreSQL, a proxy in front that tells the addresses. */
const CHECKED = { RATE_LIMITS: 'on', TRUST_PROXY: '127.0.0.1', LOG_LEVEL: 'info', SERVER_SECRET: SECRET };

/** Whoever comes gets any process, as behind a balancer. */
function anyOf(apps: readonly AppServer[], call: string, seat: 0 | 1): number {
  const hash = createHash('sha256').update(`${call} ${seat}`).digest().readUInt32BE();
  return apps[hash % apps.length]?.port ?? 0;
}

export interface OursOptions {
  readonly name: string;
  readonly processes: number;
  readonly store: 'memory' | 'cluster';
  /** As PULSE_MS; without one its default. */
  readonly pulseMs?: number;
}

export async function startOurs({ name, processes, store, pulseMs }: OursOptions): Promise<Contender> {
  const postgres = await startPostgres();
  const cluster = store === 'cluster' ? await startRedisCluster() : null;
  const env = {
    ...CHECKED,
    NODE_OPTIONS: INSPECTED,
    DATABASE_URL: postgres.url,
    ...(cluster ? { REDIS_URL: cluster.url } : {}),
    ...(pulseMs === undefined ? {} : { PULSE_MS: String(pulseMs) }),
  };
  const apps: AppServer[] = [];
  for (let n = 0; n < processes; n += 1) apps.push(await startApp({ env }));
  return {
    name,
    pids: apps.map((app) => app.pid()),
    outputs: apps.map((app) => app.output),
    storePids: cluster?.nodes.map((node) => node.pid()) ?? [],
    stores: { databaseUrl: postgres.url, redis: cluster?.nodes ?? [] },
    dialect: plain((call, seat) => anyOf(apps, call, seat), newCallId),
    stop: async () => {
      await Promise.all(apps.map((app) => app.stop()));
      await cluster?.stop();
      await postgres.stop();
    },
  };
}
