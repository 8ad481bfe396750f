import { once } from 'node:events';
import { cpSync } from 'node:fs';
import { request } from 'node:http';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { freePort, removeFolder, temporaryFolder, until } from '../../e2e/support/child.js';
import { startPostgres, type PostgresServer } from '../../e2e/support/postgres.js';
import { startRedis, type RedisServer } from '../../e2e/support/redis.js';
import { CallEntity } from './calls/call.entity.js';
import { callNamer } from './calls/call-record.js';
import { Retention } from './calls/retention.js';
import type { AppConfig } from './config/app-config.js';
import { loadConfig } from './config/load-config.js';
import { createApp } from './create-app.js';
import { newLogger } from './ops/logging.js';
import { Database } from './persistence/database.js';
import { isFields, type Fields } from './protocol/index.js';

interface Running {
  readonly url: string;
  readonly config: AppConfig;
  readonly app: NestExpressApplication;
  stop(): Promise<void>;
}

/** A data folder as a first start leaves it: making its database takes seconds, copying it does not. */
const usedFolder = temporaryFolder('used');
beforeAll(async () => {
  const database = new Database({ is: 'embedded', dataDir: usedFolder });
  await database.open();
  await database.onApplicationShutdown();
});
afterAll(() => {
  removeFolder(usedFolder);
});

async function start(environment: Record<string, string> = {}): Promise<Running> {
  const dataDir = temporaryFolder('app');
  if (environment['DATABASE_URL'] === undefined) cpSync(usedFolder, dataDir, { recursive: true });
  const port = await freePort();
  const config = await loadConfig({
    PORT: String(port),
    DATA_DIR: dataDir,
    STUN_PORT: '0',
    LOG_LEVEL: 'silent',
    ...environment,
  });
  const app = await createApp(config, newLogger(config.logLevel));
  await app.listen(port);
  await app.get(Database).open();
  return {
    app,
    config,
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      await app.close();
      removeFolder(dataDir);
    },
  };
}

async function fieldsOf(response: Response): Promise<Fields> {
  const value: unknown = await response.json();
  if (!isFields(value)) throw new Error('not an object');
  return value;
}

/** What is looked at of an OpenAPI document. */
interface ApiDescription {
  readonly paths: Record<
    string,
    Record<string, { readonly responses: Record<string, { content?: unknown }> }>
  >;
  readonly components: { readonly schemas: Record<string, { readonly properties: object }> };
}

const post = (url: string, init: RequestInit = {}) => fetch(url, { method: 'POST', ...init });
const callIdOf = async (response: Response) => String((await fieldsOf(response))['callId']);

async function expectProblem(response: Response, status: number, type: string): Promise<void> {
  expect(response.status).toBe(status);
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  const problem = await fieldsOf(response);
  expect(problem).toMatchObject({ status, type: `urn:o-to-o:problem:${type}` });
  expect(Object.keys(problem).sort()).toEqual(['detail', 'status', 'title', 'type']);
  expect(String(problem['detail'])).toMatch(/\.$/);
}

