import { otherSeat, type PeerPresence, type SeatNumber } from '../protocol/index.js';
import {
  drop,
  farewell,
  free,
  recordIf,
  seatOf,
  tellPeer,
  tellSeat,
  andThen,
  type Effect,
  type Message,
  type Step,
} from './call-changes.js';
import { block, lock, sendBarredAway } from './call-lock.js';
import { placeFor, type Durations, type Place, type TicketClaim } from './call-seating.js';
import {
  isBarred,
  nextChange,
  withSeat,
  type Call,
  type ConnectionId,
  type HolderId,
  type Seat,
  type Time,
} from './call-state.js';

export type { CallEvent, Effect, Message, Step } from './call-changes.js';

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
  /** The person hung up on the other for good. */
  | { readonly type: 'block'; readonly at: Time; readonly connection: ConnectionId }
  /** The person binds the call to the two who are in it, or opens it. */
  | { readonly type: 'lock'; readonly at: Time; readonly connection: ConnectionId; readonly on: boolean }
  /** Time has passed. */
  | { readonly type: 'tick'; readonly at: Time };

type PresentSeat = Extract<Seat, { is: 'present' }>;

const presenceOf = (seat: Seat): PeerPresence => (seat.is === 'empty' ? 'absent' : seat.is);

/** A present seat whose server died is dropped since its lease ran out. */
function dropIfSilent(call: Call, number: SeatNumber, at: Time, graceMs: number): Step {
  const seat = call.seats[number];
  if (seat.is !== 'present' || seat.leaseUntil === null || seat.leaseUntil > at) return { call, effects: [] };
  return drop(call, number, seat.leaseUntil + graceMs);
}

/** What time alone does to a seat. */
function expireSeat(call: Call, number: SeatNumber, at: Time, graceMs: number): Step {
  return andThen(dropIfSilent(call, number, at, graceMs), (next) => {
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
  return andThen(first, (now) => expireSeat(now, 1, at, graceMs));
}

type EnterInput = Extract<Input, { type: 'enter' }>;

/** How this connection sits, for telling it (again); null: it does not. */
export function enteredMessage(call: Call, connection: ConnectionId, at: Time): Message | null {
  const seat = seatOf(call, connection);
  if (seat === undefined) return null;
  const [own, peer] = [call.seats[seat], call.seats[otherSeat(seat)]];
  const other = { state: presenceOf(peer), epoch: peer.epoch };
  const told = { type: 'entered', seat, epoch: own.epoch, born: call.born, at, peer: other } as const;
  return call.lock ? { ...told, locked: true } : told;
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

const full = (call: Call, connection: ConnectionId): Step => ({
  call,
  effects: [{ type: 'tell', connection, message: { type: 'refused', reason: 'full' } }],
});

function sit(met: Call, input: EnterInput, place: Place, durations: Durations): Step {
  const { at, connection, holder } = input;
  const { seat, claim } = place;
  const before = met.seats[seat];
  const epoch = epochFor(before, seat, input);
  const leaseUntil = durations.leaseMs === null ? null : at + durations.leaseMs;
  const opens = met.lock !== null && place.displaces;
  const call = opens ? { ...met, lock: null } : met;
  const seated = withSeat(call, seat, { is: 'present', holder, connection, epoch, claim, leaseUntil });
  const message = enteredMessage(seated, connection, at);
  const entered: Effect[] = message ? [{ type: 'tell', connection, message }] : [];
  if (epoch === before.epoch) return { call: seated, effects: entered };
  const events = recordsOfEntering(seated, before, place.displaces);
  return {
    call: { ...seated, met: events.met },
    effects: [
      ...farewell(before, connection, place.displaces),
      ...entered,
      ...tellPeer(seated, seat, 'present'),
      ...(opens ? tellSeat(seated, otherSeat(seat), { type: 'locked', on: false }) : []),
      ...events.effects,
    ],
  };
}

function enter(call: Call, input: EnterInput, durations: Durations): Step {
  const { connection, holder } = input;
  if (isBarred(call, holder)) return full(call, connection);
  const cleared = call.barred.length > 0 ? sendBarredAway(call, connection) : { call, effects: [] };
  const place = placeFor(cleared.call, input, durations);
  if (!place) return full(call, connection);
  return andThen(cleared, (now) => sit(now, input, place, durations));
}

/** A person who is audibly in the call is never out of it: who hears them vouches for them. */
function vouch(call: Call, number: SeatNumber, at: Time, { graceMs }: Durations): Step {
  return andThen(dropIfSilent(call, number, at, graceMs), (next) => {
    const seat = next.seats[number];
    if (seat.is !== 'dropped') return { call: next, effects: [] };
    const until = Math.max(seat.until, at + graceMs);
    return { call: withSeat(next, number, { ...seat, until }), effects: [] };
  });
}

function renew(call: Call, number: SeatNumber, seat: PresentSeat, at: Time, { leaseMs }: Durations): Call {
  if (leaseMs === null || seat.leaseUntil === null) return call;
  return withSeat(call, number, { ...seat, leaseUntil: Math.max(seat.leaseUntil, at + leaseMs) });
}

function alive(call: Call, input: Extract<Input, { type: 'alive' }>, durations: Durations): Step {
  const number = seatOf(call, input.connection);
  const seat = number === undefined ? undefined : call.seats[number];
  if (number === undefined || seat?.is !== 'present') return { call, effects: [] };
  const renewed = renew(call, number, seat, input.at, durations);
  if (!input.peerAlive) return { call: renewed, effects: [] };
  return vouch(renewed, otherSeat(number), input.at, durations);
}

type Spoken = Extract<Input, { type: 'leave' | 'block' | 'lock' }>;

/** What a person says. A connection that holds no seat (superseded, refused, long gone) changes nothing. */
function speak(call: Call, input: Spoken): Step {
  if (input.type === 'lock') return lock(call, input.connection, input.on);
  if (input.type === 'block') return block(call, input.connection);
  const number = seatOf(call, input.connection);
  return number === undefined ? { call, effects: [] } : free(call, number, 'left');
}

function lose(
  call: Call,
  { at, connection }: Extract<Input, { type: 'lost' }>,
  { graceMs }: Durations,
): Step {
  const number = seatOf(call, connection);
  return number === undefined ? { call, effects: [] } : drop(call, number, at + graceMs);
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
      return andThen(alive(call, input, durations), timed);
    case 'leave':
    case 'block':
    case 'lock': {
      const { at, connection } = input;
      const speaks = alive(call, { type: 'alive', at, connection, peerAlive: false }, durations);
      return andThen(andThen(speaks, timed), (now) => speak(now, input));
    }
    case 'lost':
      return andThen(timed(call), (now) => lose(now, input, durations));
    case 'enter':
      return andThen(timed(call), (now) => enter(now, input, durations));
  }
}
