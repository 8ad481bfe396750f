import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import pg from 'pg';
import type { RedisServer } from '../support/redis.js';

const run = promisify(execFile);

/** Bytes that the tables of calls take, indexes and all. */
export async function recordBytes(databaseUrl: string): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ bytes: string }>(
      "SELECT sum(pg_total_relation_size(relid)) AS bytes FROM pg_stat_user_tables WHERE relname LIKE 'call%'",
    );
    return Number(rows[0]?.bytes);
  } finally {
    await client.end();
  }
}

/** Bytes of memory that these nodes use for what is in them. */
export async function storeBytes(nodes: readonly RedisServer[]): Promise<number> {
  const told = await Promise.all(
    nodes.map(({ port }) => run('redis-cli', ['-p', String(port), 'info', 'memory'])),
  );
  return told.reduce((sum, { stdout }) => sum + Number(/^used_memory:(\d+)/m.exec(stdout)?.[1]), 0);
}
