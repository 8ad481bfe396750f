import { Logger } from '@nestjs/common';
import { kindOf } from './error-kind.js';

/** ms between two lines about the same thing: with the store away every socket has the same to say. */
const QUIET_MS = 10_000;

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
    const before = this.#said.get(what);
    if (before && now - before.at < QUIET_MS) {
      before.unsaid += 1;
      return;
    }
    this.#said.set(what, { at: now, unsaid: 0 });
    const since = before?.unsaid ? ` (and ${before.unsaid} times before)` : '';
    this.#logger.warn(`${what} could not be done${since}: ${kindOf(error)}`);
  }
}
