import { Logger } from '@nestjs/common';
import { DatabaseAway } from '../persistence/database-unavailable.js';
import { StoreUnavailable } from '../presence/store-unavailable.js';
import { framesOf, kindOf } from './error-kind.js';
import { say } from './log-events.js';

/** ms between two lines about the same thing. */
const QUIET_MS = 60_000;

/** What is away is said once, by who watches it; not by everybody who needed it. */
const isSaidElsewhere = (error: unknown): boolean =>
  error instanceof StoreUnavailable || error instanceof DatabaseAway;

/** Says what could not be done, at most once in a while, and how often it went unsaid. */
export class TroubleLog {
  readonly #logger: Logger;
  readonly #said = new Map<string, { at: number; unsaid: number }>();

  constructor(context: string) {
    this.#logger = new Logger(context);
  }

  /** @param what one of a few fixed words, nothing that comes from a client. */
  log(what: string, error: unknown): void {
    const now = performance.now();
    const isBug = !isSaidElsewhere(error);
    const key = `${what}, ${isBug ? 'a bug' : 'away'}`;
    const before = this.#said.get(key);
    if (before && now - before.at < QUIET_MS) {
      before.unsaid += 1;
      return;
    }
    this.#said.set(key, { at: now, unsaid: 0 });
    const since = before?.unsaid ? ` (and ${before.unsaid} times before)` : '';
    const sentence = `${what} could not be done${since}: ${kindOf(error)}`;
    if (isBug) say(this.#logger, 'bug', sentence, { stack: framesOf(error) });
    else this.#logger.debug(sentence);
  }
}
