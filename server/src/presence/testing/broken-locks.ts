import type { Effect, Input } from '../call-machine.js';
import type { Call, Lock } from '../call-state.js';
import { BLOCKED, LOCKED, LOCKED_BY_A_STRANGER, THREE_TICKETS, TWO } from './beginnings.js';
import { broken, full, isTold, mistaken, spoiled, without, type BrokenMachine } from './broken-machines.js';
import { HAPPENINGS_WITH_LOCKS, MACHINE, type Happening } from './world.js';

const { step } = MACHINE;

const isBound = ({ lock }: Call, holder: string): boolean =>
  lock?.some((owner) => owner.holder === holder) ?? false;

const swapped = (lock: Lock | null): Lock | null => lock && [lock[1], lock[0]];

const areGone = ({ seats }: Call): boolean => seats.every((seat) => seat.is === 'empty');

const isDisplaced = (effect: Effect): boolean =>
  effect.type === 'tell' && effect.message.type === 'refused' && effect.message.reason === 'displaced';

const after = (from: readonly Happening[], machines: readonly BrokenMachine[]): BrokenMachine[] =>
  machines.map((machine) => ({ ...machine, from, happenings: HAPPENINGS_WITH_LOCKS }));

/** Wrong only in what it thinks that it met; `lock` and `barred` are put back afterwards where the step left them alone. */
const deluded = (
  does: string,
  breaks: string,
  delusion: (call: Call, input: Input) => Partial<Call>,
): BrokenMachine =>
  broken(does, breaks, (call, input, durations) => {
    const dream = { ...call, ...delusion(call, input) };
    const right = step(dream, input, durations);
    const { lock, barred } = right.call;
    const kept = {
      lock: lock === dream.lock ? call.lock : lock,
      barred: barred === dream.barred ? call.barred : barred,
    };
    return { ...right, call: { ...right.call, ...kept } };
  });

const LOCKING: readonly BrokenMachine[] = [
  broken(
    'hears a superseded connection that locks',
    'either of the two who are in locks',
    (call, input, durations) => step(call, input.type === 'lock' ? mistaken(call, input) : input, durations),
  ),
  spoiled('says nothing to who would lock a call alone', 'who would lock a call alone is told', (right) =>
    without(right, (effect) => isTold(effect, 'not-together')),
  ),
  spoiled('tells nobody of a lock', 'everybody who is in knows whether the call is locked', (right) =>
    without(right, (effect) => isTold(effect, 'locked')),
  ),
  spoiled('takes a lock for no sign of life', 'who gives signs of life stays in', (right, input, met) => {
    if (input.type !== 'lock') return right;
    const { seats } = step(met, { type: 'tick', at: input.at }, { graceMs: 2, leaseMs: 3 }).call;
    return { ...right, call: { ...right.call, seats } };
  }),
];

const LOCKS: readonly BrokenMachine[] = [
  deluded('gives a stranger the free seat of a locked call', 'a locked call seats nobody', (call, input) =>
    input.type === 'enter' && !isBound(call, input.holder) ? { lock: null } : {},
  ),
  broken('lets any ticket into a locked call', 'a locked call seats nobody', (call, input, durations) => {
    if (input.type !== 'enter' || !input.ticket || !call.lock || isBound(call, input.holder)) {
      return step(call, input, durations);
    }
    return step(call, { ...input, ticket: { ...input.ticket, born: -1 } }, durations);
  }),
  broken(
    'has no seat for who was away for long',
    'who is bound by a lock always gets in',
    (call, input, durations) => {
      const own = input.type === 'enter' && call.lock?.findIndex(({ holder }) => holder === input.holder);
      const isAway = own === 0 || own === 1 ? call.seats[own].is === 'empty' : false;
      return input.type === 'enter' && isAway ? full(call, input) : step(call, input, durations);
    },
  ),
  deluded('exchanges the seats of two who were both away', 'to their own seat', (call) =>
    areGone(call) ? { lock: swapped(call.lock) } : {},
  ),
  broken('lets only the first of two open the lock', 'and either opens it', (call, input, durations) => {
    const isSecond =
      call.seats[1].is === 'present' &&
      'connection' in input &&
      call.seats[1].connection === input.connection;
    const right = step(call, input, durations);
    return input.type === 'lock' && isSecond
      ? { effects: [], call: { ...right.call, lock: call.lock } }
      : right;
  }),
  spoiled('forgets the lock when both have gone', 'and either opens it', (right) =>
    areGone(right.call) ? { ...right, call: { ...right.call, lock: null } } : right,
  ),
  spoiled('leaves a call locked from which one is barred', 'and either opens it', (right, input, met) =>
    input.type === 'block'
      ? { ...without(right, (effect) => isTold(effect, 'locked')), call: { ...right.call, lock: met.lock } }
      : right,
  ),
];

