import { Logger } from '@nestjs/common';
import { pause } from '../persistence/backoff.js';
import { answersInTime } from './answers-in-time.js';
import { kindOf } from './error-kind.js';
import { say, type LogEvent } from './log-events.js';

/** ms between two looks while it is away. */
const LOOK_MS = 1_000;
/** ms between two lines about something that answers and yet fails. */
const QUIET_MS = 60_000;

/** Something this server needs and may be without for a while. */
export interface Needed {
  readonly name: string;
  readonly events: Readonly<Record<'away' | 'back' | 'failing', LogEvent>>;
  /** What people notice while it is away: a sentence. */
  readonly meanwhile: string;
  /** Rejects when it is away, sooner or later. */
  ping(): Promise<void>;
}

/**
 * Knows whether something is away. Whoever sees it fail says so, however often: it is looked at, one line says that it is
 * away, and one that it is back.
 */
export class AwayWatch {
  readonly #logger: Logger;
  readonly #closing = new AbortController();
  #awaySince: number | null = null;
  #isLooking = false;
  #quietUntil = 0;

  constructor(private readonly needed: Needed) {
    this.#logger = new Logger(needed.name);
  }

  get isUp(): boolean {
    return this.#awaySince === null;
  }

  /** @param error what was seen; its kind is written down, never its message */
  suspect(error: unknown): void {
    if (this.#isLooking || this.#closing.signal.aborted) return;
    this.#isLooking = true;
    void this.#look(error);
  }

  close(): void {
    this.#closing.abort();
  }

  async #look(error: unknown): Promise<void> {
    const { signal } = this.#closing;
    for (;;) {
      const ping = this.needed.ping();
      if (await answersInTime(ping)) break;
      if (signal.aborted) return;
      if (this.#awaySince === null) this.#goneAway(error);
      // One question at a time: those that hang would take connections from others.
      await Promise.all([pause(LOOK_MS, signal), ping.catch(() => undefined)]);
    }
    this.#isLooking = false;
    if (signal.aborted) return;
    if (this.#awaySince === null) this.#answersYetFails(error);
    else this.#isBack(this.#awaySince);
  }

  #goneAway(error: unknown): void {
    const { name, events, meanwhile } = this.needed;
    this.#awaySince = performance.now();
    say(this.#logger, events.away, `${name} is away: ${kindOf(error)}. ${meanwhile}`);
  }

  #isBack(since: number): void {
    const { name, events } = this.needed;
    this.#awaySince = null;
    // What was asked while it was away may still fail: no news.
    this.#quietUntil = performance.now() + QUIET_MS;
    const awayS = Math.round((performance.now() - since) / 1000);
    say(this.#logger, events.back, `${name} is back after ${awayS} s.`, { awayS });
  }

  #answersYetFails(error: unknown): void {
    if (performance.now() < this.#quietUntil) return;
    this.#quietUntil = performance.now() + QUIET_MS;
    const { name, events } = this.needed;
    say(this.#logger, events.failing, `${name} answers, yet something asked of it failed: ${kindOf(error)}.`);
  }
}
