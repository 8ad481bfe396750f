import type { EntityManager } from 'typeorm';
import type { RingLinkEntity } from './ring-link.entity.js';
import type { Time } from './ring-machine.js';
import type { RingEntity } from './ring.entity.js';

// Each is one question, where asking by entity would be three or four: somebody waits while they are asked, and others wait
// for the lock.

const NOW = `date_trunc('milliseconds', clock_timestamp())`;

const LINK = `l.slug, l.seq, l.device_id AS "deviceId", l.paused_at AS "pausedAt", l.quiet_from AS "quietFrom",
  l.quiet_to AS "quietTo", l.line_open AS "lineOpen", l.line_minutes AS "lineMinutes", l.made_on AS "madeOn"`;

const RING = `r.id, r.seq, r.slug, r.call, r.caller, r.sealed, r.state, r.reason, r.made_at AS "madeAt",
  r.expires_at AS "expiresAt", r.over_at AS "overAt"`;

/** Asks in the transaction. */
const ask = async <Row>(manager: EntityManager, sql: string, values: unknown[]): Promise<Row | null> =>
  (await manager.query<Row[]>(sql, values))[0] ?? null;

/**
 * The link, and until the end of the transaction nobody else makes rings of its device, or changes the link: the order of a
 * line, and that one at a time rings.
 */
export const lockLink = (manager: EntityManager, slug: string): Promise<RingLinkEntity | null> =>
  ask(
    manager,
    `SELECT ${LINK} FROM ring_links l JOIN devices d ON d.id = l.device_id
     WHERE l.slug = $1 FOR UPDATE OF d FOR SHARE OF l`,
    [slug],
  );

/** What matters to who rings now. */
export interface Surroundings {
  /** The database's clock. */
  readonly now: Time;
  /** Has this call rung before? */
  readonly rang: boolean;
  /** Callers who wait under this link. */
  readonly waiting: number;
  /** Is the device being rung, under whichever link? */
  readonly isRung: boolean;
  /** May this caller not ring under this link any more? */
  readonly isBlocked: boolean;
}

export async function surroundingsOf(
  manager: EntityManager,
  {
    slug,
    deviceId,
    call,
    caller,
  }: Pick<RingEntity, 'slug' | 'call' | 'caller'> & { readonly deviceId: string },
): Promise<Surroundings> {
  type Row = Omit<Surroundings, 'now'> & { readonly now: Date };
  const row = await ask<Row>(
    manager,
    `SELECT ${NOW} AS now,
       EXISTS (SELECT 1 FROM rings WHERE call = $3) AS rang,
       (SELECT count(*)::int FROM rings WHERE slug = $1 AND state = 'waiting') AS waiting,
       EXISTS (SELECT 1 FROM rings r JOIN ring_links l ON l.slug = r.slug
         WHERE l.device_id = $2 AND r.over_at IS NULL AND r.state <> 'waiting'
           AND r.expires_at > clock_timestamp()) AS "isRung",
       EXISTS (SELECT 1 FROM ring_blocks WHERE slug = $1 AND caller = $4) AS "isBlocked"`,
    [slug, deviceId, call, caller],
  );
  if (!row) throw new Error('a question without conditions has an answer');
  return { ...row, now: row.now.getTime() };
}

/** A ring, whose it is, and the time; until the end of the transaction nobody else changes it. */
export async function lockRing(
  manager: EntityManager,
  id: string,
): Promise<{ readonly row: RingEntity; readonly deviceId: string; readonly now: Time } | null> {
  const row = await ask<RingEntity & { readonly deviceId: string; readonly now: Date }>(
    manager,
    `SELECT ${RING}, l.device_id AS "deviceId", ${NOW} AS now
     FROM rings r JOIN ring_links l ON l.slug = r.slug WHERE r.id = $1 FOR UPDATE OF r`,
    [id],
  );
  return row && { row, deviceId: row.deviceId, now: row.now.getTime() };
}

/** The database's clock: the one time all servers agree about. */
export async function databaseTime(manager: EntityManager): Promise<Time> {
  const row = await ask<{ readonly now: Date }>(manager, `SELECT ${NOW} AS now`, []);
  if (!row) throw new Error('a question without conditions has an answer');
  return row.now.getTime();
}