describe('the API', () => {
  let server: Running;
  beforeAll(async () => {
    server = await start({ RATE_LIMITS: 'off' });
  });
  afterAll(() => server.stop());
  const at = (path: string) => `${server.url}${path}`;

  it('makes a call whose link is known at once, and empty', async () => {
    const made = await post(at('/api/calls'));
    expect(made.status).toBe(201);
    const callId = await callIdOf(made);
    expect(callId).toMatch(/^[A-Za-z0-9_-]{28}$/);
    const known = await fetch(at(`/api/calls/${callId}`));
    expect([known.status, await known.json()]).toEqual([200, { callId, phase: 'empty' }]);
  });

  it.each([
    ['nobody made', 'AAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
    ['is too short', 'a'],
    ['is 10,000 characters long', 'a'.repeat(10_000)],
    ['is a name objects have', '__proto__'],
    ['holds what does not belong there', '%00%2f..%2f%22'],
  ])('does not know a call id that %s', async (_name, callId) => {
    await expectProblem(await fetch(at(`/api/calls/${callId}`)), 404, 'unknown-call');
  });

  it('does not know a good call id with one character changed', async () => {
    const callId = await callIdOf(await post(at('/api/calls')));
    const changed = (callId.startsWith('A') ? 'B' : 'A') + callId.slice(1);
    await expectProblem(await fetch(at(`/api/calls/${changed}`)), 404, 'unknown-call');
  });

  it('says what a page needs to know, the same to everybody', async () => {
    const response = await fetch(at('/api/config'));
    expect(await response.json()).toEqual({
      iceServers: [],
      vapidPublicKey: server.config.vapid.publicKey,
      pulseMs: 25_000,
      graceMs: 60_000,
    });
  });

  const json = { 'content-type': 'application/json' };

  it('answers what is not JSON with a problem', async () => {
    const response = await post(at('/api/calls'), { headers: json, body: '{"half' });
    await expectProblem(response, 400, 'bad-request');
  });

  it('answers too large a body with a problem', async () => {
    const body = JSON.stringify({ fill: 'x'.repeat(40_000) });
    await expectProblem(await post(at('/api/calls'), { headers: json, body }), 413, 'too-large');
  });

  it('answers a charset it cannot read with a problem', async () => {
    const headers = { 'content-type': 'application/json; charset=nonsense' };
    await expectProblem(await post(at('/api/calls'), { headers, body: '{}' }), 415, 'unsupported-media-type');
  });

  it('answers an address that cannot be decoded with a problem', async () => {
    await expectProblem(await fetch(at('/api/calls/%E0%A4%A')), 400, 'bad-request');
  });

  it.each(['/api', '/api/', '/api/nothing', '/api/calls/a/b', '/metrics/x'])(
    'has nothing at %s',
    async (path) => {
      await expectProblem(await fetch(at(path)), 404, 'not-found');
    },
  );

  it('says which methods an address answers', async () => {
    const response = await fetch(at('/api/calls'), { method: 'DELETE' });
    expect(response.headers.get('allow')).toBe('POST');
    await expectProblem(response, 405, 'method-not-allowed');
  });

  it('is described at /api/docs with nothing from elsewhere', async () => {
    const page = await fetch(at('/api/docs'));
    const html = await page.text();
    expect(page.status).toBe(200);
    expect(html).not.toMatch(/(src|href)="(https?:)?\/\//);
    expect(html).not.toMatch(/<script(?![^>]*src=)/);
    const description = await fieldsOf(await fetch(at('/api/docs-json')));
    expect(Object.keys(description['paths'] ?? {}).sort()).toEqual([
      '/api/calls',
      '/api/calls/{callId}',
      '/api/config',
      '/api/devices',
      '/api/devices/me',
      '/api/devices/me/push-subscription',
      '/api/ring-links',
      '/api/ring-links/{slug}',
      '/api/ring-links/{slug}/next',
      '/api/ring-links/{slug}/rings',
      '/api/rings',
      '/api/rings/{ringId}',
      '/api/rings/{ringId}/answer',
      '/api/rings/{ringId}/block',
      '/api/rings/{ringId}/cancel',
      '/api/rings/{ringId}/decline',
    ]);
    expect(JSON.stringify(description)).toContain('Retry-After');
  });

  it('describes every no as the problem document it is, and those any request may get', async () => {
    const { paths, components } = (await (await fetch(at('/api/docs-json'))).json()) as ApiDescription;
    expect(Object.keys(components.schemas['ProblemDocument']?.properties ?? {}).sort()).toEqual([
      'detail',
      'status',
      'title',
      'type',
    ]);
    const operations = Object.values(paths).flatMap((methods) => Object.values(methods));
    expect(operations).not.toHaveLength(0);
    for (const { responses } of operations) {
      expect(Object.keys(responses)).toEqual(
        expect.arrayContaining(['400', '405', '413', '415', '429', '500']),
      );
      for (const [, { content }] of Object.entries(responses).filter(([status]) => Number(status) >= 400)) {
        const schema = { $ref: '#/components/schemas/ProblemDocument' };
        expect(content).toEqual({ 'application/problem+json': { schema } });
      }
    }
  });

  it('costs few bytes: an answer has hardly more than what it says', async () => {
    const bytes = await new Promise<number>((resolve, reject) => {
      const sent = request(at('/api/calls'), { method: 'POST' }, (response) => {
        const { socket } = response;
        response.resume().on('end', () => {
          resolve(socket.bytesRead);
        });
      });
      sent.on('error', reject).end();
    });
    expect(bytes).toBeLessThan(450);
  });
});

describe('operators', () => {
  let server: Running;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());

  it('see that it lives and can serve', async () => {
    expect(await (await fetch(`${server.url}/healthz`)).json()).toEqual({ status: 'ok' });
    const ready = await fetch(`${server.url}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([200, { status: 'ok', redis: 'ok', postgres: 'ok' }]);
  });

  it('see numbers without a trace of who', async () => {
    const callId = await callIdOf(await post(`${server.url}/api/calls`));
    const response = await fetch(`${server.url}/metrics`);
    const text = await response.text();
    expect(response.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(text).toMatch(/^o_to_o_calls_created_total [1-9]/m);
    expect(text).toMatch(/^o_to_o_http_requests_total\{status="201"\} [1-9]/m);
    expect(text).toMatch(/^o_to_o_records_lost_total 0$/m);
    expect(text).not.toContain(callId);
    expect(text).not.toContain('127.0.0.1');
  });

  it('find every call in the database, but not the id that opens it', async () => {
    const callId = await callIdOf(await post(`${server.url}/api/calls`));
    const calls = server.app.get(Database).source.getRepository(CallEntity);
    const name = callNamer(server.config.serverSecret)(callId);
    const [event] = await until('it is written', async () => {
      const call = await calls.findOne({ where: { id: name }, relations: { events: true } });
      return call?.events;
    });
    expect(event?.event).toBe('created');
    expect(JSON.stringify(await calls.find())).not.toContain(callId);
  });
});

describe('the records of calls', () => {
  it('say that two people met and when the call ended, in that order', async () => {
    const server = await start();
    const callId = await callIdOf(await post(`${server.url}/api/calls`));
    const enter = async (holder: string) => {
      const socket = new WebSocket(`${server.url.replace('http', 'ws')}/api/signal`);
      await once(socket, 'open');
      socket.send(JSON.stringify({ event: 'enter', data: { callId, holder: holder.repeat(22) } }));
      await once(socket, 'message');
      return socket;
    };
    for (const socket of [await enter('a'), await enter('b')]) {
      socket.send(JSON.stringify({ event: 'leave', data: {} }));
      await once(socket, 'close');
    }
    const calls = server.app.get(Database).source.getRepository(CallEntity);
    const events = await until('the end is written', async () => {
      const [call] = await calls.find({ relations: { events: true }, order: { events: { seq: 'ASC' } } });
      return call?.events.some(({ event }) => event === 'ended') && call.events;
    });
    expect(events.map(({ event }) => event)).toEqual(['created', 'met', 'ended']);
    await server.stop();
  });

  it('are deleted when RETENTION_DAYS are over, not before', async () => {
    const server = await start({ RETENTION_DAYS: '7' });
    await post(`${server.url}/api/calls`);
    const calls = server.app.get(Database).source.getRepository(CallEntity);
    await until('it is written', async () => (await calls.count()) === 1);
    const retention = server.app.get(Retention);
    const day = 86_400_000;
    expect(await retention.sweep(Date.now() + 6.9 * day)).toBe(0);
    expect(await retention.sweep(Date.now() + 7.1 * day)).toBe(1);
    expect(await calls.count()).toBe(0);
    await server.stop();
  });
});

describe('an address that asks for too much', () => {
  it('may make at least 30 calls a minute, is then told when to come back, and others are not held up', async () => {
    const server = await start({ TRUST_PROXY: '127.0.0.1' });
    const from = (address: string) =>
      post(`${server.url}/api/calls`, { headers: { 'x-forwarded-for': address } });
    let made = 0;
    let refused = await from('192.0.2.1');
    while (refused.status === 201 && made < 10_000) {
      made += 1;
      refused = await from('192.0.2.1');
    }
    expect(made).toBeGreaterThanOrEqual(30);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    await expectProblem(refused, 429, 'too-many-requests');
    expect((await from('192.0.2.2')).status).toBe(201);
    await server.stop();
  });
});

describe('with Redis and PostgreSQL', () => {
  let redis: RedisServer;
  let postgres: PostgresServer;
  beforeAll(async () => {
    [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
  });
  afterAll(async () => {
    await redis.stop();
    await postgres.stop();
  });

  const readiness = async ({ url }: Running) => {
    const response = await fetch(`${url}/readyz`);
    return { code: response.status, ...(await fieldsOf(response)) };
  };

  it('calls are made while PostgreSQL is away, also from the start, and written down when it is back', async () => {
    await postgres.kill();
    const server = await start({ REDIS_URL: redis.url, DATABASE_URL: postgres.url });
    expect(await readiness(server)).toEqual({ code: 503, status: 'away', redis: 'ok', postgres: 'away' });
    const callIds = [];
    for (let n = 0; n < 3; n += 1) callIds.push(await callIdOf(await post(`${server.url}/api/calls`)));
    await postgres.restart();
    await until('it is ready', async () => (await readiness(server)).code === 200);
    const calls = server.app.get(Database).source.getRepository(CallEntity);
    await until('all are written', async () => (await calls.count()) === 3);

    await postgres.kill();
    const meanwhile = await post(`${server.url}/api/calls`);
    expect(meanwhile.status).toBe(201);
    await postgres.restart();
    await until('that one too', async () => (await calls.count()) === 4);
    await server.stop();
  });

  it('a hanging PostgreSQL is noticed, and nobody waits for it', async () => {
    const server = await start({ REDIS_URL: redis.url, DATABASE_URL: postgres.url });
    postgres.pause();
    expect(await readiness(server)).toMatchObject({ code: 503, postgres: 'away' });
    expect((await post(`${server.url}/api/calls`)).status).toBe(201);
    postgres.resume();
    await until('it is ready', async () => (await readiness(server)).code === 200);
    await server.stop();
  });

  it('a Redis that is away is named, calls can still be made, and whoever asks for one is told to come back', async () => {
    const server = await start({ REDIS_URL: redis.url, DATABASE_URL: postgres.url });
    const callId = await callIdOf(await post(`${server.url}/api/calls`));
    await redis.kill();
    expect(await readiness(server)).toMatchObject({ code: 503, redis: 'away', postgres: 'ok' });
    expect((await post(`${server.url}/api/calls`)).status).toBe(201);
    const asked = await fetch(`${server.url}/api/calls/${callId}`);
    expect(Number(asked.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    await expectProblem(asked, 503, 'unavailable');
    await redis.restart();
    await until('it is ready', async () => (await readiness(server)).code === 200);
    expect((await fetch(`${server.url}/api/calls/${callId}`)).status).toBe(200);
    await server.stop();
  });
});
