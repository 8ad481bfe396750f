import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type AppServer } from '../../../e2e/support/app-server.js';
import { selfSigned } from '../../../e2e/support/certificate.js';
import { onFreePort, removeFolder, startChild, temporaryFolder } from '../../../e2e/support/child.js';
import { startPostgres, type PostgresServer } from '../../../e2e/support/postgres.js';
import {
  startSecuredCluster,
  startSecuredRedis,
  type Files,
  type GuardedRedis,
} from '../../../e2e/support/redis-guarded.js';
import { ensureBuilt, root } from '../../../scripts/fresh-build.js';
import { Page } from '../signaling/testing/page.js';

const folder = temporaryFolder('secured');
const ends: (() => Promise<unknown>)[] = [];
let files: Files;
let postgres: PostgresServer;

beforeAll(async () => {
  await ensureBuilt(() => undefined);
  files = selfSigned(folder, 'IP:127.0.0.1', 'DNS:localhost');
  postgres = await startPostgres(files);
  ends.push(() => postgres.stop());
});
afterAll(async () => {
  for (const end of ends.reverse()) await end();
  removeFolder(folder);
});

async function healthOf(server: AppServer): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${server.port}/readyz`);
  return response.json();
}

async function twoTalk(server: AppServer): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${server.port}/api/calls`, { method: 'POST' });
  const { callId } = (await response.json()) as { callId: string };
  const open = () => Page.open(`ws://127.0.0.1:${server.port}/api/signal`);
  const [first, second] = [await open(), await open()];
  await first.enter(callId);
  await second.enter(callId);
  first.relay('hello');
  expect(await second.until('relay')).toEqual({ payload: 'hello' });
  first.socket.close();
  second.socket.close();
}

const databaseUrl = (mode: string): string =>
  `postgres://postgres@127.0.0.1:${postgres.port}/postgres?sslmode=${mode}&sslrootcert=${files.cert}`;

async function serverWith(env: Record<string, string>): Promise<AppServer> {
  const server = await startApp({ env: { SERVER_SECRET: 'a secret for these tests', ...env } });
  ends.push(() => server.stop());
  return server;
}

/** A server that starts, and whose stores do not let it in: what it says of them, and all it printed. */
async function unready(env: Record<string, string>): Promise<{ health: unknown; output: string }> {
  const { port, child } = await onFreePort(async (at) => {
    const own = {
      PORT: String(at),
      DATA_DIR: folder,
      STUN_PORT: '0',
      SERVER_SECRET: 'a secret for these tests',
    };
    const all = { PATH: process.env['PATH'], NODE_ENV: 'production', ...own, ...env };
    const options = { env: all, ready: /o to o is ready/ };
    return {
      port: at,
      child: await startChild(process.execPath, [join(root, 'server/dist/main.js')], options),
    };
  });
  const response = await fetch(`http://127.0.0.1:${port}/readyz`);
  const health: unknown = await response.json();
  await child.end();
  return { health, output: child.output() };
}

describe('stores that let nobody in without TLS and a password', () => {
  it.each<[string, (files: Files) => Promise<GuardedRedis>, Record<string, string>]>([
    ['one Redis', startSecuredRedis, {}],
    ['a Redis Cluster behind one address', startSecuredCluster, { REDIS_MODE: 'cluster' }],
  ])(
    '%s and PostgreSQL serve a server that has the password and believes their certificates',
    async (_name, start, env) => {
      const redis = await start(files);
      ends.push(() => redis.stop());
      const secured = { ...env, REDIS_URL: redis.url, DATABASE_URL: databaseUrl('verify-full') };
      const server = await serverWith({ ...secured, NODE_EXTRA_CA_CERTS: files.cert });
      expect(await healthOf(server)).toEqual({ status: 'ok', redis: 'ok', postgres: 'ok' });
      await twoTalk(server);
    },
  );

  it('a server that does not believe their certificates, or has no password, says which is away, and never which password it has', async () => {
    const redis = await startSecuredRedis(files);
    ends.push(() => redis.stop());
    const address = new URL(redis.url);
    address.password = 'quite-another-one';
    const unbelieving = await unready({ REDIS_URL: redis.url, DATABASE_URL: databaseUrl('disable') });
    expect(unbelieving.health).toMatchObject({ redis: 'away', postgres: 'away' });
    const stranger = await unready({
      REDIS_URL: address.href,
      DATABASE_URL: databaseUrl('verify-full'),
      NODE_EXTRA_CA_CERTS: files.cert,
    });
    expect(stranger.health).toMatchObject({ redis: 'away', postgres: 'ok' });
    expect(stranger.output).toMatch(/Redis/);
    expect(stranger.output).not.toContain('quite-another-one');
  });
});
