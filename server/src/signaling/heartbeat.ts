/** What a socket's silence means at a moment. */
export type Silence =
  'there is none' | 'is fine' | 'is to be ended by a question' | 'means that nobody is there';

export interface HeartbeatTimes {
  /** ms between two signs of life of a page. */
  readonly pulseMs: number;
  /** ms after which a sign of life is to be reported again. */
  readonly reportEveryMs: number;
}

/** Pulses of silence until a question: pages that pulse, a little late as networks are, are not asked besides. */
const ASK_AFTER = 1.2;
/** Pulses a question may stay unanswered. */
const GONE_AFTER = 0.8;
/** Pulses between two looks at all sockets of a process: one timer for all of them, not one for each. */
export const LOOK_EVERY = 0.1;

/**
 * The signs of life of one socket: whatever arrives on it, as seen at a look. While there is life, one that is due is reported at the
 * latest two pulses and some looks later (the last sign came too early by a little, then silence until the question, and its
 * answer). Pure: `now` is whole ms on a clock that only goes forward.
 */
export class Heartbeat {
  readonly #times: HeartbeatTimes;
  /** Bytes that had arrived at the last look. */
  #received = 0;
  #heardAt: number;
  #reportedAt: number;
  #askedAt: number | null = null;

  constructor(times: HeartbeatTimes, now: number) {
    this.#times = times;
    this.#heardAt = now;
    this.#reportedAt = now;
  }

  /** Is it time to report a sign of life again? */
  isDue(now: number): boolean {
    return now - this.#reportedAt >= this.#times.reportEveryMs;
  }

  /** Presence was told. */
  reported(now: number): void {
    this.#reportedAt = now;
  }

  /**
   * Whoever is told that a question is needed asks it.
   * @param received bytes that have arrived so far.
   */
  look(now: number, received: number): Silence {
    const { pulseMs } = this.#times;
    if (received !== this.#received) {
      this.#received = received;
      this.#heardAt = now;
      this.#askedAt = null;
      return 'there is none';
    }
    if (this.#askedAt !== null)
      return now - this.#askedAt >= GONE_AFTER * pulseMs ? 'means that nobody is there' : 'is fine';
    if (now - this.#heardAt < ASK_AFTER * pulseMs) return 'is fine';
    this.#askedAt = now;
    return 'is to be ended by a question';
  }
}
