import { otherSeat, type PeerChange, type PeerPresence, type SeatNumber } from '../protocol/index.js';
import { SEATS } from './call-seating.js';
import { withSeat, type Call, type ConnectionId, type Seat, type Time } from './call-state.js';

/** What a connection is told. */
export type Message =
  | {
      readonly type: 'entered';
      readonly seat: SeatNumber;
      readonly epoch: number;
      readonly born: Time;
      readonly at: Time;
      readonly peer: { readonly state: PeerPresence; readonly epoch: number };
      /** Only where it is. */
      readonly locked?: true;
    }
  | { readonly type: 'refused'; readonly reason: 'full' | 'displaced' }
  | { readonly type: 'peer'; readonly state: PeerChange; readonly epoch: number }
  | { readonly type: 'locked'; readonly on: boolean }
  /** There is nobody this call could be bound to. */
  | { readonly type: 'not-together' }
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

export const seatOf = (call: Call, connection: ConnectionId): SeatNumber | undefined =>
  SEATS.find((number) => {
    const seat = call.seats[number];
    return seat.is === 'present' && seat.connection === connection;
  });

/** Tells whoever sits there, if somebody does. */
export const tellSeat = (call: Call, number: SeatNumber, message: Message): Effect[] => {
  const listener = call.seats[number];
  return listener.is === 'present' ? [{ type: 'tell', connection: listener.connection, message }] : [];
};

export const tellPeer = (call: Call, of: SeatNumber, state: PeerChange): Effect[] =>
  tellSeat(call, otherSeat(of), { type: 'peer', state, epoch: call.seats[of].epoch });

/** Only what happens to a call of two is worth a record: one person waiting, alone, is nobody's history. */
export const recordIf = (met: boolean, event: CallEvent): Effect[] =>
  met ? [{ type: 'record', event }] : [];

/** One step, and another after it. (A module that exports `then` would pass for a promise.) */
export const andThen = (first: Step, next: (call: Call) => Step): Step => {
  const second = next(first.call);
  return first.effects.length === 0
    ? second
    : { call: second.call, effects: [...first.effects, ...second.effects] };
};

/** The socket of this seat is gone; the seat is kept. */
export function drop(call: Call, number: SeatNumber, until: Time): Step {
  const seat = call.seats[number];
  if (seat.is !== 'present') return { call, effects: [] };
  const { holder, epoch, claim } = seat;
  const next = withSeat(call, number, { is: 'dropped', holder, epoch, claim, until });
  return { call: next, effects: [...tellPeer(next, number, 'dropped'), ...recordIf(call.met, 'dropped')] };
}

const isEmpty = (call: Call): boolean => call.seats.every((seat) => seat.is === 'empty');

/** Nobody sits here any more; whom the lock keeps the seat for it still does. */
export function free(call: Call, number: SeatNumber, state: 'left' | 'absent'): Step {
  const next = withSeat(call, number, { is: 'empty', epoch: call.seats[number].epoch });
  const effects = tellPeer(next, number, state);
  return isEmpty(next)
    ? { call: { ...next, met: false }, effects: [...effects, ...recordIf(call.met, 'ended')] }
    : { call: next, effects };
}

/** What the connection that sat here before is told, if there is one. */
export function farewell(before: Seat, connection: ConnectionId, displaces: boolean): Effect[] {
  if (before.is !== 'present' || before.connection === connection) return [];
  const message: Message = displaces ? { type: 'refused', reason: 'displaced' } : { type: 'superseded' };
  return [{ type: 'tell', connection: before.connection, message }];
}
