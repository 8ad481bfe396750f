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
  readonly #timer: NodeJS.Timeout;
  #reportedAt: number;
  #pinged = false;
  #pending: NodeJS.Immediate | undefined;

  /** @param pulseMs ms of silence before a ping, and again before giving up. */
  constructor(pulseMs: number, effects: HeartbeatEffects) {
    this.#pulseMs = pulseMs;
    this.#effects = effects;
    this.#reportedAt = performance.now();
    this.#timer = setInterval(() => {
      this.#silence();
    }, pulseMs).unref();
  }

  /** Something arrived. */
  heard(): void {
    this.#pinged = false;
    this.#timer.refresh();
    if (this.#isDue() && !this.#pending) this.#reportSoon();
  }

  /** Somebody else told presence just now. */
  reported(): void {
    this.#reportedAt = performance.now();
  }

  stop(): void {
    clearInterval(this.#timer);
    clearImmediate(this.#pending);
  }

  #isDue(): boolean {
    return performance.now() - this.#reportedAt >= this.#pulseMs / 2;
  }

  /** Not at once: what arrived may be a pulse, which says more and is reported by itself. */
  #reportSoon(): void {
    this.#pending = setImmediate(() => {
      this.#pending = undefined;
      if (!this.#isDue()) return;
      this.reported();
      this.#effects.alive();
    });
  }

  #silence(): void {
    if (this.#pinged) {
      this.stop();
      this.#effects.dead();
    } else {
      this.#pinged = true;
      this.#effects.ping();
    }
  }
}
