import { otherSeat, type PeerChange, type PeerPresence, type SeatNumber } from '../protocol/index.js';
import { placeFor, SEATS, type Durations, type TicketClaim } from './call-seating.js';
import {
  nextChange,
  withSeat,
  type Call,
  type ConnectionId,
  type HolderId,
  type Seat,
  type Time,
} from './call-state.js';

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

export interface Step {
  readonly call: Call;
  readonly effects: readonly Effect[];
}

const presenceOf = (seat: Seat): PeerPresence => (seat.is === 'empty' ? 'absent' : seat.is);

const seatOf = (call: Call, connection: ConnectionId): SeatNumber | undefined =>
  SEATS.find((number) => {
    const seat = call.seats[number];
    return seat.is === 'present' && seat.connection === connection;
  });

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
  const second = next(first.call);
  return first.effects.length === 0
    ? second
    : { call: second.call, effects: [...first.effects, ...second.effects] };
};

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

/** A present seat whose server died is dropped since its lease ran out. */
function dropIfSilent(call: Call, number: SeatNumber, at: Time, graceMs: number): Step {
  const seat = call.seats[number];
  const isSilent = seat.is === 'present' && seat.leaseUntil <= at;
  return isSilent ? drop(call, number, seat.leaseUntil + graceMs) : { call, effects: [] };
}

/** What time alone does to a seat. */
function expireSeat(call: Call, number: SeatNumber, at: Time, graceMs: number): Step {
  return then(dropIfSilent(call, number, at, graceMs), (next) => {
    const seat = next.seats[number];
    return seat.is === 'dropped' && seat.until <= at
      ? free(next, number, 'absent')
      : { call: next, effects: [] };
  });
}

function expire(call: Call, at: Time, { graceMs }: Durations): Step {
  const next = nextChange(call);
  if (next === null || at < next) return { call, effects: [] };
  const first = expireSeat(call, 0, at, graceMs);
  return then(first, (now) => expireSeat(now, 1, at, graceMs));
}

type EnterInput = Extract<Input, { type: 'enter' }>;

/** What the connection that sat here before is told, if there is one. */
function farewell(before: Seat, connection: ConnectionId, displaces: boolean): Effect[] {
  if (before.is !== 'present' || before.connection === connection) return [];
  const message: Message = displaces ? { type: 'refused', reason: 'displaced' } : { type: 'superseded' };
  return [{ type: 'tell', connection: before.connection, message }];
}

/** How this connection sits, for telling it (again); null: it does not. */
export function enteredMessage(call: Call, connection: ConnectionId, at: Time): Message | null {
  const seat = seatOf(call, connection);
  if (seat === undefined) return null;
  const [own, peer] = [call.seats[seat], call.seats[otherSeat(seat)]];
  const other = { state: presenceOf(peer), epoch: peer.epoch };
  return { type: 'entered', seat, epoch: own.epoch, born: call.born, at, peer: other };
}

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

/** A seat's epoch grows with each new connection, also where the store has forgotten how far it was. */
function epochFor(before: Seat, number: SeatNumber, { connection, ticket }: EnterInput): number {
  // Entering twice by the same connection (a repeated frame) is one entering.
  if (before.is === 'present' && before.connection === connection) return before.epoch;
  return Math.max(before.epoch, ticket?.seat === number ? ticket.epoch : 0) + 1;
}

function enter(call: Call, input: EnterInput, durations: Durations): Step {
  const { at, connection, holder } = input;
  const place = placeFor(call, input, durations);
  if (!place) {
    return { call, effects: [{ type: 'tell', connection, message: { type: 'refused', reason: 'full' } }] };
  }
  const before = call.seats[place.seat];
  const epoch = epochFor(before, place.seat, input);
  const leaseUntil = at + durations.leaseMs;
  const { claim } = place;
  const seated = withSeat(call, place.seat, { is: 'present', holder, connection, epoch, claim, leaseUntil });
  const message = enteredMessage(seated, connection, at);
  const entered: Effect[] = message ? [{ type: 'tell', connection, message }] : [];
  if (epoch === before.epoch) return { call: seated, effects: entered };
  const { met, effects } = recordsOfEntering(seated, before, place.displaces);
  return {
    call: { ...seated, met },
    effects: [
      ...farewell(before, connection, place.displaces),
      ...entered,
      ...tellPeer(seated, place.seat, 'present'),
      ...effects,
    ],
  };
}

/** A person who is audibly in the call is never out of it: who hears them vouches for them. */
function vouch(call: Call, number: SeatNumber, at: Time, { graceMs }: Durations): Step {
  return then(dropIfSilent(call, number, at, graceMs), (next) => {
    const seat = next.seats[number];
    if (seat.is !== 'dropped') return { call: next, effects: [] };
    const until = Math.max(seat.until, at + graceMs);
    return { call: withSeat(next, number, { ...seat, until }), effects: [] };
  });
}

function alive(call: Call, input: Extract<Input, { type: 'alive' }>, durations: Durations): Step {
  const number = seatOf(call, input.connection);
  const seat = number === undefined ? undefined : call.seats[number];
  if (number === undefined || seat?.is !== 'present') return { call, effects: [] };
  const leaseUntil = Math.max(seat.leaseUntil, input.at + durations.leaseMs);
  const renewed = withSeat(call, number, { ...seat, leaseUntil });
  if (!input.peerAlive) return { call: renewed, effects: [] };
  return vouch(renewed, otherSeat(number), input.at, durations);
}

/** Hanging up and losing the socket. A connection that holds no seat (superseded, refused, long gone) changes nothing. */
function depart(call: Call, input: Extract<Input, { type: 'leave' | 'lost' }>, { graceMs }: Durations): Step {
  const number = seatOf(call, input.connection);
  if (number === undefined) return { call, effects: [] };
  return input.type === 'leave' ? free(call, number, 'left') : drop(call, number, input.at + graceMs);
}

/**
 * One step of a call. Pure: no clock, no socket, no store. What time alone changes comes first, so that no rule sees a
 * seat whose time is up; only what a person does counts before the clock does: who speaks, or is heard, is not out, and
 * who hangs up has hung up.
 */
export function step(call: Call, input: Input, durations: Durations): Step {
  const timed = (now: Call): Step => expire(now, input.at, durations);
  switch (input.type) {
    case 'tick':
      return timed(call);
    case 'alive':
      return then(alive(call, input, durations), timed);
    case 'leave': {
      const speaks = alive(call, { ...input, type: 'alive', peerAlive: false }, durations);
      return then(then(speaks, timed), (now) => depart(now, input, durations));
    }
    case 'lost':
      return then(timed(call), (now) => depart(now, input, durations));
    case 'enter':
      return then(timed(call), (now) => enter(now, input, durations));
  }
}
