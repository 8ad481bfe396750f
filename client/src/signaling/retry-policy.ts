import { CloseCode } from '@protocol';
import type { Time } from './socket-state';

/** Why the next socket is needed; each has its own patience. */
export type RetryCause = 'lost' | 'unavailable' | 'too-many-requests';

export interface RetryInput {
  readonly cause: RetryCause;
  /** How many retries came before this one without a lasting connection. */
  readonly attempt: number;
  /** Media is in trouble: the way back matters more than sparing the server. */
  readonly urgent: boolean;
  /** 0 ≤ random < 1: spreads the retries of all the pages a restarted server has lost at once. */
  readonly random: number;
}

/** ms: at most this long until the first retry after a lost socket, on average half of it. */
const FIRST_MS = 250;
/** ms: the second retry; each further one waits twice as long. */
const BASE_MS = 500;
/** ms: never longer than this between two retries. */
const CAP_MS = 10_000;
const URGENT_CAP_MS = 1_000;
/** ms: a server that says "not now" or "too often" is not asked again sooner. */
const FLOOR_MS: Readonly<Record<RetryCause, number>> = {
  lost: 0,
  unavailable: 1_000,
  'too-many-requests': 3_000,
};

/** Closes that are nobody's fault: the server stops or has lost track, and many pages are moved at different moments. */
const GOODBYES: ReadonlySet<number> = new Set([CloseCode.goingAway, CloseCode.lostTrack]);
/**
 * So many goodbyes in so many ms are each followed at once: in a rolling restart a page may come to one server after
 * the other that is about to go. A server that does nothing but say goodbye is asked ever more rarely, like any other.
 */
const PARDONS = 3;
const PARDON_WINDOW_MS = 60_000;

/**
 * When goodbyes were followed at once, up to now, if this close is one that may be; null: the page waits as after any
 * other loss.
 */
export function pardon(before: readonly Time[], closeCode: number, at: Time): readonly Time[] | null {
  if (!GOODBYES.has(closeCode)) return null;
  const recent = before.filter((time) => at - time < PARDON_WINDOW_MS);
  return recent.length < PARDONS ? [...recent, at] : null;
}

/** How long (ms) to wait before the next socket. */
export function retryDelay({ cause, attempt, urgent, random }: RetryInput): number {
  const floor = FLOOR_MS[cause];
  if (attempt === 0 && floor === 0) return random * FIRST_MS;
  const cap = Math.max(floor, urgent ? URGENT_CAP_MS : CAP_MS);
  const full = Math.min(cap, Math.max(floor, BASE_MS) * 2 ** Math.max(0, attempt - 1));
  return Math.max(floor, full * (0.5 + random / 2));
}
