import { Injectable } from '@nestjs/common';
import type { ConnectionId } from '../presence/call-state.js';
import type { SeatNumber } from '../protocol/index.js';
import type { Link, Standing } from './link.js';

type Places = [Link | undefined, Link | undefined];
type Seated = Extract<Standing, { is: 'seated' }>;

/** Which socket of this process speaks for which (call, seat, epoch). Nothing else: who may sit is presence's. */
@Injectable()
export class ConnectionRegistry {
  readonly #links = new Map<ConnectionId, Link>();
  readonly #calls = new Map<string, Places>();

  add(link: Link): void {
    this.#links.set(link.connection, link);
  }

  find(connection: ConnectionId): Link | undefined {
    return this.#links.get(connection);
  }

  all(): Iterable<Link> {
    return this.#links.values();
  }

  /** The socket of that seat, if it is in this process. */
  at(callId: string, seat: SeatNumber): Link | undefined {
    return this.#calls.get(callId)?.[seat];
  }

  /** Sockets of pages that wait to be rung. */
  attending(): number {
    let count = 0;
    for (const { standing } of this.#links.values()) if (standing.is === 'attending') count += 1;
    return count;
  }

  /**
   * Calls somebody here is in, as their sockets were told. Of a call of two each socket counts half: the two may be at two
   * processes, and the sum over all of them is the number of calls.
   */
  callsByPhase(): Record<'waiting' | 'live' | 'interrupted', number> {
    const calls = { waiting: 0, live: 0, interrupted: 0 };
    for (const { standing } of this.#links.values()) {
      if (standing.is !== 'seated') continue;
      if (standing.peer.state === 'absent') calls.waiting += 1;
      else if (standing.peer.state === 'present') calls.live += 0.5;
      else calls.interrupted += 1;
    }
    return calls;
  }

  seat(link: Link, seated: Seated): void {
    const places: Places = this.#calls.get(seated.callId) ?? [undefined, undefined];
    places[seated.seat] = link;
    this.#calls.set(seated.callId, places);
    link.become(seated);
  }

  /** This link speaks for nobody any more. */
  unseat(link: Link): void {
    const { standing } = link;
    link.become({ is: 'over' });
    if (standing.is !== 'seated') return;
    const places = this.#calls.get(standing.callId);
    // A newer link may sit there already.
    if (places?.[standing.seat] !== link) return;
    places[standing.seat] = undefined;
    if (!places[0] && !places[1]) this.#calls.delete(standing.callId);
  }

  remove(link: Link): void {
    this.unseat(link);
    this.#links.delete(link.connection);
  }
}
