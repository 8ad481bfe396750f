import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { removeFolder, temporaryFolder, until } from '../../../e2e/support/child.js';
import { startPostgres, type PostgresServer } from '../../../e2e/support/postgres.js';
import type { DatabaseSource } from '../config/app-config.js';
import { Database } from '../persistence/database.js';
import { DatabaseAway } from '../persistence/database-unavailable.js';
import { CallEntity } from './call.entity.js';
import { callNamer, type CallRecord, type RecordedEvent } from './call-record.js';
import { deleteRecordsBefore, writeRecords } from './record-writer.js';

let postgres: PostgresServer;
let dataDir = '';
beforeAll(async () => {
  postgres = await startPostgres();
  dataDir = temporaryFolder('records');
});
afterAll(async () => {
  await postgres.stop();
  removeFolder(dataDir);
});

const record = (call: string, event: RecordedEvent, at: number): CallRecord => ({
  id: randomUUID(),
  call,
  event,
  at,
});

const NOON = Date.UTC(2026, 0, 1, 12);
const MINUTE = 60_000;

describe.each<[string, () => DatabaseSource]>([
  ['PostgreSQL', () => ({ is: 'postgres', url: postgres.url, pool: 6 })],
  ['the embedded database', () => ({ is: 'embedded', dataDir })],
])('records of calls in %s', (_name, source) => {
  let database: Database;
  beforeAll(async () => {
    database = new Database(source());
    await database.open();
  });
  afterAll(async () => {
    await database.onApplicationShutdown();
  });
  beforeEach(async () => {
    await database.source.query('TRUNCATE calls CASCADE');
  });

  const storedCalls = () =>
    database.source
      .getRepository(CallEntity)
      .find({ relations: { events: true }, order: { id: 'ASC', events: { seq: 'ASC' } } });

  it('are the call, when, and what happened in the order it happened', async () => {
    await writeRecords(database.source.manager, [
      record('b', 'created', NOON),
      record('a', 'created', NOON + 1),
      record('b', 'met', NOON + MINUTE),
    ]);
    // The same moment: then the order of writing counts.
    await writeRecords(database.source.manager, [
      record('b', 'dropped', NOON + 2 * MINUTE),
      record('b', 'returned', NOON + 2 * MINUTE),
      record('b', 'ended', NOON + 3 * MINUTE),
    ]);
    const [a, b] = await storedCalls();
    expect(a?.events.map(({ event }) => event)).toEqual(['created']);
    expect(b?.events.map(({ event }) => event)).toEqual(['created', 'met', 'dropped', 'returned', 'ended']);
    expect(b?.createdAt).toEqual(new Date(NOON));
    expect(b?.lastEventAt).toEqual(new Date(NOON + 3 * MINUTE));
  });

  it('hold nothing but times and what happened', async () => {
    const columns = await database.source.query<{ column: string }[]>(
      `SELECT table_name || '.' || column_name AS column FROM information_schema.columns
       WHERE table_schema = 'public' AND table_name LIKE 'call%' ORDER BY 1`,
    );
    expect(columns.map(({ column }) => column)).toEqual([
      'call_events.at',
      'call_events.call_id',
      'call_events.event',
      'call_events.id',
      'call_events.seq',
      'calls.created_at',
      'calls.id',
      'calls.last_event_at',
    ]);
  });

  it('stand there once when a batch is written twice because the answer was lost', async () => {
    const batch = [record('a', 'created', NOON), record('a', 'met', NOON + 1)];
    await writeRecords(database.source.manager, batch);
    await writeRecords(database.source.manager, batch);
    const [call] = await storedCalls();
    expect(call?.events).toHaveLength(2);
  });

  it('keep the earliest and the latest time when servers write out of turn', async () => {
    await writeRecords(database.source.manager, [record('a', 'ended', NOON + MINUTE)]);
    await writeRecords(database.source.manager, [record('a', 'created', NOON)]);
    const [call] = await storedCalls();
    expect([call?.createdAt, call?.lastEventAt]).toEqual([new Date(NOON), new Date(NOON + MINUTE)]);
  });

  it('are all written or none of a batch', async () => {
    const wrong = { ...record('a', 'met', NOON), id: 'no uuid' };
    await expect(
      writeRecords(database.source.manager, [record('a', 'created', NOON), wrong]),
    ).rejects.toThrow();
    expect(await storedCalls()).toEqual([]);
  });

  it('are deleted, events and all, when nothing was heard of the call since', async () => {
    await writeRecords(database.source.manager, [
      record('old', 'created', NOON),
      record('old', 'ended', NOON + MINUTE),
      record('young', 'created', NOON),
      record('young', 'met', NOON + 3 * MINUTE),
    ]);
    expect(await deleteRecordsBefore(database.source.manager, new Date(NOON + 2 * MINUTE))).toBe(1);
    expect((await storedCalls()).map(({ id }) => id)).toEqual(['young']);
    const [{ count } = { count: '' }] = await database.source.query<{ count: string }[]>(
      'SELECT count(*) FROM call_events',
    );
    expect(count).toBe('2');
  });

  it('are deleted however many they are, a part at a time', async () => {
    const calls = Array.from({ length: 7 }, (_, n) => record(`old ${n}`, 'created', NOON + n));
    await writeRecords(database.source.manager, [...calls, record('young', 'created', NOON + 3 * MINUTE)]);
    expect(await deleteRecordsBefore(database.source.manager, new Date(NOON + 2 * MINUTE), 3)).toBe(7);
    expect((await storedCalls()).map(({ id }) => id)).toEqual(['young']);
  });

  it('need no change of the tables beyond the migrations', async () => {
    const { upQueries } = await database.source.driver.createSchemaBuilder().log();
    const meant = upQueries
      .map(({ query }) => query)
      .filter((query) => !/CHECK|INDEX|IDENTITY|CONSTRAINT/.test(query));
    expect(meant).toEqual([]);
  });
});

