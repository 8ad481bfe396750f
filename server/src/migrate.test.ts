import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startChild, until, type Child } from '../../e2e/support/child.js';
import { startPostgres, type PostgresServer } from '../../e2e/support/postgres.js';
import { ensureBuilt, root } from '../../scripts/fresh-build.js';
import { Client } from 'pg';
import { bringUpToDate } from './persistence/up-to-date.js';

let postgres: PostgresServer;
beforeAll(async () => {
  await ensureBuilt(() => undefined);
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

const run = (environment: Record<string, string>): Promise<Child> =>
  startChild(process.execPath, ['server/dist/migrate.js'], {
    cwd: root,
    env: { PATH: process.env['PATH'], ...environment },
  });

async function outcome(environment: Record<string, string>): Promise<{ code: number | null; said: string }> {
  const child = await run(environment);
  return { code: await child.ended, said: child.output() };
}

async function emptyDatabase(name: string): Promise<string> {
  const client = new Client({ connectionString: postgres.url });
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`).finally(() => client.end());
  return new URL(`/${name}`, postgres.url).href;
}

describe('whoever brings the tables up to date before a server starts', () => {
  it('runs each migration once, however many do it at the same time, and says how many', async () => {
    const DATABASE_URL = await emptyDatabase('fresh');
    const all = await Promise.all([1, 2, 3].map(() => outcome({ DATABASE_URL })));
    expect(all.map(({ code }) => code)).toEqual([0, 0, 0]);
    const ran = all.map(({ said }) => {
      const [, number] = /^The tables are up to date \(migrations that ran: (\d+)\)\.\n$/.exec(said) ?? [];
      return Number(number);
    });
    expect(ran.filter((number) => number > 0)).toHaveLength(1);
    expect(ran.filter((number) => number === 0)).toHaveLength(2);
  });

  it('waits for a database that is still starting, and says so', async () => {
    await postgres.kill();
    const child = await run({ DATABASE_URL: postgres.url });
    await until('it waits', () =>
      /^PostgreSQL cannot be used yet \(.+\)\. It is waited for/.test(child.output()),
    );
    await postgres.restart();
    expect(await child.ended).toBe(0);
    expect(child.output().trim().split('\n')).toHaveLength(2);
  });

  it('does not wait for ever', async () => {
    const waits: unknown[] = [];
    const tried = bringUpToDate('postgres://nobody@127.0.0.1:1/nothing', 100, (error) => waits.push(error));
    await expect(tried).rejects.toThrow(/ECONNREFUSED/);
    expect(waits).toHaveLength(1);
  });

  it('says in one line what only a person can mend, at once, and ends with 1', async () => {
    const wrong = await outcome({ DATABASE_URL: new URL('/no_such_database', postgres.url).href });
    expect(wrong).toEqual({
      code: 1,
      said: 'The tables are not up to date: database "no_such_database" does not exist\n',
    });
    const none = await outcome({});
    expect(none.code).toBe(1);
    expect(none.said).toMatch(/^DATABASE_URL must name .* for example .*\n$/);
    const nonsense = await outcome({ DATABASE_URL: 'mysql://x' });
    expect(nonsense.code).toBe(1);
    expect(nonsense.said).toMatch(/^DATABASE_URL must be .*\n$/);
  });
});
