import { otherSeat, type SeatNumber } from '../protocol/index.js';
import { ownerOf, type Call, type HolderId, type Time } from './call-state.js';

/** What a ticket proves once its signature has been checked. */
export interface TicketClaim {
  readonly seat: SeatNumber;
  /** The seat's epoch then: where the store has lost it, counting goes on from here. */
  readonly epoch: number;
  /** `born` of the call state it was issued under. */
  readonly born: Time;
  readonly issuedAt: Time;
}

export interface Durations {
  /** ms a dropped seat is kept for its holder. */
  readonly graceMs: number;
  /** ms without any sign of life after which a present seat counts as dropped; null: it never does. */
  readonly leaseMs: number | null;
}

/** Where somebody gets to sit. */
export interface Place {
  readonly seat: SeatNumber;
  /** What the seat's `claim` becomes. */
  readonly claim: Time;
  /** Whose it was has lost it: the one who sits there has to go, and the lock that kept it is open. */
  readonly displaces: boolean;
}

/**
 * ms, besides lease and grace, that a ticket outranks those who got in after the store lost a call. Not for ever: weeks
 * later it would throw people out of a call that has long been theirs.
 */
export const OUTRANKS_FOR_MS = 600_000;

/** The claim of who has a ticket, but for the other seat: more than none (0), less than any for this seat. */
const NOT_THIS_SEAT = 1;

export const SEATS: readonly [SeatNumber, SeatNumber] = [0, 1];

/** Does this ticket outrank anybody here? Only one from before the store lost this call, and only in the time after. */
function outranks(call: Call, ticket: TicketClaim, at: Time, { graceMs, leaseMs }: Durations): boolean {
  return ticket.born !== call.born && at < call.born + (leaseMs ?? 0) + graceMs + OUTRANKS_FOR_MS;
}

/** Where this person sits; null: both seats are held by others, or kept for them by the lock. */
export function placeFor(
  call: Call,
  { holder, ticket, at }: { holder: HolderId; ticket?: TicketClaim; at: Time },
  durations: Durations,
): Place | null {
  const counts = ticket !== undefined && outranks(call, ticket, at, durations);
  const claimTo = (seat: SeatNumber): Time =>
    !counts ? 0 : seat === ticket.seat ? ticket.issuedAt : NOT_THIS_SEAT;
  for (const number of SEATS) {
    const owner = ownerOf(call, number);
    if (owner?.holder === holder) {
      return { seat: number, claim: Math.max(owner.claim, claimTo(number)), displaces: false };
    }
  }
  // A ticket's owner gets that very seat: the roles of a media connection that is still running hang on it.
  const wanted: readonly SeatNumber[] = ticket ? [ticket.seat, otherSeat(ticket.seat)] : SEATS;
  const displaceable = (number: SeatNumber): boolean => {
    const owner = ownerOf(call, number);
    return owner !== null && owner.claim < claimTo(number);
  };
  const own = wanted.slice(0, 1).find(displaceable);
  const free = own === undefined ? wanted.find((number) => ownerOf(call, number) === null) : undefined;
  const seat = own ?? free ?? wanted.find(displaceable);
  if (seat === undefined) return null;
  return { seat, claim: claimTo(seat), displaces: seat !== free };
}
