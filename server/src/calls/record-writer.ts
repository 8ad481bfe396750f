import type { EntityManager } from 'typeorm';
import type { CallRecord } from './call-record.js';

interface Span {
  readonly call: string;
  first: number;
  last: number;
}

/** One row per call of a batch: from its earliest record to its latest, in one order so that two servers never deadlock. */
function spans(batch: readonly CallRecord[]): Span[] {
  const known = new Map<string, Span>();
  for (const { call, at } of batch) {
    const span = known.get(call);
    if (!span) known.set(call, { call, first: at, last: at });
    else if (at < span.first) span.first = at;
    else if (at > span.last) span.last = at;
  }
  return [...known.values()].sort((a, b) => (a.call < b.call ? -1 : 1));
}

/**
 * Writes a batch, all or nothing. A record that is there already (the answer to the first try was lost) stays as it is.
 * Servers write independently, so a call's row may meet an earlier or a later time than it has. The rows go as one text of
 * JSON with times in ms: as lists of values, each would be quoted, and each time spelled out, by itself.
 */
export async function writeRecords(manager: EntityManager, batch: readonly CallRecord[]): Promise<void> {
  await manager.transaction(async (transaction) => {
    await transaction.query(
      `INSERT INTO calls (id, created_at, last_event_at)
       SELECT call, to_timestamp(first / 1000.0), to_timestamp(last / 1000.0)
       FROM json_to_recordset($1::json) AS spans (call text, first float8, last float8)
       ON CONFLICT (id) DO UPDATE SET
         created_at = least(calls.created_at, excluded.created_at),
         last_event_at = greatest(calls.last_event_at, excluded.last_event_at)`,
      [JSON.stringify(spans(batch))],
    );
    await transaction.query(
      `INSERT INTO call_events (id, call_id, event, at)
       SELECT id, call, event, to_timestamp(at / 1000.0)
       FROM ROWS FROM (json_to_recordset($1::json) AS (id uuid, call text, event text, at float8))
         WITH ORDINALITY AS records (id, call, event, at, place)
       ORDER BY place
       ON CONFLICT (id) DO NOTHING`,
      [JSON.stringify(batch)],
    );
  });
}

/** Calls that one statement deletes: many would take longer than a statement may, and hold up those who write. */
const AT_ONCE = 2_000;

/**
 * Deletes calls, with their events, of which nothing has been heard since `before`. Says how many. What another server deletes
 * just now, or writes to, is left to it.
 */
export async function deleteRecordsBefore(
  manager: EntityManager,
  before: Date,
  atOnce = AT_ONCE,
): Promise<number> {
  let deleted = 0;
  for (;;) {
    const [, count] = await manager.query<[unknown, number]>(
      `DELETE FROM calls WHERE id IN (
         SELECT id FROM calls WHERE last_event_at < $1 ORDER BY last_event_at LIMIT $2 FOR UPDATE SKIP LOCKED
       )`,
      [before, atOnce],
    );
    deleted += count;
    if (count < atOnce) return deleted;
  }
}
