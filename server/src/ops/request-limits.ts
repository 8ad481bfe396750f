/** What one address may ask over HTTP. Whole offices share one. Injected so that a test can reach a limit quickly. */
export interface RequestLimits {
  /** Requests a minute that make or change something. The contract promises at least 30 calls. */
  readonly makingPerMinute: number;
  /** Requests a minute that only ask. */
  readonly askingPerMinute: number;
  /**
   * Calls that are none, asked for or entered, a minute. A person mistypes a few; a good link is let in whatever others at
   * the same address have tried.
   */
  readonly wrongIdsPerMinute: number;
  /** Rings a minute: each makes a phone ring somewhere. */
  readonly ringsPerMinute: number;
  /** Rings a minute under one ring link, from wherever. A line of a thousand fills within two minutes. */
  readonly ringsPerMinuteOfLink: number;
  /**
   * ms after which somebody is told that there is no such call, whatever was wrong: a proof that does not fit is known in
   * microseconds, an id that is too old after a look into the store, and the time must not tell one from the other. Longer
   * than a store of usual speed takes; and whoever guesses is slowed.
   */
  readonly unknownAfterMs: number;
}

export const REQUEST_LIMITS: RequestLimits = {
  makingPerMinute: 120,
  askingPerMinute: 1_200,
  wrongIdsPerMinute: 30,
  ringsPerMinute: 30,
  ringsPerMinuteOfLink: 600,
  unknownAfterMs: 100,
};

/** Injection token of the `RequestLimits`. */
export const HTTP_LIMITS = Symbol('RequestLimits');
