import { RING_MS } from '../protocol/index.js';

/** How long things take. Injected so that a test need not wait. */
export interface RingTimes {
  /** ms somebody is rung. */
  readonly ringMs: number;
  /** ms between two looks for rings whose server died. */
  readonly sweepMs: number;
  /** ms this process must be up before whoever's call is empty counts as gone: as long as a seat is kept. null: SEAT_GRACE_MS. */
  readonly goneMs: number | null;
}

export const USUAL_RING_TIMES: RingTimes = { ringMs: RING_MS, sweepMs: 5_000, goneMs: null };

/** Injection token of the `RingTimes`. */
export const RING_TIMES = Symbol('RingTimes');
