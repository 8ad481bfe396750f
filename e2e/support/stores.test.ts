import { Cluster, Redis } from 'ioredis';
import pg from 'pg';
import { afterAll, describe, expect, test } from 'vitest';
import { startPostgres, type PostgresServer } from './postgres.js';
import { startRedis, startRedisCluster } from './redis.js';

const ends: (() => Promise<void> | void)[] = [];
afterAll(async () => {
  for (const end of ends.reverse()) await end();
});

async function ask(server: PostgresServer, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return rows;
  } finally {
    await client.end();
  }
}

describe('Real stores for tests', () => {
  test('a Redis answers, and after a restart it is empty on the same port', async () => {
    const server = await startRedis();
    ends.push(() => server.stop());
    const redis = new Redis(server.url);
    redis.on('error', () => undefined); // it is killed below
    ends.push(() => redis.disconnect());
    await redis.set('a', '1');
    await server.kill();
    await server.restart();
    expect(await redis.get('a')).toBeNull();
  });

  test('a Redis Cluster of three takes keys of every slot', async () => {
    const cluster = await startRedisCluster();
    ends.push(() => cluster.stop());
    expect(cluster.url.split(',')).toHaveLength(3);
    const client = new Cluster(cluster.url.split(','));
    ends.push(() => client.disconnect());
    const keys = Array.from({ length: 20 }, (_, n) => `key${n}`);
    for (const key of keys) await client.set(key, key);
    expect(await Promise.all(keys.map((key) => client.get(key)))).toEqual(keys);
  });

  test('a PostgreSQL keeps what was written through a crash', async () => {
    const server = await startPostgres();
    ends.push(() => server.stop());
    await ask(server, 'create table kept (n int); insert into kept values (7)');
    await server.kill();
    await expect(ask(server, 'select 1')).rejects.toThrow();
    await server.restart();
    expect(await ask(server, 'select n from kept')).toEqual([{ n: 7 }]);
  });
});
