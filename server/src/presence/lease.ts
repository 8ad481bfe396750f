import type { PresenceStore } from './presence-store.js';

/** For how long a seat counts as held though its process says nothing, in ms. */
export interface Lease {
  /** null: a store that dies with the process leaves no seat behind, so its seats are held without a lease. */
  readonly leaseMs: number | null;
  /** After so long a sign of life is to be reported again: early enough for the report to come in time. */
  readonly reportEveryMs: number;
}

/**
 * Pulses without a report after which a seat counts as dropped though nobody said so: its process died. A report is a read and a
 * write in the store, and most of what a long call costs, so it is not for each pulse.
 */
const PULSES = 6;
/** Pulses before the end of a lease: two and a bit for noticing silence (`Heartbeat`), the rest for the way. */
const EARLY = 2.75;

export function leaseIn({ isShared }: Pick<PresenceStore, 'isShared'>, pulseMs: number): Lease {
  if (!isShared) return { leaseMs: null, reportEveryMs: Number.POSITIVE_INFINITY };
  return { leaseMs: PULSES * pulseMs, reportEveryMs: (PULSES - EARLY) * pulseMs };
}
