import { otherSeat, type SeatNumber } from '../../protocol/index.js';
import type { Effect, Input, Message, Step } from '../call-machine.js';
import { withSeat, type Call, type Seat } from '../call-state.js';
import { THREE_TICKETS } from './beginnings.js';
import { HOLDER_OF, MACHINE, type Happening, type Machine } from './world.js';

type StepFunction = Machine['step'];
export type Enter = Extract<Input, { type: 'enter' }>;

/** A machine that is wrong on purpose, and the rule by which that must be noticed. */
export interface BrokenMachine {
  readonly does: string;
  readonly breaks: string;
  readonly machine: Machine;
  /** Where to look; from the very beginning, if not said. */
  readonly from?: readonly Happening[];
  /** What may happen; what can happen to an open call, if not said. */
  readonly happenings?: readonly Happening[];
}

const { step, storedForMs } = MACHINE;
const SEATS: readonly SeatNumber[] = [0, 1];

export const broken = (does: string, breaks: string, wrong: StepFunction): BrokenMachine => ({
  does,
  breaks,
  machine: { step: wrong, storedForMs },
});

/** Wrong only in what is made of a correct step. */
export const spoiled = (
  does: string,
  breaks: string,
  spoil: (right: Step, input: Input, met: Call) => Step,
): BrokenMachine =>
  broken(does, breaks, (call, input, durations) => spoil(step(call, input, durations), input, call));

export const without = ({ call, effects }: Step, isLeftOut: (effect: Effect) => boolean): Step => ({
  call,
  effects: effects.filter((effect) => !isLeftOut(effect)),
});

export const isTold = (effect: Effect, type: Message['type']): boolean =>
  effect.type === 'tell' && effect.message.type === type;

const seatWhere = (call: Call, isIt: (seat: Seat) => boolean): SeatNumber | undefined =>
  SEATS.find((number) => isIt(call.seats[number]));

const isHeldBy = (holder: string | undefined) => (seat: Seat) =>
  seat.is !== 'empty' && seat.holder === holder;

const emptied = (call: Call, number: SeatNumber): Call =>
  withSeat(call, number, { is: 'empty', epoch: call.seats[number].epoch });

export const full = (call: Call, { connection }: Enter): Step => ({
  call,
  effects: [{ type: 'tell', connection, message: { type: 'refused', reason: 'full' } }],
});

/** Whoever speaks is taken for the person, not for the connection they speak over. */
export function mistaken(call: Call, input: Input): Input {
  if (input.type === 'enter' || input.type === 'alive' || input.type === 'tick') return input;
  const number = seatWhere(call, isHeldBy(HOLDER_OF[input.connection]));
  const seat = number === undefined ? undefined : call.seats[number];
  return seat?.is === 'present' ? { ...input, connection: seat.connection } : input;
}

/** The first version's bug: a dropped seat counts as taken, by whomever. */
const REFUSALS: readonly BrokenMachine[] = [
  broken(
    'tells who comes back that it is full',
    'the holder of a seat gets it back',
    (call, input, durations) => {
      const own = input.type === 'enter' ? seatWhere(call, isHeldBy(input.holder)) : undefined;
      const isBack = own !== undefined && call.seats[own].is === 'dropped';
      return input.type === 'enter' && isBack ? full(call, input) : step(call, input, durations);
    },
  ),
  broken('counts seats whose time is up as taken', 'two seats held by others', (call, input, durations) => {
    const taken = call.seats.every((seat) => seat.is !== 'empty');
    const isStranger = input.type === 'enter' && seatWhere(call, isHeldBy(input.holder)) === undefined;
    return isStranger && !input.ticket && taken ? full(call, input) : step(call, input, durations);
  }),
  broken('lets a third person take a dropped seat', 'two seats held by others', (call, input, durations) => {
    const dropped = seatWhere(call, (seat) => seat.is === 'dropped');
    const right = step(call, input, durations);
    const isFull = right.effects.some((effect) => isTold(effect, 'refused'));
    return isFull && dropped !== undefined ? step(emptied(call, dropped), input, durations) : right;
  }),
  broken('seats one person twice', 'there are never three people', (call, input, durations) => {
    const own = input.type === 'enter' ? seatWhere(call, isHeldBy(input.holder)) : undefined;
    if (own === undefined || call.seats[otherSeat(own)].is !== 'empty') return step(call, input, durations);
    const [seat, connection] = [call.seats[own], 'connection' in input ? input.connection : ''];
    if (seat.is !== 'present' || seat.connection === connection) return step(call, input, durations);
    const twice = withSeat(call, otherSeat(own), { ...seat, connection });
    return { call: twice, effects: [] };
  }),
  spoiled('says nothing to who is refused', 'who enters hears exactly one verdict', (right) =>
    without(right, (effect) => isTold(effect, 'refused')),
  ),
  spoiled('frees the other seat when it refuses', 'says changes nothing', (right, input) => {
    const isFull = input.type === 'enter' && right.effects.some((effect) => isTold(effect, 'refused'));
    return isFull && right.call.seats[1].is === 'dropped'
      ? { ...right, call: emptied(right.call, 1) }
      : right;
  }),
];