describe('the name of a call in the records', () => {
  const nameOf = callNamer(Buffer.alloc(32, 1));

  it('is the same for the same call and another for another', () => {
    expect(nameOf('one')).toBe(nameOf('one'));
    expect(nameOf('one')).not.toBe(nameOf('two'));
  });

  it('does not give away the id that opens the call, not even to who can guess', () => {
    expect(nameOf('one')).not.toContain('one');
    expect(callNamer(Buffer.alloc(32, 2))('one')).not.toBe(nameOf('one'));
  });
});

describe('the embedded database', () => {
  it('keeps what was written from start to start', async () => {
    const folder = temporaryFolder('restart');
    const first = new Database({ is: 'embedded', dataDir: folder });
    await first.open();
    await writeRecords(first.source.manager, [record('a', 'created', NOON)]);
    await first.onApplicationShutdown();
    const second = new Database({ is: 'embedded', dataDir: folder });
    await second.open();
    expect(await second.source.getRepository(CallEntity).count()).toBe(1);
    await second.onApplicationShutdown();
    removeFolder(folder);
  });

  it('begins anew when a kill interrupted its making', async () => {
    const folder = temporaryFolder('half');
    mkdirSync(join(folder, 'postgres.new'));
    writeFileSync(join(folder, 'postgres.new', 'PG_VERSION'), '');
    const database = new Database({ is: 'embedded', dataDir: folder });
    await database.open();
    await database.ping();
    await database.onApplicationShutdown();
    removeFolder(folder);
  });

  it('is not replaced in silence when it cannot be opened', async () => {
    const folder = temporaryFolder('damaged');
    mkdirSync(join(folder, 'postgres'));
    writeFileSync(join(folder, 'postgres', 'PG_VERSION'), 'nonsense');
    const database = new Database({ is: 'embedded', dataDir: folder });
    await expect(database.open()).rejects.toThrow(/^The database in .+ cannot be opened/);
    await database.onApplicationShutdown();
    removeFolder(folder);
  });
});

describe('a PostgreSQL that is away', () => {
  it('is reached, and its tables made, when it comes; until then nothing can be asked of it', async () => {
    const late = await startPostgres();
    await late.kill();
    const database = new Database({ is: 'postgres', url: late.url, pool: 6 });
    await database.open();
    await expect(database.ping()).rejects.toThrow(DatabaseAway);
    await late.restart();
    await until('it is reached', () => database.ping().then(() => true));
    await writeRecords(database.source.manager, [record('a', 'created', NOON)]);
    await late.kill();
    await expect(database.ping()).rejects.toThrow();
    await late.restart();
    await until('it is reached again', () => database.ping().then(() => true));
    expect(await database.source.getRepository(CallEntity).count()).toBe(1);
    await database.onApplicationShutdown();
    await late.stop();
  });
});
