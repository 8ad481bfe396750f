import type { Call, Time } from './call-state.js';
import type { Loaded } from './presence-store.js';

interface Seen {
  readonly call: Call;
  readonly version: number;
}

/**
 * What this process last knew of calls in a store that others write to as well, and of that store's clock. Good for a guess that
 * saves the asking; never for an answer: only a write that the store takes makes it true.
 */
export class LastSeen {
  readonly #calls = new Map<string, Seen>();
  /** ms that the store's clock is ahead of this process's (it has another beginning); null: it was never told. */
  #aheadMs: number | null = null;

  /** The store has just told its time. */
  clock(at: Time): void {
    this.#aheadMs = at - performance.now();
  }

  /** As the store has it now, the last write here having been this one. */
  keep(callId: string, call: Call, version: number): void {
    this.#calls.set(callId, { call, version });
  }

  forget(callId: string): void {
    this.#calls.delete(callId);
  }

  /**
   * What `load` would answer if nobody else wrote meanwhile; of a call never seen here, that there is none. null: no guess. It is
   * good for one attempt: whoever comes while that is under way guesses anew, and does not repeat a wrong one.
   */
  guess(callId: string): Loaded | null {
    if (this.#aheadMs === null) return null;
    const seen = this.#calls.get(callId);
    this.#calls.delete(callId);
    return {
      call: seen?.call ?? null,
      version: seen?.version ?? 0,
      at: Math.floor(performance.now() + this.#aheadMs),
    };
  }
}
