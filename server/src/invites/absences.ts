/**
 * `there`: in the call, or not known to have been. `missing`: seen in the call before, or long expected there, and not there
 * now; it may be this server that does not know. `gone`: still missing at a later look.
 */
export type Whereabouts = 'there' | 'missing' | 'gone';

interface Seen {
  readonly wasThere: boolean;
  readonly emptySince: number | null;
}

/** Callers that are remembered; the longest unchanged go first. */
const MOST = 10_000;

/**
 * Which callers have left, from looks at their calls. One look is not enough: where the store has lost everything, every call
 * is empty until its pages are back, a second or two later.
 */
export class Absences {
  readonly #seen = new Map<string, Seen>();

  /** @param settledMs ms between two looks that find nobody, after which nobody is there. */
  constructor(private readonly settledMs: number) {}

  /**
   * @param at ms on a clock that only goes forward
   * @param isExpected whoever rang so long ago must have entered by now
   */
  look(ringId: string, isEmpty: boolean, at: number, isExpected: boolean): Whereabouts {
    const before = this.#seen.get(ringId) ?? { wasThere: false, emptySince: null };
    const now = isEmpty
      ? { ...before, emptySince: before.emptySince ?? at }
      : { wasThere: true, emptySince: null };
    this.#keep(ringId, now);
    if (now.emptySince === null || !(now.wasThere || isExpected)) return 'there';
    return at - now.emptySince >= this.settledMs ? 'gone' : 'missing';
  }

  #keep(ringId: string, seen: Seen): void {
    this.#seen.delete(ringId);
    this.#seen.set(ringId, seen);
    const [oldest] = this.#seen.keys();
    if (this.#seen.size > MOST && oldest !== undefined) this.#seen.delete(oldest);
  }
}
