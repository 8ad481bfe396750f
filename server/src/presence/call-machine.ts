import { otherSeat, type PeerChange, type PeerPresence, type SeatNumber } from '../protocol/index.js';
import { withSeat, type Call, type ConnectionId, type HolderId, type Seat, type Time } from './call-state.js';

/** What a ticket proves once its signature has been checked. */
export interface TicketClaim {
  readonly seat: SeatNumber;
  /** The seat's epoch then: where the store has lost it, counting goes on from here. */
  readonly epoch: number;
  /** `born` of the call state it was issued under. */
  readonly born: Time;
  readonly issuedAt: Time;
}

/** What may happen to a call. Every input carries its time. */
export type Input =
  | {
      readonly type: 'enter';
      readonly at: Time;
      readonly connection: ConnectionId;
      readonly holder: HolderId;
      readonly ticket?: TicketClaim;
    }
  /** The socket gave a sign of life. `peerAlive`: its page still receives media from the other person. */
  | {
      readonly type: 'alive';
      readonly at: Time;
      readonly connection: ConnectionId;
      readonly peerAlive: boolean;
    }
  /** The socket is gone without a word. */
  | { readonly type: 'lost'; readonly at: Time; readonly connection: ConnectionId }
  /** The person hung up. */
  | { readonly type: 'leave'; readonly at: Time; readonly connection: ConnectionId }
  /** Time has passed. */
  | { readonly type: 'tick'; readonly at: Time };

/** What a connection is told. */
export type Message =
  | {
      readonly type: 'entered';
      readonly seat: SeatNumber;
      readonly epoch: number;
      readonly born: Time;
      readonly at: Time;
      readonly peer: { readonly state: PeerPresence; readonly epoch: number };
    }
  | { readonly type: 'refused'; readonly reason: 'full' | 'displaced' }
  | { readonly type: 'peer'; readonly state: PeerChange; readonly epoch: number }
  | { readonly type: 'superseded' };

/** What became of a call, for the records: no word about who. */
export type CallEvent = 'met' | 'dropped' | 'returned' | 'ended';

/** What is to be done, as data. `refused` and `superseded` are the last word: the socket closes after them. */
export type Effect =
  | { readonly type: 'tell'; readonly connection: ConnectionId; readonly message: Message }
  | { readonly type: 'record'; readonly event: CallEvent };

export interface Durations {
  /** ms a dropped seat is kept for its holder. */
  readonly graceMs: number;
  /** ms without any sign of life after which a present seat counts as dropped. */
  readonly leaseMs: number;
}

export interface Step {
  readonly call: Call;
  readonly effects: readonly Effect[];
}

const SEATS: readonly [SeatNumber, SeatNumber] = [0, 1];

const presenceOf = (seat: Seat): PeerPresence => (seat.is === 'empty' ? 'absent' : seat.is);

const tellPeer = (call: Call, of: SeatNumber, state: PeerChange): Effect[] => {
  const listener = call.seats[otherSeat(of)];
  if (listener.is !== 'present') return [];
  const message: Message = { type: 'peer', state, epoch: call.seats[of].epoch };
  return [{ type: 'tell', connection: listener.connection, message }];
};

/** Only what happens to a call of two is worth a record: one person waiting, alone, is nobody's history. */
const recordIf = (met: boolean, event: CallEvent): Effect[] => (met ? [{ type: 'record', event }] : []);

const isEmpty = (call: Call): boolean => call.seats.every((seat) => seat.is === 'empty');

const then = (first: Step, next: (call: Call) => Step): Step => {
  const { call, effects } = next(first.call);
  return { call, effects: [...first.effects, ...effects] };
};

/** The earliest time at which this call changes by itself; null when only an input can change it. */
export function nextChange(call: Call): Time | null {
  const times = call.seats.flatMap((seat) =>
    seat.is === 'dropped' ? [seat.until] : seat.is === 'present' ? [seat.leaseUntil] : [],
  );
  return times.length === 0 ? null : Math.min(...times);
}

