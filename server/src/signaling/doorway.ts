import type { Caller } from '../ops/callers.js';

/** How many may stand in the door, and for how long. */
export interface DoorwayLimits {
  /** Sockets of one address that have not entered a call. */
  readonly waitingPerAddress: number;
  /** Sockets of all addresses that have not entered a call. */
  readonly waitingInAll: number;
  /** ms a socket may be open without entering a call. */
  readonly waitingMs: number;
}

interface Place {
  readonly hash: string;
  readonly since: number;
}

/** The one that came first; a Map and a Set keep that order. */
const oldestOf = <G>(guests: Iterable<G>): G | undefined => {
  for (const guest of guests) return guest;
  return undefined;
};

/**
 * Sockets that are open and have not entered a call: a page in its lobby keeps one ready. They cost memory and nobody has
 * to do anything for one, so they are few.
 *
 * Who comes is always let in, and the one that has waited longest goes. Were it the other way round, an attacker who holds
 * all places would lock out everybody behind the same address, or everybody at all, at no cost; and when a server has died
 * all its pages come at once. An honest page that loses such a socket loses nothing: it opens another one when somebody
 * joins, and enters in the same moment.
 *
 * Pure: time is an input, and what is returned has to be closed.
 */
export class Doorway<G extends object> {
  readonly #waiting = new Map<G, Place>();
  readonly #ofAddress = new Map<string, Set<G>>();

  constructor(private readonly limits: DoorwayLimits) {}

  get size(): number {
    return this.#waiting.size;
  }

  /** Somebody came; who has to go for that. @param now ms on a clock that only goes forward. */
  arrive(guest: G, { hash }: Caller, now: number): readonly G[] {
    const neighbours = this.#ofAddress.get(hash) ?? new Set<G>();
    this.#ofAddress.set(hash, neighbours.add(guest));
    this.#waiting.set(guest, { hash, since: now });
    return [
      ...this.#makeRoom(neighbours, neighbours.size, this.limits.waitingPerAddress),
      ...this.#makeRoom(this.#waiting.keys(), this.#waiting.size, this.limits.waitingInAll),
    ];
  }

  /** Entered, or gone. */
  leave(guest: G): void {
    const place = this.#waiting.get(guest);
    if (!place) return;
    this.#waiting.delete(guest);
    const neighbours = this.#ofAddress.get(place.hash);
    neighbours?.delete(guest);
    if (neighbours?.size === 0) this.#ofAddress.delete(place.hash);
  }

  /** Who has waited too long. */
  overdue(now: number): readonly G[] {
    const late: G[] = [];
    for (const [guest, { since }] of this.#waiting) {
      if (now - since < this.limits.waitingMs) break;
      late.push(guest);
    }
    for (const guest of late) this.leave(guest);
    return late;
  }

  /** One comes at a time, so one at most is too many. */
  #makeRoom(guests: Iterable<G>, count: number, most: number): readonly G[] {
    const oldest = count > most ? oldestOf(guests) : undefined;
    if (!oldest) return [];
    this.leave(oldest);
    return [oldest];
  }
}
