export interface HeartbeatEffects {
  /** Ask the other end for a sign of life. */
  ping(): void;
  /** A sign of life came, and none was reported for half a pulse. */
  alive(): void;
  /** Nothing was heard for two pulses: nobody is there. */
  dead(): void;
}

/**
 * Watches one socket. Any frame, ping or pong is a sign of life. Reports come at most every half pulse and, while there is life, at
 * least every one and a half: well inside the lease of three.
 */
export class Heartbeat {
  readonly #pulseMs: number;
  readonly #effects: HeartbeatEffects;
  #timer: NodeJS.Timeout;
  #heardAt: number;
  #reportedAt: number;
  #pinged = false;
  #pending: NodeJS.Immediate | undefined;

  /** @param pulseMs ms of silence before a ping, and again before giving up. */
  constructor(pulseMs: number, effects: HeartbeatEffects) {
    this.#pulseMs = pulseMs;
    this.#effects = effects;
    this.#heardAt = performance.now();
    this.#reportedAt = this.#heardAt;
    this.#timer = this.#lookIn(pulseMs);
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

  /** Somebody else told presence just now. */
  reported(): void {
    this.#reportedAt = performance.now();
  }

  stop(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#pending);
  }

  #isDue(now: number): boolean {
    return now - this.#reportedAt >= this.#pulseMs / 2;
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
    const leftMs = this.#heardAt + this.#pulseMs - performance.now();
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
      this.#timer = this.#lookIn(this.#pulseMs);
      this.#effects.ping();
    }
  }
}