function drop(call: Call, number: SeatNumber, until: Time): Step {
  const seat = call.seats[number];
  if (seat.is !== 'present') return { call, effects: [] };
  const { holder, epoch, claim } = seat;
  const next = withSeat(call, number, { is: 'dropped', holder, epoch, claim, until });
  return { call: next, effects: [...tellPeer(next, number, 'dropped'), ...recordIf(call.met, 'dropped')] };
}

function free(call: Call, number: SeatNumber, state: 'left' | 'absent'): Step {
  const next = withSeat(call, number, { is: 'empty', epoch: call.seats[number].epoch });
  const effects = tellPeer(next, number, state);
  return isEmpty(next)
    ? { call: { ...next, met: false }, effects: [...effects, ...recordIf(call.met, 'ended')] }
    : { call: next, effects };
}

/** A seat whose time is up: a present one whose server died is dropped since then, a dropped one is free. */
function expireSeat(call: Call, number: SeatNumber, at: Time, graceMs: number): Step {
  const seat = call.seats[number];
  if (seat.is === 'present' && seat.leaseUntil <= at) {
    return then(drop(call, number, seat.leaseUntil + graceMs), (next) =>
      expireSeat(next, number, at, graceMs),
    );
  }
  return seat.is === 'dropped' && seat.until <= at ? free(call, number, 'absent') : { call, effects: [] };
}

function expire(call: Call, at: Time, { graceMs }: Durations): Step {
  const first = expireSeat(call, 0, at, graceMs);
  return then(first, (next) => expireSeat(next, 1, at, graceMs));
}

type EnterInput = Extract<Input, { type: 'enter' }>;
type Place = { readonly seat: SeatNumber; readonly claim: Time; readonly displaces: boolean };

/** What a ticket is worth here: only one from before the store lost this call outranks anybody. */
const rankOf = (call: Call, ticket: TicketClaim | undefined): Time =>
  ticket && ticket.born !== call.born ? ticket.issuedAt : 0;

/** Where this person sits; null: both seats are held by others. */
function placeFor(call: Call, { holder, ticket }: EnterInput): Place | null {
  const rank = rankOf(call, ticket);
  for (const number of SEATS) {
    const seat = call.seats[number];
    if (seat.is !== 'empty' && seat.holder === holder) {
      return { seat: number, claim: Math.max(seat.claim, rank), displaces: false };
    }
  }
  // A ticket's owner gets that very seat: the roles of a media connection that is still running hang on it.
  const preferred = ticket ? [ticket.seat, otherSeat(ticket.seat)] : SEATS;
  if (ticket) {
    const own = call.seats[ticket.seat];
    if (own.is !== 'empty' && rank > own.claim) return { seat: ticket.seat, claim: rank, displaces: true };
  }
  const seat = preferred.find((number) => call.seats[number].is === 'empty');
  return seat === undefined ? null : { seat, claim: rank, displaces: false };
}

/** What the connection that sat here before is told, if there is one. */
function farewell(before: Seat, connection: ConnectionId, displaces: boolean): Effect[] {
  if (before.is !== 'present' || before.connection === connection) return [];
  const message: Message = displaces ? { type: 'refused', reason: 'displaced' } : { type: 'superseded' };
  return [{ type: 'tell', connection: before.connection, message }];
}

const enteredEffect = (call: Call, number: SeatNumber, connection: ConnectionId, at: Time): Effect => {
  const [own, peer] = [call.seats[number], call.seats[otherSeat(number)]];
  const message: Message = {
    type: 'entered',
    seat: number,
    epoch: own.epoch,
    born: call.born,
    at,
    peer: { state: presenceOf(peer), epoch: peer.epoch },
  };
  return { type: 'tell', connection, message };
};