const DEPARTURES: readonly BrokenMachine[] = [
  spoiled('throws both out when one drops', 'change nothing for the other seat', (right, input, met) => {
    const isDrop = input.type === 'lost' && right.call !== met && right.call.seats[0].is === 'dropped';
    return isDrop ? { ...right, call: emptied(right.call, 1) } : right;
  }),
  broken(
    'hears a superseded connection',
    'what a connection without a seat says changes nothing',
    (call, input, durations) => step(call, mistaken(call, input), durations),
  ),
  broken('takes a drop for a hang-up', 'a drop is no leave', (call, input, durations) =>
    step(call, input.type === 'lost' ? { ...input, type: 'leave' } : input, durations),
  ),
  broken('takes a hang-up for a drop', 'only hanging up leaves, and it does', (call, input, durations) =>
    step(call, input.type === 'leave' ? { ...input, type: 'lost' } : input, durations),
  ),
  broken(
    'lets time count before a hang-up',
    'only hanging up leaves, and it does',
    (call, input, durations) => {
      if (input.type !== 'leave') return step(call, input, durations);
      const first = step(call, { type: 'tick', at: input.at }, durations);
      const { call: next, effects } = step(first.call, input, durations);
      return { call: next, effects: [...first.effects, ...effects] };
    },
  ),
  broken('keeps a dropped seat for too short', 'a drop is no leave', (call, input, durations) =>
    step(call, input, { ...durations, graceMs: durations.graceMs - 1 }),
  ),
  broken('keeps a dropped seat for ever', 'seats are kept and freed in time', (call, input, durations) => {
    const kept = SEATS.reduce((all, number) => {
      const seat = all.seats[number];
      return seat.is === 'dropped'
        ? withSeat(all, number, { ...seat, until: Math.max(seat.until, input.at + 1) })
        : all;
    }, call);
    return step(kept, input, durations);
  }),
  spoiled('does not tell the other of a drop', 'everybody who is in knows how the other is', (right) =>
    without(
      right,
      (effect) =>
        effect.type === 'tell' && effect.message.type === 'peer' && effect.message.state === 'dropped',
    ),
  ),
];

const CONNECTIONS: readonly BrokenMachine[] = [
  spoiled('does not tell the older connection', 'supersedes the older', (right) =>
    without(right, (effect) => isTold(effect, 'superseded')),
  ),
  spoiled('gives a newer connection the epoch of the older', 'epochs only grow', (right, input, met) => {
    const number = input.type === 'enter' ? seatWhere(right.call, isHeldBy(input.holder)) : undefined;
    if (number === undefined) return right;
    const epoch = Math.max(1, met.seats[number].epoch);
    const call = withSeat(right.call, number, { ...right.call.seats[number], epoch });
    const effects = right.effects.map((effect): Effect =>
      effect.type === 'tell' && effect.message.type === 'entered'
        ? { ...effect, message: { ...effect.message, epoch } }
        : effect,
    );
    return { call, effects };
  }),
  broken('begins to count epochs anew after a loss', 'epochs only grow', (call, input, durations) =>
    step(
      call,
      input.type === 'enter' && input.ticket ? { ...input, ticket: { ...input.ticket, epoch: 0 } } : input,
      durations,
    ),
  ),
  broken('does not renew a lease', 'who gives signs of life stays in', (call, input, durations) =>
    input.type === 'alive' && !input.peerAlive
      ? step(call, { type: 'tick', at: input.at }, durations)
      : step(call, input, durations),
  ),
  broken(
    'lets time count before the sign of life',
    'who gives signs of life stays in',
    (call, input, durations) => {
      const first = step(call, { type: 'tick', at: input.at }, durations);
      const { call: next, effects } = step(first.call, input, durations);
      return { call: next, effects: [...first.effects, ...effects] };
    },
  ),
  broken(
    'does not believe who hears the other',
    'who is heard by the other is not out',
    (call, input, durations) =>
      step(call, input.type === 'alive' ? { ...input, peerAlive: false } : input, durations),
  ),
  {
    does: 'forgets a live call',
    breaks: 'a live call never expires',
    machine: { step, storedForMs: (_call, _at, _graceMs, callTtlMs) => callTtlMs },
  },
];

