import type { EntityManager } from 'typeorm';
import type { CallRecord } from './call-record.js';

/** One row per call of a batch: from its earliest record to its latest, in one order so that two servers never deadlock. */
function spans(batch: readonly CallRecord[]): { call: string; first: Date; last: Date }[] {
  const times = new Map<string, { first: number; last: number }>();
  for (const { call, at } of batch) {
    const known = times.get(call) ?? { first: at, last: at };
    times.set(call, { first: Math.min(known.first, at), last: Math.max(known.last, at) });
  }
  return [...times]
    .map(([call, { first, last }]) => ({ call, first: new Date(first), last: new Date(last) }))
    .sort((a, b) => (a.call < b.call ? -1 : 1));
}

/**
 * Writes a batch, all or nothing. A record that is there already (the answer to the first try was lost) stays as it is.
 * Servers write independently, so a call's row may meet an earlier or a later time than it has.
 */
export async function writeRecords(manager: EntityManager, batch: readonly CallRecord[]): Promise<void> {
  const calls = spans(batch);
  await manager.transaction(async (transaction) => {
    await transaction.query(
      `INSERT INTO calls (id, created_at, last_event_at)
       SELECT * FROM unnest($1::text[], $2::timestamptz[], $3::timestamptz[])
       ON CONFLICT (id) DO UPDATE SET
         created_at = least(calls.created_at, excluded.created_at),
         last_event_at = greatest(calls.last_event_at, excluded.last_event_at)`,
      [calls.map(({ call }) => call), calls.map(({ first }) => first), calls.map(({ last }) => last)],
    );
    await transaction.query(
      `INSERT INTO call_events (id, call_id, event, at)
       SELECT id, call_id, event, at
       FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[])
         WITH ORDINALITY AS records (id, call_id, event, at, place)
       ORDER BY place
       ON CONFLICT (id) DO NOTHING`,
      [
        batch.map(({ id }) => id),
        batch.map(({ call }) => call),
        batch.map(({ event }) => event),
        batch.map(({ at }) => new Date(at)),
      ],
    );
  });
}

/** Deletes calls, with their events, of which nothing has been heard since `before`. Says how many. */
export async function deleteRecordsBefore(manager: EntityManager, before: Date): Promise<number> {
  const result = await manager.query<[unknown, number]>(`DELETE FROM calls WHERE last_event_at < $1`, [
    before,
  ]);
  return result[1];
}
