import 'reflect-metadata';
import { StartupProblem } from './config/app-config.js';
import { readEnvironment } from './config/environment.js';
import { bringUpToDate } from './persistence/up-to-date.js';

/** ms; a PostgreSQL that makes its files at its first start takes the better part of a minute. */
const WAIT_MS = 120_000;

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';

function databaseUrl(): string {
  const read = readEnvironment(process.env);
  if (!read.ok) throw new StartupProblem(read.problems.join('\n'));
  const { DATABASE_URL } = read.settings;
  if (DATABASE_URL !== undefined) return DATABASE_URL;
  throw new StartupProblem(
    'DATABASE_URL must name the PostgreSQL whose tables are to be brought up to date, for example postgres://o_to_o:secret@localhost:5432/o_to_o.',
  );
}

/** For whoever wants the tables changed before the servers start: a Job, a step of an upgrade. The servers also do it. */
async function main(): Promise<void> {
  const ran = await bringUpToDate(databaseUrl(), WAIT_MS, (error) => {
    process.stderr.write(
      `PostgreSQL cannot be used yet (${firstLine(error)}). It is waited for, ${WAIT_MS / 1000} s at most.\n`,
    );
  });
  process.stdout.write(`The tables are up to date (migrations that ran: ${ran}).\n`);
}

await main().then(
  () => process.exit(0),
  (error: unknown) => {
    const isPlain = error instanceof StartupProblem;
    process.stderr.write(
      `${isPlain ? error.message : `The tables are not up to date: ${firstLine(error)}`}\n`,
    );
    process.exit(1);
  },
);
