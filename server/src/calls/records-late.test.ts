import type { NestExpressApplication } from '@nestjs/platform-express';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, removeFolder, temporaryFolder, until } from '../../../e2e/support/child.js';
import { startPostgres, type PostgresServer } from '../../../e2e/support/postgres.js';
import { loadConfig } from '../config/load-config.js';
import { createApp } from '../create-app.js';
import { Database } from '../persistence/database.js';
import { DatabaseAway } from '../persistence/database-unavailable.js';
import { isFields } from '../protocol/index.js';
import { newHolder, Page } from '../signaling/testing/page.js';
import { CallEntity } from './call.entity.js';
import type { RecordedEvent } from './call-record.js';

let postgres: PostgresServer;
let app: NestExpressApplication;
let url = '';
let log = '';
const dataDir = temporaryFolder('records-late');
/** What was started, so that a start that fails half-way leaves nothing running. */
const ends: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  postgres = await startPostgres();
  ends.push(() => postgres.stop());
  const port = await freePort();
  const config = await loadConfig({
    PORT: String(port),
    DATA_DIR: dataDir,
    DATABASE_URL: postgres.url,
    STUN_PORT: '0',
  });
  const logger = pino({ level: 'debug' }, { write: (line) => (log += line) });
  // No page is asked for: none needs to be built.
  app = await createApp(config, logger, { clientDir: dataDir });
  ends.push(() => app.close());
  await app.listen(port);
  url = `http://127.0.0.1:${port}`;
});
afterAll(async () => {
  for (const end of ends.reverse()) await end();
  removeFolder(dataDir);
});

/** Between which moments something happened, as seen from outside (ms since 1970); `to` is before PostgreSQL is back. */
interface Happened {
  readonly event: RecordedEvent;
  readonly from: number;
  readonly to: number;
}

/** ms since 1970 by the two clocks of a server: the wall's names the creation, the store's, never set back, the rest. */
const clocks = () => [Date.now(), Math.floor(performance.timeOrigin + performance.now())] as const;

/** A whole call with a drop and a return in it; each event is over before the next begins. */
async function wholeCall(): Promise<Happened[]> {
  const happened: Happened[] = [];
  const during = async <T>(event: RecordedEvent, act: () => Promise<T>): Promise<T> => {
    const from = Math.min(...clocks());
    const result = await act();
    happened.push({ event, from, to: Math.max(...clocks()) });
    return result;
  };
  const open = () => Page.open(`${url.replace('http', 'ws')}/api/signal`);

  const callId = await during('created', async () => {
    const made: unknown = await (await fetch(`${url}/api/calls`, { method: 'POST' })).json();
    return isFields(made) ? String(made['callId']) : '';
  });
  const holder = newHolder();
  const first = await open();
  await first.enter(callId);
  const second = await open();
  await during('met', () => second.enter(callId, holder));
  await during('dropped', async () => {
    second.socket.terminate();
    while ((await first.until('peer')).state !== 'dropped');
  });
  const again = await open();
  await during('returned', () => again.enter(callId, holder));
  await again.rest();
  again.send({ event: 'leave', data: {} });
  await again.closed;
  await during('ended', async () => {
    first.send({ event: 'leave', data: {} });
    await first.closed;
  });
  return happened;
}

describe('a whole call while PostgreSQL is away', () => {
  async function begone(): Promise<void> {
    await postgres.kill();
    log = '';
  }

  async function expectWrittenLate(happened: readonly Happened[]): Promise<void> {
    await until('writing failed', () => log.includes('records of calls wait until they can be written'));
    await postgres.restart();
    const call = await until('it is written down', async () => {
      const [newest] = await app
        .get(Database)
        .source.getRepository(CallEntity)
        .find({ relations: { events: true }, order: { createdAt: 'DESC', events: { seq: 'ASC' } } });
      return newest?.events.some(({ event }) => event === 'ended') && newest;
    });
    expect(call.events.map(({ event }) => event)).toEqual(happened.map(({ event }) => event));
    for (const [place, { event, from, to }] of happened.entries()) {
      const at = call.events[place]?.at.getTime() ?? 0;
      expect(at, event).toBeGreaterThanOrEqual(from);
      expect(at, event).toBeLessThanOrEqual(to);
    }
    expect(call.createdAt).toEqual(call.events[0]?.at);
    expect(call.lastEventAt).toEqual(call.events.at(-1)?.at);
  }

  it('is written down when it is there for the first time, each event with its own time', async () => {
    await begone();
    await app.get(Database).open();
    expect(() => app.get(Database).source).toThrow(DatabaseAway);
    await expectWrittenLate(await wholeCall());
  });

  it('is written down when it is back, each event with its own time', async () => {
    await app.get(Database).ping();
    await app.get(Database).source.query('TRUNCATE calls CASCADE');
    await begone();
    await expectWrittenLate(await wholeCall());
  });
});
