import type { Caller } from './callers.js';

/** May this one go on, and if not, when (seconds)? */
export type Admission = { readonly ok: true } | { readonly ok: false; readonly retryAfterS: number };

const WELCOME: Admission = { ok: true };
const MINUTE_MS = 60_000;

/**
 * How often one address may do something in a minute, in this process. A minute begins with the first who comes, for
 * everybody; when it is over, all of it is forgotten. Without a library: rate-limiter-flexible keeps a
 * timer for each address and answers by a promise, and each socket would pay for both twice.
 */
export class AddressLimit {
  readonly #counts = new Map<string, number>();
  #since = 0;

  /** @param onRefused for whoever counts how often that happens */
  constructor(
    private readonly perMinute: number,
    private readonly onRefused: () => void = () => undefined,
  ) {}

  /** @param caller null: there are no limits. */
  admit(caller: Caller | null): Admission {
    if (caller === null) return WELCOME;
    if (this.#counts.size === 0) this.#begin();
    const count = (this.#counts.get(caller.hash) ?? 0) + 1;
    this.#counts.set(caller.hash, count);
    if (count <= this.perMinute) return WELCOME;
    this.onRefused();
    const leftMs = this.#since + MINUTE_MS - performance.now();
    return { ok: false, retryAfterS: Math.max(1, Math.ceil(leftMs / 1000)) };
  }

  #begin(): void {
    this.#since = performance.now();
    setTimeout(() => {
      this.#counts.clear();
    }, MINUTE_MS).unref();
  }
}
