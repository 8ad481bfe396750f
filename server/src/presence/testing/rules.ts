import { isDeepStrictEqual } from 'node:util';
import { otherSeat, type PeerPresence, type SeatNumber } from '../../protocol/index.js';
import type { Message } from '../call-machine.js';
import type { Owner, Seat } from '../call-state.js';
import {
  claimOf,
  HOLDER_OF,
  messagesTo,
  outranks,
  rightsAt,
  sentAway,
  TIMES,
  TTL,
  type Entered,
  type Place,
  type Places,
  type Transition,
  type World,
} from './world.js';

/** A transition with what a rule wants to know about it. */
interface Facts extends Transition {
  readonly after: World;
  /** Rights as the input met them: time has counted already, and who had to go is gone. */
  readonly rights: Places;
}

type Rule = (facts: Facts) => boolean;

const SEATS: readonly SeatNumber[] = [0, 1];

const presenceOf = (seat: Seat): PeerPresence => (seat.is === 'empty' ? 'absent' : seat.is);

/** The seat this connection has by right. */
const seatOf = (places: Places, connection: string): SeatNumber | undefined =>
  SEATS.find((seat) => places[seat]?.connection === connection);

const enteredOf = ({ input, effects }: Facts): Entered | undefined =>
  input.type === 'enter'
    ? messagesTo(effects, input.connection).find((message): message is Entered => message.type === 'entered')
    : undefined;

const isFull = ({ input, effects }: Facts): boolean =>
  input.type === 'enter' &&
  messagesTo(effects, input.connection).some(
    (message) => message.type === 'refused' && message.reason === 'full',
  );

const eventsOf = ({ effects }: Facts): string[] =>
  effects.flatMap((effect) => (effect.type === 'record' ? [effect.event] : []));

/** Most often it is the very same object; millions of comparisons are made. */
const isSame = (one: unknown, other: unknown): boolean => one === other || isDeepStrictEqual(one, other);

const areSame = (some: readonly string[], others: readonly string[]): boolean =>
  some.join() === others.join();

/** Does time alone leave this seat as it was? */
const untouchedByTime = ({ before, rights }: Facts, seat: SeatNumber): boolean =>
  isSame(before.places[seat], rights[seat]);

const unchanged = (facts: Facts, seat: SeatNumber): boolean =>
  !untouchedByTime(facts, seat) || isSame(facts.met.seats[seat], facts.call.seats[seat]);

/** The only seat this input may touch; null: none. */
function seatConcerned(facts: Facts): SeatNumber | null {
  const { input, rights } = facts;
  if (input.type === 'tick') return null;
  if (input.type === 'enter') return enteredOf(facts)?.seat ?? null;
  return seatOf(rights, input.connection) ?? null;
}

/** Whose this seat is: who has it, or whom the lock keeps it for. */
const ownerOf = ({ before, rights }: Facts, seat: SeatNumber): Owner | null =>
  rights[seat] ?? before.lock?.[seat] ?? null;

/** Whom a ticket of this input may send away from a seat. */
const mayDisplace = (facts: Facts, seat: SeatNumber, owner: Owner): boolean =>
  owner.claim < claimOf(facts, seat);

const isBarred = ({ before, input }: Facts): boolean =>
  input.type === 'enter' && before.barred.includes(input.holder);

const toldOf = ({ effects }: Facts, isIt: (message: Message) => boolean): string[] =>
  effects.flatMap((effect) => (effect.type === 'tell' && isIt(effect.message) ? [effect.connection] : []));

/** Does the state say the same as what everybody was told? */
function agrees(seat: Seat, place: Place | null): boolean {
  if (!place) return seat.is === 'empty';
  if (seat.is === 'empty' || seat.holder !== place.holder) return false;
  return seat.is === 'present'
    ? seat.connection === place.connection && seat.leaseUntil === place.until
    : place.connection === null && seat.until === place.until;
}

