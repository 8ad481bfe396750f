export interface HeartbeatEffects {
  /** Ask the other end for a sign of life. */
  ping(): void;
  /** A sign of life came, and none was reported for `REPORT_AFTER` pulses. */
  alive(): void;
  /** Nothing was heard for two pulses: nobody is there. */
  dead(): void;
}

/**
 * Pulses until a sign of life is reported again: of two that a page sends every other one. A report is a read and a
 * write in the store.
 */
const REPORT_AFTER = 1.25;

/** Pulses of silence until a ping: pages that pulse, a little late as networks are, are not asked besides. */
const PING_AFTER = 1.2;
/** Pulses of silence until nobody is there. */
const GONE_AFTER = 2;

/**
 * Watches one socket. Any frame, ping or pong is a sign of life. While there is life a report comes at least every two and a half
 * pulses (the last sign too early by a little, the silence until a ping, its answer): inside the lease of three.
 */
export class Heartbeat {
  readonly #pulseMs: number;
  readonly #effects: HeartbeatEffects;
  #timer: NodeJS.Timeout;
  #heardAt: number;
  #reportedAt: number;
  #pinged = false;
  #pending: NodeJS.Immediate | undefined;

  /** @param pulseMs ms between two signs of life of a page. */
  constructor(pulseMs: number, effects: HeartbeatEffects) {
    this.#pulseMs = pulseMs;
    this.#effects = effects;
    this.#heardAt = performance.now();
    this.#reportedAt = this.#heardAt;
    this.#timer = this.#lookIn(PING_AFTER * pulseMs);
  }

  /** When something last arrived, by `performance.now()`. */
  get heardAt(): number {
    return this.#heardAt;
  }

  /** Something arrived. The timer stays as it is and looks at the time when it rings: a busy socket does not wind it up. */
  heard(): void {
    this.#pinged = false;
    this.#heardAt = performance.now();
    if (this.#isDue(this.#heardAt) && !this.#pending) this.#reportSoon();
  }

  /** Is it time to report a sign of life again? */
  get isDue(): boolean {
    return this.#isDue(performance.now());
  }

  /** Somebody else told presence just now. */
  reported(): void {
    this.#reportedAt = performance.now();
  }

  stop(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#pending);
  }

  #isDue(now: number): boolean {
    return now - this.#reportedAt >= REPORT_AFTER * this.#pulseMs;
  }

  /** Not at once: what arrived may be a pulse, which says more and is reported by itself. */
  #reportSoon(): void {
    this.#pending = setImmediate(() => {
      this.#pending = undefined;
      if (!this.#isDue(performance.now())) return;
      this.reported();
      this.#effects.alive();
    });
  }

  #lookIn(ms: number): NodeJS.Timeout {
    return setTimeout(() => {
      this.#look();
    }, ms).unref();
  }

  #look(): void {
    const leftMs = this.#heardAt + PING_AFTER * this.#pulseMs - performance.now();
    // Timers count whole ms and may ring a part of one early.
    if (!this.#pinged && leftMs >= 1) this.#timer = this.#lookIn(leftMs);
    else this.#silence();
  }

  #silence(): void {
    if (this.#pinged) {
      this.stop();
      this.#effects.dead();
    } else {
      this.#pinged = true;
      this.#timer = this.#lookIn((GONE_AFTER - PING_AFTER) * this.#pulseMs);
      this.#effects.ping();
    }
  }
}
