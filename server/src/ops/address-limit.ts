import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Answer } from '../presence/answer.js';
import type { Caller } from './callers.js';

/** May this one go on, and if not, when (seconds)? */
export type Admission = { readonly ok: true } | { readonly ok: false; readonly retryAfterS: number };

const WELCOME: Admission = { ok: true };

/** How often one address may do something in a minute, in this process. It is remembered for that minute only. */
export class AddressLimit {
  readonly #limiter: RateLimiterMemory;

  /** @param onRefused for whoever counts how often that happens */
  constructor(
    perMinute: number,
    private readonly onRefused: () => void = () => undefined,
  ) {
    this.#limiter = new RateLimiterMemory({ points: perMinute, duration: 60 });
  }

  /** @param caller null: there are no limits. */
  admit(caller: Caller | null): Answer<Admission> {
    return caller === null ? WELCOME : this.#count(caller);
  }

  async #count({ hash }: Caller): Promise<Admission> {
    try {
      await this.#limiter.consume(hash);
      return WELCOME;
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      this.onRefused();
      return { ok: false, retryAfterS: Math.max(1, Math.ceil(refusal.msBeforeNext / 1000)) };
    }
  }
}