/** True: kept. The titles are the product's rules. */
export const RULES: Readonly<Record<string, Rule>> = {
  'there are never three people, nor one person in both seats': ({ call, after }) => {
    const [first, second] = call.seats;
    const both = first.is !== 'empty' && second.is !== 'empty';
    return (
      !(both && first.holder === second.holder) && after.places[0]?.holder !== (after.places[1]?.holder ?? '')
    );
  },

  'who enters hears exactly one verdict, and nobody else hears one': ({ input, effects }) => {
    const verdicts = effects.flatMap((effect) => {
      if (effect.type !== 'tell') return [];
      const { message } = effect;
      const isVerdict =
        message.type === 'entered' || (message.type === 'refused' && message.reason === 'full');
      return isVerdict ? [effect.connection] : [];
    });
    return areSame(verdicts, input.type === 'enter' ? [input.connection] : []);
  },

  'the holder of a seat gets it back': (facts) => {
    const { input, rights } = facts;
    if (input.type !== 'enter' || isBarred(facts)) return true;
    const own = SEATS.find((seat) => rights[seat]?.holder === input.holder);
    return own === undefined || enteredOf(facts)?.seat === own;
  },

  'who is bound by a lock always gets in, to their own seat': (facts) => {
    const { before, input } = facts;
    if (input.type !== 'enter') return true;
    const own = SEATS.find((seat) => before.lock?.[seat].holder === input.holder);
    return own === undefined || enteredOf(facts)?.seat === own;
  },

  'a locked call seats nobody but its two people, unless a ticket outranks them': (facts) => {
    const entered = enteredOf(facts);
    const { before, input } = facts;
    if (!before.lock || !entered || input.type !== 'enter') return true;
    const bound = before.lock[entered.seat];
    return bound.holder === input.holder || mayDisplace(facts, entered.seat, bound);
  },

  'either of the two who are in locks the call, and either opens it': ({ call, after }) =>
    isSame(call.lock, after.lock),

  'everybody who is in knows whether the call is locked': ({ after }) =>
    after.places.every((place) => !place?.connection || place.locked === (after.lock !== null)),

  'who would lock a call alone is told that it takes two, and nobody else is': (facts) => {
    const { input, before, rights } = facts;
    const told = toldOf(facts, ({ type }) => type === 'not-together');
    const asks = input.type === 'lock' && input.on && !before.lock;
    const isAlone = asks && seatOf(rights, input.connection) !== undefined && rights.includes(null);
    return areSame(told, isAlone ? [input.connection] : []);
  },

  'a block bars who has the other seat, and never who says it': ({ before, input, call, after }) => {
    if (!isSame(call.barred, after.barred)) return false;
    const speaker = input.type === 'block' ? HOLDER_OF[input.connection] : undefined;
    return speaker === undefined || before.barred.includes(speaker) || !call.barred.includes(speaker);
  },

  'who is barred is never seated again': (facts) => !isBarred(facts) || enteredOf(facts) === undefined,

  'who is barred sits with nobody': ({ call, before }) => {
    const seats = call.seats.filter((seat) => seat.is !== 'empty');
    return seats.length < 2 || !seats.some(({ holder }) => before.barred.includes(holder));
  },

  'two seats held by others, live or bound by a lock, or being barred, and nothing else, is full': (
    facts,
  ) => {
    const { input } = facts;
    if (input.type !== 'enter') return true;
    const byOthers = SEATS.every((seat) => {
      const owner = ownerOf(facts, seat);
      return owner !== null && owner.holder !== input.holder && !mayDisplace(facts, seat, owner);
    });
    return isFull(facts) === (byOthers || isBarred(facts));
  },

  'a ticket restores its own seat when the store has lost it, also from somebody without one': (facts) => {
    const { input, met } = facts;
    if (input.type !== 'enter' || isBarred(facts) || !outranks(met, input.ticket, input.at)) return true;
    const { seat } = input.ticket;
    const owner = ownerOf(facts, seat);
    const isInAlready = SEATS.some((one) => ownerOf(facts, one)?.holder === input.holder);
    if (isInAlready || (owner && !mayDisplace(facts, seat, owner))) return true;
    return enteredOf(facts)?.seat === seat;
  },

  'only a ticket from before the store lost the call displaces anybody, and not for ever': (facts) => {
    const entered = enteredOf(facts);
    return SEATS.every((seat) => {
      const [before, now] = [facts.rights[seat], facts.after.places[seat]];
      if (!before || !now || before.holder === now.holder) return true;
      return entered?.seat === seat && mayDisplace(facts, seat, before);
    });
  },

  'a drop, a refusal, a hang-up, a return change nothing for the other seat': (facts) => {
    const seat = seatConcerned(facts);
    const vouches = facts.input.type === 'alive' && facts.input.peerAlive;
    return seat === null || vouches || unchanged(facts, otherSeat(seat));
  },

  'what a connection without a seat says changes nothing': (facts) =>
    seatConcerned(facts) !== null || SEATS.every((seat) => unchanged(facts, seat)),

  'a newer connection of the same person supersedes the older, and only that one': (facts) => {
    const { rights, input } = facts;
    const entered = enteredOf(facts);
    const older = entered ? rights[entered.seat] : null;
    const told = toldOf(facts, ({ type }) => type === 'superseded');
    const isNewer =
      input.type === 'enter' && older?.holder === input.holder && older.connection !== input.connection;
    return areSame(told, isNewer && older.connection !== null ? [older.connection] : []);
  },

  'who is displaced is told so, and nobody else': (facts) => {
    const { before, rights, input } = facts;
    const entered = enteredOf(facts);
    const there = entered ? rights[entered.seat] : null;
    const told = toldOf(facts, (message) => message.type === 'refused' && message.reason === 'displaced');
    const outranked = input.type === 'enter' && there?.holder !== input.holder ? there : null;
    const goes = [sentAway(before, input)?.connection, outranked?.connection];
    return areSame(
      told,
      goes.filter((connection) => typeof connection === 'string'),
    );
  },

  'epochs only grow': (facts) => {
    const entered = enteredOf(facts);
    const { input, rights, before } = facts;
    if (!entered || input.type !== 'enter') return true;
    const { seat, epoch } = entered;
    if (rights[seat]?.connection === input.connection) return epoch === before.epochs[seat];
    return epoch > before.epochs[seat] && (input.ticket?.seat !== seat || epoch > input.ticket.epoch);
  },

  'a drop is no leave: the seat is kept for the grace period': ({ input, rights, call }) => {
    const seat = input.type === 'lost' ? seatOf(rights, input.connection) : undefined;
    if (seat === undefined) return true;
    const after = call.seats[seat];
    return after.is === 'dropped' && after.until === input.at + TIMES.graceMs;
  },

  'only hanging up leaves, and it does': (facts) => {
    const { input, rights, call, effects } = facts;
    const hangsUp = input.type === 'leave' || input.type === 'block';
    const seat = hangsUp ? seatOf(rights, input.connection) : undefined;
    const left = effects.filter(
      (effect) => effect.type === 'tell' && effect.message.type === 'peer' && effect.message.state === 'left',
    );
    if (seat === undefined) return left.length === 0;
    return call.seats[seat].is === 'empty' && left.length === (rights[otherSeat(seat)]?.connection ? 1 : 0);
  },

  'who is heard by the other is not out, however long they are silent': ({ input, rights, call }) => {
    const seat = input.type === 'alive' && input.peerAlive ? seatOf(rights, input.connection) : undefined;
    const heard = seat === undefined ? null : rights[otherSeat(seat)];
    if (seat === undefined || heard?.connection !== null) return true;
    const after = call.seats[otherSeat(seat)];
    return after.is === 'dropped' && after.until >= input.at + TIMES.graceMs;
  },

  'who gives signs of life stays in': ({ input, before, call }) => {
    const speaks = input.type === 'alive' || input.type === 'lock';
    const seat = speaks ? seatOf(before.places, input.connection) : undefined;
    if (seat === undefined) return true;
    const after = call.seats[seat];
    return after.is === 'present' && (after.leaseUntil ?? 0) >= input.at + TIMES.leaseMs;
  },

  'the state is what everybody was told: seats are kept and freed in time': ({ call, after }) =>
    SEATS.every((seat) => agrees(call.seats[seat], after.places[seat])),

  'everybody who is in knows how the other is': ({ call, after }) =>
    SEATS.every((seat) => {
      const place = after.places[seat];
      return !place?.connection || place.peer === presenceOf(call.seats[otherSeat(seat)]);
    }),

  'a live call never expires, and an empty one not before its time': ({ call, after, input, machine }) => {
    const kept = machine.storedForMs(call, input.at, TIMES.graceMs, TTL);
    return after.places.every((place) => {
      const rest = !place ? 0 : place.until - input.at + (place.connection === null ? 0 : TIMES.graceMs);
      return kept >= rest + TTL;
    });
  },

  'records say when two met and when their call ended, and nothing of one alone': (facts) => {
    const { met, after } = facts;
    const events = eventsOf(facts);
    const taken = after.places.filter((place) => place !== null).length;
    // Both may have been gone before somebody came who started anew.
    const ends = events.filter((event) => event === 'ended').length;
    const meets = events.filter((event) => event === 'met').length;
    if (!met.met) return ends === 0 && meets === (taken === 2 ? 1 : 0) && events.length === meets;
    return ends === (facts.rights.every((right) => right === null) || taken === 0 ? 1 : 0) && meets === 0;
  },
};

const ALL_RULES = Object.entries(RULES);

/** The first rule that this transition breaks. */
export function brokenRule(transition: Transition, after: World): string | null {
  const facts: Facts = { ...transition, after, rights: rightsAt(transition.before, transition.input) };
  const broken = ALL_RULES.find(([, isKept]) => !isKept(facts));
  return broken ? broken[0] : null;
}
