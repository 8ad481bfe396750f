import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freePort, removeFolder, temporaryFolder, until } from '../../../e2e/support/child.js';
import { startPostgres, type PostgresServer } from '../../../e2e/support/postgres.js';
import { startRedis, type RedisServer } from '../../../e2e/support/redis.js';
import { loadConfig } from '../config/load-config.js';
import { createApp } from '../create-app.js';
import { Database } from '../persistence/database.js';
import { CallIds } from '../presence/call-id.js';
import { PresenceService } from '../presence/presence.service.js';
import { newHolder, Page } from '../signaling/testing/page.js';
import { LOG_EVENTS } from './log-events.js';
import { Metrics } from './metrics.js';
import { Exposition } from './testing/exposition.js';

interface Line {
  readonly level: string;
  readonly event?: string;
  readonly msg: string;
}

let [redis, postgres, app]: [RedisServer?, PostgresServer?, NestExpressApplication?] = [];
let url = '';
let lines: Line[] = [];
const folder = temporaryFolder('log-lines');
const ends: (() => unknown)[] = [
  () => {
    removeFolder(folder);
  },
];

async function start(): Promise<[RedisServer, PostgresServer, NestExpressApplication]> {
  const [store, database] = [await startRedis(), await startPostgres()];
  ends.push(
    () => store.stop(),
    () => database.stop(),
  );
  const port = await freePort();
  const config = await loadConfig({
    PORT: String(port),
    DATA_DIR: folder,
    REDIS_URL: store.url,
    DATABASE_URL: database.url,
    STUN_PORT: '0',
    RATE_LIMITS: 'off',
  });
  // As newLogger() makes it, at the usual level.
  const formatters = { level: (label: string) => ({ level: label }) };
  const logger = pino(
    { level: 'info', base: null, formatters },
    { write: (line) => lines.push(JSON.parse(line) as Line) },
  );
  const server = await createApp(config, logger, { clientDir: folder });
  ends.push(() => server.close());
  await server.listen(port);
  await server.get(Database).open();
  url = `127.0.0.1:${port}`;
  return [store, database, server];
}

beforeAll(async () => {
  [redis, postgres, app] = await start();
});
afterAll(async () => {
  for (const end of ends.reverse()) await end();
});
beforeEach(() => {
  lines = [];
});

const part = <T>(started: T | undefined): T => {
  if (started === undefined) throw new Error('not started');
  return started;
};
const told = async () => new Exposition(await part(app).get(Metrics).registry.metrics());
const said = (): (readonly unknown[])[] => lines.map(({ level, event }) => [level, event]);
const newCallId = () => part(app).get(CallIds, { strict: false }).make(Date.now());

async function enter(callId: string): Promise<string> {
  const page = await Page.open(`ws://${url}/api/signal`);
  page.send({ event: 'enter', data: { callId, holder: newHolder() } });
  const { event } = await page.next();
  page.socket.terminate();
  await page.closed;
  return event;
}

describe('the log, at its usual level,', () => {
  it('says nothing of calls, sockets and requests', async () => {
    const callId = newCallId();
    expect(await enter(callId)).toBe('entered');
    await fetch(`http://${url}/api/calls/${callId}`);
    await fetch(`http://${url}/api/calls/nonsense`);
    await fetch(`http://${url}/nothing`);
    const page = await Page.open(`ws://${url}/api/signal`);
    page.send('nonsense');
    await page.until('error');
    page.socket.terminate();
    expect(lines).toEqual([]);
  });

  it('says once that Redis is away and once that it is back, however much failed meanwhile', async () => {
    const stayed = await Page.open(`ws://${url}/api/signal`);
    await stayed.enter(newCallId());
    await part(redis).kill();
    for (let tries = 0; tries < 5; tries += 1) expect(await enter(newCallId())).toBe('refused');
    await until('it is known', async () => (await told()).sum('o_to_o_store_up') === 0);
    await until('much has failed', async () => (await told()).sum('o_to_o_store_failures_total') > 30);
    expect(said()).toEqual([['warn', 'store-away']]);
    await part(redis).restart();
    await until('it is known', async () => (await told()).sum('o_to_o_store_up') === 1);
    expect(said()).toEqual([
      ['warn', 'store-away'],
      ['info', 'store-back'],
    ]);
    await until('it works', async () => (await enter(newCallId())) === 'entered');
    stayed.socket.terminate();
    expect(lines).toHaveLength(2);
  });

  it('says once that PostgreSQL is away and once that it is back', async () => {
    await part(postgres).kill();
    for (let tries = 0; tries < 5; tries += 1)
      expect((await fetch(`http://${url}/api/devices`, { method: 'POST' })).status).toBe(503);
    await until('it is known', async () => (await told()).sum('o_to_o_database_up') === 0);
    expect(said()).toEqual([['warn', 'database-away']]);
    await part(postgres).restart();
    await until('it is known', async () => (await told()).sum('o_to_o_database_up') === 1);
    expect(said()).toEqual([
      ['warn', 'database-away'],
      ['info', 'database-back'],
    ]);
  });

  it('tells at error what nobody foresaw, with a code, and not what it repeats', async () => {
    const presence = part(app).get(PresenceService, { strict: false });
    const { phase } = presence;
    presence.phase = () => Promise.reject(new TypeError('cannot use a secret'));
    expect((await fetch(`http://${url}/api/calls/${newCallId()}`)).status).toBe(500);
    presence.phase = phase;
    expect(said()).toEqual([['error', 'bug']]);
    expect(JSON.stringify(lines)).not.toContain('secret');
  });
});

describe('a line at info or above', () => {
  const source = fileURLToPath(new URL('..', import.meta.url));

  it('has a code, and each code its level', () => {
    const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
      (file) => file.endsWith('.ts') && !/\.test\.ts$|testing\//.test(file),
    );
    const bare = files.flatMap((file) => {
      const text = readFileSync(`${source}/${file}`, 'utf8');
      // An error that nobody foresaw is given as it is, and gets the code `bug`.
      const found = text.match(/[lL]ogger\.(?:log|info|warn|fatal|error\((?!error\)))/g) ?? [];
      return found.map((call) => `${file}: ${call}`);
    });
    expect(files.length).toBeGreaterThan(100);
    expect(bare).toEqual([]);
  });

  it('is explained in docs/logs.md, each code with its level, and no other code', () => {
    const text = readFileSync(`${source}/../../docs/logs.md`, 'utf8');
    const rows = [...text.matchAll(/^\| `([a-z-]+)` +\| (\w+) +\|/gm)];
    const documented = rows.map(([, event = '', level = '']) => [event, level]);
    expect(Object.fromEntries(documented)).toEqual(LOG_EVENTS);
    expect(documented).toHaveLength(Object.keys(LOG_EVENTS).length);
  });
});
