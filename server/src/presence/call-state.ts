import { isCount, isFields, parseJson, type CallPhase, type SeatNumber } from '../protocol/index.js';

/** Milliseconds since 1970 by the store's clock (Redis `TIME`), never a server's own. */
export type Time = number;
/** One socket, unguessable; a new one for every connection. */
export type ConnectionId = string;
/** A keyed hash of the browser's secret: who may sit here, without keeping the secret. */
export type HolderId = string;

/**
 * One of the two places. `epoch` grows with every new connection and survives the seat being empty.
 * `claim` is 0 for who simply entered; who restored a seat with a ticket from before the store lost this call has the
 * time that ticket was issued: the later ticket outranks the earlier, and any ticket outranks none.
 */
export type Seat =
  | { readonly is: 'empty'; readonly epoch: number }
  | {
      readonly is: 'present';
      readonly holder: HolderId;
      readonly connection: ConnectionId;
      readonly epoch: number;
      readonly claim: Time;
      /** A server renews this while it holds the socket; past it nobody does: the server died. null: then so did the store. */
      readonly leaseUntil: Time | null;
    }
  | {
      readonly is: 'dropped';
      readonly holder: HolderId;
      readonly epoch: number;
      readonly claim: Time;
      readonly until: Time;
    };

/** Whose a seat is; `claim` as in `Seat`. */
export interface Owner {
  readonly holder: HolderId;
  readonly claim: Time;
}

/** The two this call is bound to, by their seats: there or not, nobody else sits in them. */
export type Lock = readonly [Owner, Owner];

/** The whole truth about a call. Two seats by type: a third person cannot be written down. */
export interface Call {
  /** When this state came into the store; tells tickets of this state from those of one that was lost. */
  readonly born: Time;
  /** Have both been in at once since this state was made? */
  readonly met: boolean;
  readonly seats: readonly [Seat, Seat];
  /** null: a free seat is for whoever comes. */
  readonly lock: Lock | null;
  /** Who may not sit here any more, the latest last. */
  readonly barred: readonly HolderId[];
}

/** More people than anybody blocks in one call; beyond it the one who was barred first is forgotten. */
export const MAX_BARRED = 16;

const NOBODY: readonly HolderId[] = [];

export const newCall = (at: Time): Call => ({
  born: at,
  met: false,
  seats: [
    { is: 'empty', epoch: 0 },
    { is: 'empty', epoch: 0 },
  ],
  lock: null,
  barred: NOBODY,
});

/** Whose this seat is: who sits there, who is waited for, or whom the lock keeps it for; null: nobody's. */
export function ownerOf({ seats, lock }: Call, number: SeatNumber): Owner | null {
  if (lock) return lock[number];
  const seat = seats[number];
  return seat.is === 'empty' ? null : seat;
}

export const isBarred = ({ barred }: Call, holder: HolderId): boolean =>
  barred.length > 0 && barred.includes(holder);

export function phaseOf(call: Call): CallPhase {
  const taken = call.seats.filter((seat) => seat.is !== 'empty');
  if (taken.length === 0) return 'empty';
  if (taken.length === 1) return 'waiting';
  return taken.every((seat) => seat.is === 'present') ? 'live' : 'interrupted';
}

export const withSeat = (call: Call, number: SeatNumber, seat: Seat): Call => ({
  ...call,
  seats: number === 0 ? [seat, call.seats[1]] : [call.seats[0], seat],
});

/** When a seat changes by itself; null when only an input can change it. */
const changeOf = (seat: Seat): Time | null =>
  seat.is === 'dropped' ? seat.until : seat.is === 'present' ? seat.leaseUntil : null;

/** The earliest time at which this call changes by itself; null when only an input can change it. */
export function nextChange({ seats }: Call): Time | null {
  const [first, second] = [changeOf(seats[0]), changeOf(seats[1])];
  return first === null || second === null ? (first ?? second) : Math.min(first, second);
}

/** Until when somebody has this seat by what is known now. */
const endOf = (seat: Seat, at: Time): Time =>
  seat.is === 'empty' ? at : (changeOf(seat) ?? Number.POSITIVE_INFINITY);

/**
 * How long (ms) a store keeps this state unless it is renewed: as long as anybody has a seat by what is known now, and
 * then as long as an empty call's link works. Never shorter than a seat; for ever while somebody sits without a lease.
 */
export const storedForMs = ({ seats }: Call, at: Time, graceMs: number, callTtlMs: number): number =>
  Math.max(at, endOf(seats[0], at), endOf(seats[1], at)) - at + graceMs + callTtlMs;

/** What hardly any call has takes no room in the others. */
export const encodeCall = ({ born, met, seats, lock, barred }: Call): string =>
  JSON.stringify({
    born,
    met,
    seats,
    lock: lock ?? undefined,
    barred: barred.length > 0 ? barred : undefined,
  });

function decodeSeat(value: unknown): Seat | null {
  if (!isFields(value) || !isCount(value['epoch'])) return null;
  const { is, holder, connection, epoch, claim, leaseUntil, until } = value;
  if (is === 'empty') return { is, epoch };
  if (typeof holder !== 'string' || !isCount(claim)) return null;
  if (is === 'dropped' && isCount(until)) return { is, holder, epoch, claim, until };
  if (is === 'present' && typeof connection === 'string' && isCount(leaseUntil)) {
    return { is, holder, connection, epoch, claim, leaseUntil };
  }
  return null;
}

/** Only to whom the seat it keeps is free, or who sits there. */
function decodeOwner(value: unknown, seat: Seat): Owner | null {
  if (!isFields(value)) return null;
  const { holder, claim } = value;
  if (typeof holder !== 'string' || !isCount(claim)) return null;
  return seat.is === 'empty' || seat.holder === holder ? { holder, claim } : null;
}

function decodeLock(value: unknown, [first, second]: Call['seats']): Lock | null {
  if (!Array.isArray(value) || value.length !== 2) return null;
  const [one, other] = [decodeOwner(value[0], first), decodeOwner(value[1], second)];
  return one && other ? [one, other] : null;
}

const isBarList = (value: unknown): value is HolderId[] =>
  Array.isArray(value) && value.length <= MAX_BARRED && value.every((holder) => typeof holder === 'string');

/** What a store holds → a call; null when it is not one (another version's, or damaged): then it counts as lost. */
export function decodeCall(text: string): Call | null {
  const json = parseJson(text);
  if (!json.ok || !isFields(json.value)) return null;
  const { born, met, seats, barred = NOBODY } = json.value;
  if (!isCount(born) || typeof met !== 'boolean' || !Array.isArray(seats) || seats.length !== 2) return null;
  const [first, second] = [decodeSeat(seats[0]), decodeSeat(seats[1])];
  if (!first || !second || !isBarList(barred)) return null;
  const call: Call = { born, met, seats: [first, second], lock: null, barred };
  if (json.value['lock'] === undefined) return call;
  const lock = decodeLock(json.value['lock'], call.seats);
  return lock && { ...call, lock };
}
