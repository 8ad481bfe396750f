import { Redis } from 'ioredis';
import { Client, type QueryResultRow } from 'pg';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startPostgres } from '../../../e2e/support/postgres.js';
import { startRedis } from '../../../e2e/support/redis.js';
import { filesIn, storeOf, StoreWatch, tablesOf } from '../../../e2e/support/secrets/remains.js';
import { ensureBuilt } from '../../../scripts/fresh-build.js';
import { PushService } from '../invites/testing/push-endpoint.js';
import { Database } from '../persistence/database.js';
import { PrivateThings } from './testing/private-things.js';
import { startTalkative, type TalkativeServer } from './testing/talkative-server.js';
import { WhatRemains } from './testing/what-remains.js';
import { WholeRing } from './testing/whole-ring.js';

const ends: (() => unknown)[] = [];
beforeAll(() => ensureBuilt(() => undefined));
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function start(
  push: PushService,
  env: Readonly<Record<string, string>> = {},
): Promise<TalkativeServer> {
  // A push service whose certificate only this tells Node to trust.
  const reach = { PUSH_ENDPOINT_ALLOW: push.host, NODE_EXTRA_CA_CERTS: push.caFile };
  const server = await startTalkative({ ...reach, ...env });
  ends.push(() => server.remove());
  return server;
}

async function startPush(): Promise<PushService> {
  const push = await PushService.start();
  ends.push(() => {
    push.stop();
  });
  return push;
}

describe('nothing of who rang whom is found afterwards: no name, key, endpoint, secret or id of a call; ids that open nothing stand in tables only', () => {
  it('with presence in memory and the embedded database', async () => {
    const things = new PrivateThings();
    const remains = new WhatRemains(things);
    const push = await startPush();
    const server = await start(push);
    const ring = new WholeRing(things, push, server);
    await ring.begin();
    await ring.ring();
    remains.add('metrics', await server.metrics());
    await server.stop();
    remains.add('log', server.log());
    for (const folder of [server.dataDir, server.temporary]) remains.addFolder(folder);
    const database = new Database({ is: 'embedded', dataDir: server.dataDir });
    await database.open();
    const tables = await tablesOf((sql) => database.source.query(sql));
    await database.onApplicationShutdown();
    remains.add('tables', ...tables);

    expect(remains.search()).toEqual([]);
    // There was something to search.
    expect(remains.seenIn('tables')).toEqual(
      new Set(['the id of the device', 'the slug', 'the id of a ring']),
    );
  });

  it('with two servers on Redis and PostgreSQL', async () => {
    const things = new PrivateThings();
    const remains = new WhatRemains(things);
    const [redis, postgres, push] = await Promise.all([startRedis(), startPostgres(), startPush()]);
    ends.push(
      () => redis.stop(),
      () => postgres.stop(),
    );
    const env = {
      SERVER_SECRET: things.made('the secret of the servers', 'server secret'),
      REDIS_URL: redis.url,
      DATABASE_URL: postgres.url,
    };
    const [first, second] = [await start(push, env), await start(push, env)];
    const watch = await StoreWatch.begin(redis.url);
    const ring = new WholeRing(things, push, first, second);
    await ring.begin();
    await ring.ring();
    const store = new Redis(redis.url);
    remains.add('store', ...(await storeOf(store)));
    store.disconnect();
    const client = new Client(postgres.url);
    await client.connect();
    remains.add('tables', ...(await tablesOf(async (sql) => (await client.query<QueryResultRow>(sql)).rows)));
    await client.end();
    for (const server of [first, second]) {
      remains.add('metrics', await server.metrics());
      await server.stop();
      remains.add('log', server.log());
      for (const folder of [server.dataDir, server.temporary]) remains.addFolder(folder);
    }
    remains.add('files', ...filesIn(postgres.folder));
    remains.add('log', { where: 'PostgreSQL', data: postgres.output() });
    watch.end();
    for (const args of watch.commands) {
      const [name = ''] = args;
      remains.add(/^spublish$/i.test(name) ? 'on its way' : 'store', { where: name, data: args.join('\n') });
    }

    expect(remains.search()).toEqual([]);
    expect(remains.seenIn('on its way')).toContain('the id of a ring');
    expect(remains.seenIn('store')).toEqual(new Set(['the id of a ringing call']));
  });
});