/** Which events of a call a person's coming makes. */
function recordsOfEntering(
  call: Call,
  before: Seat,
  displaces: boolean,
): { met: boolean; effects: Effect[] } {
  const both = call.seats.every((seat) => seat.is !== 'empty');
  const returned = before.is === 'dropped' && !displaces;
  const effects = [...recordIf(call.met && returned, 'returned'), ...recordIf(both && !call.met, 'met')];
  return { met: call.met || both, effects };
}

function enter(call: Call, input: EnterInput, { leaseMs }: Durations): Step {
  const { at, connection, holder } = input;
  const place = placeFor(call, input);
  if (!place) {
    return { call, effects: [{ type: 'tell', connection, message: { type: 'refused', reason: 'full' } }] };
  }
  const before = call.seats[place.seat];
  // Entering twice by the same connection (a repeated frame) is one entering.
  const again = before.is === 'present' && before.connection === connection;
  // Where the store has lost how far this seat had counted, the ticket still knows.
  const counted = Math.max(before.epoch, input.ticket?.seat === place.seat ? input.ticket.epoch : 0);
  const epoch = again ? before.epoch : counted + 1;
  const leaseUntil = at + leaseMs;
  const seated = withSeat(call, place.seat, {
    is: 'present',
    holder,
    connection,
    epoch,
    claim: place.claim,
    leaseUntil,
  });
  const entered = enteredEffect(seated, place.seat, connection, at);
  if (again) return { call: seated, effects: [entered] };
  const { met, effects } = recordsOfEntering(seated, before, place.displaces);
  return {
    call: { ...seated, met },
    effects: [
      ...farewell(before, connection, place.displaces),
      entered,
      ...tellPeer(seated, place.seat, 'present'),
      ...effects,
    ],
  };
}

const seatOf = (call: Call, connection: ConnectionId): SeatNumber | undefined =>
  SEATS.find((number) => {
    const seat = call.seats[number];
    return seat.is === 'present' && seat.connection === connection;
  });

/** A person who is audibly in the call is never out of it: who hears them vouches for them. */
function vouch(call: Call, number: SeatNumber, at: Time, { graceMs }: Durations): Call {
  const seat = call.seats[number];
  return seat.is === 'dropped' && seat.until < at + graceMs
    ? withSeat(call, number, { ...seat, until: at + graceMs })
    : call;
}

function alive(call: Call, input: Extract<Input, { type: 'alive' }>, durations: Durations): Call {
  const number = seatOf(call, input.connection);
  const seat = number === undefined ? undefined : call.seats[number];
  if (number === undefined || seat?.is !== 'present') return call;
  const leaseUntil = Math.max(seat.leaseUntil, input.at + durations.leaseMs);
  const renewed = withSeat(call, number, { ...seat, leaseUntil });
  return input.peerAlive ? vouch(renewed, otherSeat(number), input.at, durations) : renewed;
}

/** Hanging up and losing the socket. A connection that holds no seat (superseded, refused, long gone) changes nothing. */
function depart(call: Call, input: Extract<Input, { type: 'leave' | 'lost' }>, { graceMs }: Durations): Step {
  const number = seatOf(call, input.connection);
  if (number === undefined) return { call, effects: [] };
  return input.type === 'leave' ? free(call, number, 'left') : drop(call, number, input.at + graceMs);
}

/**
 * One step of a call. Pure: no clock, no socket, no store. What time alone changes comes first, so that no rule sees a
 * seat whose time is up; only a sign of life counts before the clock does: who speaks, or is heard, is not out.
 */
export function step(call: Call, input: Input, durations: Durations): Step {
  if (input.type === 'alive') return expire(alive(call, input, durations), input.at, durations);
  const expired = expire(call, input.at, durations);
  if (input.type === 'tick') return expired;
  return then(expired, (now) =>
    input.type === 'enter' ? enter(now, input, durations) : depart(now, input, durations),
  );
}