const TICKETS: readonly BrokenMachine[] = [
  broken('lets no ticket outrank anybody', 'a ticket restores its own seat', (call, input, durations) => {
    if (input.type !== 'enter' || !input.ticket) return step(call, input, durations);
    return step(call, { ...input, ticket: { ...input.ticket, born: call.born } }, durations);
  }),
  broken('gives a ticket the other seat', 'a ticket restores its own seat', (call, input, durations) => {
    if (input.type !== 'enter' || !input.ticket) return step(call, input, durations);
    const ticket = { ...input.ticket, seat: otherSeat(input.ticket.seat) };
    return step(call, { ...input, ticket }, durations);
  }),
  broken(
    'lets a ticket displace though nothing was lost',
    'only a ticket from before the store lost',
    (call, input, durations) => {
      if (input.type !== 'enter' || !input.ticket) return step(call, input, durations);
      return step(call, { ...input, ticket: { ...input.ticket, born: -1 } }, durations);
    },
  ),
  broken(
    'lets a ticket displace for ever',
    'only a ticket from before the store lost',
    (call, input, durations) => {
      const isLate = input.type === 'enter' && input.ticket && input.ticket.born !== call.born;
      if (!isLate) return step(call, input, durations);
      const { call: next, effects } = step({ ...call, born: input.at }, input, durations);
      return { call: { ...next, born: call.born }, effects };
    },
  ),
  {
    ...broken(
      'lets a ticket for the other seat outrank the one for this',
      'two seats held by others',
      (call, input, durations) => {
        const right = step(call, input, durations);
        if (input.type !== 'enter' || !input.ticket || input.ticket.born === call.born) return right;
        const number = seatWhere(right.call, isHeldBy(input.holder));
        const seat = number === undefined ? undefined : right.call.seats[number];
        if (number === undefined || !seat || seat.is === 'empty') return right;
        return { ...right, call: withSeat(right.call, number, { ...seat, claim: input.ticket.issuedAt }) };
      },
    ),
    from: THREE_TICKETS,
  },
  spoiled('tells the displaced that they are superseded', 'supersedes the older', (right) => ({
    ...right,
    effects: right.effects.map((effect): Effect =>
      effect.type === 'tell' && effect.message.type === 'refused' && effect.message.reason === 'displaced'
        ? { ...effect, message: { type: 'superseded' } }
        : effect,
    ),
  })),
  spoiled('tells nobody that they are displaced', 'who is displaced is told so', (right) =>
    without(
      right,
      (effect) =>
        effect.type === 'tell' && effect.message.type === 'refused' && effect.message.reason === 'displaced',
    ),
  ),
];

const RECORDS: readonly BrokenMachine[] = [
  spoiled('records an end when the first of two leaves', 'records say when two met', (right, input) =>
    input.type === 'leave' && right.call.met
      ? { ...right, effects: [...right.effects, { type: 'record', event: 'ended' }] }
      : right,
  ),
  spoiled('records what one person does alone', 'records say when two met', (right, input, met) =>
    input.type === 'lost' && !met.met && right.call !== met
      ? { ...right, effects: [...right.effects, { type: 'record', event: 'dropped' }] }
      : right,
  ),
];

export const BROKEN_MACHINES: readonly BrokenMachine[] = [
  ...REFUSALS,
  ...DEPARTURES,
  ...CONNECTIONS,
  ...TICKETS,
  ...RECORDS,
];
