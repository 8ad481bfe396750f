import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../../e2e/support/child.js';
import { startPostgres, type PostgresServer } from '../../../e2e/support/postgres.js';
import { Database } from './database.js';
import { DatabaseAway } from './database-unavailable.js';
import { alone } from './migration-lock.js';

/** So many servers at once, on so many new databases: without a lock most rounds fail. */
const SERVERS = 5;
const ROUNDS = 5;
const SHORT_MS = 100;

let postgres: PostgresServer;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(async () => {
  await postgres.stop();
});

const ignored = (): void => undefined;

/** Asks on a connection of its own. */
async function ask<Row extends object>(url: string, query: string): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<Row>(query).finally(() => client.end());
  return rows;
}

/** A new, empty database; its address. */
async function emptyDatabase(name: string): Promise<string> {
  await ask(postgres.url, `CREATE DATABASE ${name}`);
  return new URL(`/${name}`, postgres.url).href;
}

interface SlowServer {
  done(): Promise<void>;
}

/** Somebody who is bringing the tables up to date, until `done()`. */
function slowServer(url: string): Promise<SlowServer> {
  return new Promise((begun, fail) => {
    const over = alone(
      url,
      () =>
        new Promise<void>((finish) => {
          begun({
            done: () => {
              finish();
              return over;
            },
          });
        }),
      ignored,
    );
    over.catch(fail);
  });
}

describe('servers that start together on a new database', () => {
  it('find its tables made, once, each at its first try', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const url = await emptyDatabase(`together_${round}`);
      const servers = Array.from({ length: SERVERS }, () => new Database({ is: 'postgres', url, pool: 6 }));
      try {
        await Promise.all(servers.map((server) => server.open()));
        // Who failed would come by itself a little later; until then `source` throws.
        for (const { source } of servers) expect(source.isInitialized).toBe(true);
      } finally {
        await Promise.all(servers.map((server) => server.onApplicationShutdown()));
      }
      expect(await ask(url, 'SELECT name FROM migrations')).toEqual([
        { name: 'Calls1790000000000' },
        { name: 'Rings1790000100000' },
        { name: 'RingBlocks1790000200000' },
      ]);
    }
  });

  it('wait for the one that is at it, and go on as soon as it is done', async () => {
    const url = await emptyDatabase('waited');
    const first = await slowServer(url);
    const second = new Database({ is: 'postgres', url, pool: 6 });
    const opened = second.open();
    await until('it waits', async () => {
      const waiting = await ask(
        url,
        `SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
      );
      return waiting.length === 1;
    });
    expect(await ask(url, `SELECT 1 FROM pg_tables WHERE tablename = 'calls'`)).toEqual([]);
    await first.done();
    await opened;
    await second.ping();
    await second.onApplicationShutdown();
  });
});

describe('the right to bring the tables up to date', () => {
  it('is not waited for for ever: after its time one line says what is in the way', async () => {
    const url = await emptyDatabase('busy');
    const other = await slowServer(url);
    const nothing = () => Promise.reject(new Error('this is not to be done'));
    await expect(alone(url, nothing, ignored, SHORT_MS)).rejects.toThrow(
      /^another server has been bringing its tables up to date for 0.1 s$/,
    );
    await other.done();
  });

  it('that another server keeps for too long does not stop a start; the database is used when it is free', async () => {
    const url = await emptyDatabase('kept');
    const other = await slowServer(url);
    const server = new Database({ is: 'postgres', url, pool: 6 });
    await server.open();
    expect(() => server.source).toThrow(DatabaseAway);
    await other.done();
    await until('it is used', () => server.ping().then(() => true));
    await server.onApplicationShutdown();
  });

  it('is given back when it went wrong', async () => {
    const url = await emptyDatabase('failed');
    const failed = alone(url, () => Promise.reject(new Error('no such table')), ignored);
    await expect(failed).rejects.toThrow('no such table');
    await expect(alone(url, () => Promise.resolve('done'), ignored)).resolves.toBe('done');
  });

  it('is nobody’s when the connection that had it was cut', async () => {
    const url = await emptyDatabase('cut');
    let lost = 0;
    const cut = async () => {
      await ask(url, `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'`);
      await until('it is noticed', () => lost > 0);
    };
    await alone(url, cut, () => (lost += 1));
    await expect(alone(url, () => Promise.resolve('done'), ignored)).resolves.toBe('done');
  });

  it('is one database’s own: another one on the same PostgreSQL is not waited for', async () => {
    const other = await slowServer(await emptyDatabase('one'));
    const free = await emptyDatabase('another');
    await expect(alone(free, () => Promise.resolve('done'), ignored, SHORT_MS)).resolves.toBe('done');
    await other.done();
  });
});