const CLAIMS: readonly BrokenMachine[] = [
  spoiled('forgets what the seats of who locks are worth', 'and either opens it', (right) => {
    const lock = right.call.lock?.map(({ holder }) => ({ holder, claim: 0 }));
    const [first, second] = lock ?? [];
    return first && second ? { ...right, call: { ...right.call, lock: [first, second] } } : right;
  }),
];

const OUTRANKED: readonly BrokenMachine[] = [
  broken('keeps out a ticket that outranks a lock', 'two seats held by others', (call, input, durations) =>
    input.type === 'enter' && call.lock && !isBound(call, input.holder)
      ? full(call, input)
      : step(call, input, durations),
  ),
  spoiled('keeps the lock though a ticket outranked it', 'and either opens it', (right, input, met) =>
    input.type === 'enter' && met.lock ? { ...right, call: { ...right.call, lock: met.lock } } : right,
  ),
];

const BLOCKING: readonly BrokenMachine[] = [
  broken('bars nobody', 'a block bars who has the other seat', (call, input, durations) =>
    step(call, input.type === 'block' ? { ...input, type: 'leave' } : input, durations),
  ),
  spoiled('bars who blocks', 'and never who says it', (right, input, met) => {
    const speaker = met.seats.find(
      (seat) => 'connection' in input && seat.is === 'present' && seat.connection === input.connection,
    );
    if (input.type !== 'block' || !speaker || speaker.is === 'empty') return right;
    return { ...right, call: { ...right.call, barred: [speaker.holder] } };
  }),
  broken(
    'hears a superseded connection that blocks',
    'a block bars who has the other seat',
    (call, input, durations) => step(call, input.type === 'block' ? mistaken(call, input) : input, durations),
  ),
  broken('keeps the seat of who blocks', 'only hanging up leaves, and it does', (call, input, durations) => {
    const right = step(call, input, durations);
    if (input.type !== 'block' || right.call.barred === call.barred) return right;
    const { call: dropped, effects } = step(call, { ...input, type: 'lost' }, durations);
    return { effects, call: { ...dropped, lock: null, barred: right.call.barred } };
  }),
];

const BARRED: readonly BrokenMachine[] = [
  deluded('lets who is barred in by a ticket', 'who is barred is never seated again', (_call, input) =>
    input.type === 'enter' && input.ticket ? { barred: [] } : {},
  ),
  deluded('gives who is barred their own seat back', 'who is barred is never seated again', (call, input) => {
    const isOwn = call.seats.some(
      (seat) => seat.is !== 'empty' && input.type === 'enter' && seat.holder === input.holder,
    );
    return isOwn ? { barred: [] } : {};
  }),
  deluded('seats somebody beside who is barred', 'who is barred sits with nobody', (call, input) =>
    input.type === 'enter' && !call.barred.includes(input.holder) ? { barred: [] } : {},
  ),
  spoiled('sends who is barred away without a word', 'who is displaced is told so', (right) =>
    without(right, isDisplaced),
  ),
  spoiled('forgets who is barred when both have gone', 'a block bars who has the other seat', (right) =>
    areGone(right.call) ? { ...right, call: { ...right.call, barred: [] } } : right,
  ),
];

export const BROKEN_LOCKS: readonly BrokenMachine[] = [
  ...after(TWO, [...LOCKING, ...BLOCKING]),
  ...after(LOCKED, LOCKS),
  ...after(THREE_TICKETS, CLAIMS),
  ...after(LOCKED_BY_A_STRANGER, OUTRANKED),
  ...after(BLOCKED, BARRED),
];
