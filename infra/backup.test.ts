import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, expect, it } from 'vitest';
import { startApp } from '../e2e/support/app-server.js';
import { removeFolder, temporaryFolder } from '../e2e/support/child.js';
import { startPostgres, type PostgresServer } from '../e2e/support/postgres.js';
import { ensureBuilt, root } from '../scripts/fresh-build.js';
import { findPostgresFolder } from '../scripts/tools.js';

const run = promisify(execFile);
const ends: (() => unknown)[] = [];
afterAll(async () => {
  for (const end of ends.reverse()) await end();
});

/** The commands of one section of infra/README.md that speak to PostgreSQL. */
function commandsOf(section: string): string[] {
  const readme = readFileSync(join(root, 'infra', 'README.md'), 'utf8');
  const text = readme.split(/^## /m).find((part) => part.startsWith(`${section}\n`)) ?? '';
  const lines = [...text.matchAll(/```sh\n(.*?)```/gs)].flatMap(([, block = '']) => block.trim().split('\n'));
  const inside = 'docker compose exec -T postgres ';
  return lines.flatMap((line) => (line.startsWith(inside) ? [line.slice(inside.length)] : []));
}

/** Runs them as they are run inside the container, only that this PostgreSQL has another port. */
async function carryOut(commands: readonly string[], postgres: PostgresServer, cwd: string): Promise<void> {
  const path = [findPostgresFolder(), process.env.PATH].join(delimiter);
  const env = { ...process.env, PATH: path, PGHOST: '127.0.0.1', PGPORT: String(postgres.port) };
  for (const command of commands) await run('sh', ['-euc', command], { cwd, env });
}

it('what was backed up is there again after the restore, by the commands that the README gives', async () => {
  await ensureBuilt(() => undefined);
  const folder = temporaryFolder('backup');
  ends.push(() => removeFolder(folder));
  const postgres = await startPostgres();
  ends.push(() => postgres.stop());
  // As the image of PostgreSQL makes it by POSTGRES_USER and POSTGRES_DB.
  const owner = new pg.Client({ connectionString: postgres.url });
  await owner.connect();
  await owner.query('create role o_to_o superuser login');
  await owner.query('create database o_to_o owner o_to_o');
  await owner.end();
  const env = {
    DATABASE_URL: `postgres://o_to_o@127.0.0.1:${postgres.port}/o_to_o`,
    SERVER_SECRET: 'the same secret before and after',
  };
  const app = await startApp({ env });
  ends.push(() => app.kill());

  const at = (path: string): string => `http://127.0.0.1:${app.port}${path}`;
  const made = await fetch(at('/api/devices'), { method: 'POST' });
  const device = (await made.json()) as { deviceId: string; deviceSecret: string };
  const headers = { authorization: `Bearer ${device.deviceId}.${device.deviceSecret}` };
  expect((await fetch(at('/api/ring-links'), { method: 'POST', headers })).status).toBe(201);
  const links = async (): Promise<unknown> => (await fetch(at('/api/ring-links'), { headers })).json();
  const before = await links();

  const [backup, restore] = [commandsOf('Backup'), commandsOf('Restore')];
  expect([backup.length, restore.length]).toEqual([1, 3]);
  await carryOut(backup, postgres, folder);
  expect((await fetch(at('/api/devices/me'), { method: 'DELETE', headers })).status).toBe(204);
  expect((await fetch(at('/api/ring-links'), { headers })).status).toBe(401);

  // As "docker compose stop" and "start" around it.
  await carryOut(restore, postgres, folder);
  await app.restart();
  expect(await links()).toEqual(before);
});
