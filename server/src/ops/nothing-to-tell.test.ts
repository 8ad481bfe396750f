import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { Client, type QueryResultRow } from 'pg';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../../e2e/support/child.js';
import { startPostgres } from '../../../e2e/support/postgres.js';
import { startRedis } from '../../../e2e/support/redis.js';
import { filesIn, storeOf, StoreWatch, tablesOf } from '../../../e2e/support/secrets/remains.js';
import { ensureBuilt } from '../../../scripts/fresh-build.js';
import { Database } from '../persistence/database.js';
import { PrivateThings } from './testing/private-things.js';
import { noteKeptSecrets, startTalkative, type TalkativeServer } from './testing/talkative-server.js';
import { MAY_STAND, WhatRemains } from './testing/what-remains.js';
import { askStun, badRequests, misbehave, WholeCall, type Seat } from './testing/whole-call.js';

const ends: (() => unknown)[] = [];
beforeAll(() => ensureBuilt(() => undefined));
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function start(env: Readonly<Record<string, string>> = {}): Promise<TalkativeServer> {
  const server = await startTalkative(env);
  ends.push(() => server.remove());
  return server;
}

/** Two people meet, are disturbed in every way, lose each other, come back. */
async function live(call: WholeCall, things: PrivateThings, at: TalkativeServer) {
  await call.begin();
  const ann = await call.enter('ann');
  const first = await call.enter('ben');
  await call.talk(ann, first);
  await call.strangers();
  await misbehave(call, things);
  await badRequests(at, things);
  await askStun(at.stunPort, things);
  first.page.socket.terminate();
  const second = await call.enter('ben', first);
  const ben = await call.enter('ben', second);
  await second.page.closed;
  await call.talk(ann, ben);
  for (const on of [true, false]) {
    ann.page.send({ event: 'lock', data: { on } });
    await ben.page.until('locked');
  }
  return { ann, ben };
}

const leave = async ({ page }: Seat): Promise<void> => {
  page.send({ event: 'leave', data: {} });
  await page.closed;
};

async function asking<T>(url: string, act: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client(url);
  await client.connect();
  return act(client).finally(() => client.end());
}

describe('nothing that was used in a call is found afterwards: no address, name, key, id, ticket or payload', () => {
  it('with presence in memory and the embedded database', async () => {
    const things = new PrivateThings();
    const remains = new WhatRemains(things);
    const server = await start();
    const secret = readFileSync(join(server.dataDir, 'server-secret'), 'utf8').trim();
    things.note('server secret', 'the secret', secret);
    noteKeptSecrets(things, server);
    const { ann, ben } = await live(new WholeCall(things, server), things, server);
    remains.add('metrics', await server.metrics());
    remains.addFolder(server.dataDir);
    await leave(ben);
    await leave(ann);
    remains.add('metrics', await server.metrics());
    // A stop writes what is not written yet.
    await server.stop();
    remains.add('log', server.log());
    remains.addFolder(server.dataDir);
    remains.addFolder(server.temporary);
    const database = new Database({ is: 'embedded', dataDir: server.dataDir });
    await database.open();
    const tables = await tablesOf((sql) => database.source.query(sql));
    await database.onApplicationShutdown();
    remains.add('tables', ...tables);

    expect(remains.search()).toEqual([]);
    // There was something to search.
    expect(tables.map(({ data }) => String(data)).join()).toMatch(/"ended"/);
    expect(remains.places).toEqual(new Set(['log', 'metrics', 'tables', 'files', 'kept secrets']));
    expect(remains.seenIn('kept secrets')).toContain('the secret');
  });

  it('with two servers on Redis and PostgreSQL, each of which is lost and comes back', async () => {
    const things = new PrivateThings();
    const remains = new WhatRemains(things);
    const [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
    ends.push(
      () => redis.stop(),
      () => postgres.stop(),
    );
    const password = (of: string) => things.made(`the password of ${of}`, 'server secret');
    const env = {
      SERVER_SECRET: things.made('the secret of the servers', 'server secret'),
      REDIS_URL: redis.url.replace('//', `//:${password('Redis')}@`),
      DATABASE_URL: postgres.url.replace('@', `:${password('PostgreSQL')}@`),
    };
    const [first, second] = [await start(env), await start(env)];
    for (const server of [first, second]) noteKeptSecrets(things, server);
    const store = new Redis(redis.url, { retryStrategy: () => 100, maxRetriesPerRequest: null });
    // A Redis that is taken away is no news.
    store.on('error', () => undefined);
    ends.push(() => {
      store.disconnect();
    });
    const watches = [await StoreWatch.begin(redis.url)];
    const look = async (): Promise<void> => {
      const ask = (sql: string) =>
        asking(postgres.url, async (client) => (await client.query<QueryResultRow>(sql)).rows);
      remains.add('tables', ...(await tablesOf(ask)));
      remains.add('store', ...(await storeOf(store)));
      remains.add('metrics', await first.metrics(), await second.metrics());
    };

    const call = new WholeCall(things, first, second);
    let { ann, ben } = await live(call, things, first);
    await badRequests(second, things);
    await look();

    await postgres.kill();
    await call.strangers();
    await postgres.restart();

    const lost = [ann.page.closed, ben.page.closed];
    await redis.kill();
    expect((await call.ann.ask('GET', `/api/calls/${call.callId}`)).status).toBe(503);
    const early = await call.ben.open();
    early.send({ event: 'enter', data: { callId: call.callId, holder: ben.holder, ticket: ben.ticket } });
    expect(await early.until('refused')).toMatchObject({ reason: 'unavailable' });
    await redis.restart();
    watches.push(await StoreWatch.begin(redis.url));
    for (const { url } of [first, second])
      await until('ready', async () => (await fetch(`${url}/readyz`)).ok);
    await Promise.all(lost);
    [ann, ben] = [await call.enter('ann', ann), await call.enter('ben', ben)];
    await call.talk(ann, ben);
    await call.strangers();
    await look();
    await leave(ben);
    await leave(ann);
    await until('its end is written', () =>
      asking(postgres.url, async (client) => {
        const { rowCount } = await client.query(`SELECT 1 FROM call_events WHERE event = 'ended'`);
        return rowCount === 1;
      }),
    );
    await look();

    for (const server of [first, second]) {
      await server.stop();
      remains.add('log', server.log());
      remains.addFolder(server.dataDir);
      remains.addFolder(server.temporary);
    }
    remains.add('files', ...filesIn(postgres.folder));
    remains.add('log', { where: 'PostgreSQL', data: postgres.output() });
    for (const watch of watches) watch.end();
    for (const args of watches.flatMap(({ commands }) => commands)) {
      const [name = ''] = args;
      remains.add(/^spublish$/i.test(name) ? 'on its way' : 'store', { where: name, data: args.join('\n') });
    }

    expect(remains.search()).toEqual([]);
    // There was something to search, and what went through Redis was seen there.
    expect(remains.places).toEqual(new Set(Object.keys(MAY_STAND)));
    expect(remains.seenIn('on its way')).toContain('a payload');
    expect(remains.seenIn('store')).toEqual(new Set(['the id of the call']));
  });
});
