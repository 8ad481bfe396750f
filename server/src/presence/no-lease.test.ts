import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { step, type Effect, type Input } from './call-machine.js';
import type { Durations } from './call-seating.js';
import { newCall, nextChange, storedForMs, type Call } from './call-state.js';

const START = 1_000_000;
const GRACE = 60_000;
const TTL = 3_600_000;
const NONE: Durations = { graceMs: GRACE, leaseMs: null };

const sit = (call: Call, holder: string): Call =>
  step(call, { type: 'enter', at: START, connection: `${holder}1`, holder }, NONE).call;
const two = sit(sit(newCall(START), 'ann'), 'bob');

describe('where the store dies with the process', () => {
  it('a seat is held for as long as its socket is there, whatever time passes without a word', () => {
    const years = START + 10 * 365 * 86_400_000;
    expect(nextChange(two)).toBeNull();
    expect(step(two, { type: 'tick', at: years }, NONE)).toEqual({ call: two, effects: [] });
  });

  it('no expiry ends a call somebody is in; an empty one goes when its link does', () => {
    expect(storedForMs(two, START, GRACE, TTL)).toBe(Number.POSITIVE_INFINITY);
    const left = ['ann1', 'bob1'].reduce(
      (call, connection) => step(call, { type: 'leave', at: START, connection }, NONE).call,
      two,
    );
    expect(storedForMs(left, START, GRACE, TTL)).toBe(GRACE + TTL);
  });

  it('a sign of life changes nothing, so that nothing is written', () => {
    const pulse: Input = { type: 'alive', at: START + 1, connection: 'ann1', peerAlive: true };
    expect(step(two, pulse, NONE).call).toBe(two);
  });

  it('who is dropped is still kept for the grace period, longer while the other hears them, and then free', () => {
    const dropped = step(two, { type: 'lost', at: START, connection: 'bob1' }, NONE).call;
    const vouch: Input = { type: 'alive', at: START + GRACE - 1, connection: 'ann1', peerAlive: true };
    const vouched = step(dropped, vouch, NONE).call;
    expect(step(vouched, { type: 'tick', at: START + GRACE }, NONE).call.seats[1].is).toBe('dropped');
    expect(step(vouched, { type: 'tick', at: START + 2 * GRACE }, NONE).call.seats[1].is).toBe('empty');
  });

  /** Longer than any of these stories. */
  const LONG: Durations = { graceMs: GRACE, leaseMs: 1e12 };

  it('all else is as with a lease that never ends', () => {
    const connection = fc.constantFrom('ann1', 'ann2', 'bob1', 'bob2', 'eve1');
    const happening = fc.record({
      type: fc.constantFrom<Input['type']>('enter', 'alive', 'lost', 'leave', 'block', 'lock', 'tick'),
      connection,
      yes: fc.boolean(),
      waitMs: fc.nat(GRACE),
    });
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 60 }), (happenings) => {
        let at = START;
        let [without, withOne] = [newCall(at), newCall(at)];
        for (const { type, connection: name, yes, waitMs } of happenings) {
          at += waitMs;
          const input = inputOf(type, name, yes, at);
          const [one, other] = [step(without, input, NONE), step(withOne, input, LONG)];
          expect(one.effects).toEqual(other.effects satisfies readonly Effect[]);
          expect(unleased(one.call)).toEqual(unleased(other.call));
          [without, withOne] = [one.call, other.call];
        }
      }),
    );
  });
});

function inputOf(type: Input['type'], connection: string, yes: boolean, at: number): Input {
  switch (type) {
    case 'enter':
      return { type, at, connection, holder: connection.slice(0, 3) };
    case 'alive':
      return { type, at, connection, peerAlive: yes };
    case 'lock':
      return { type, at, connection, on: yes };
    case 'tick':
      return { type, at };
    default:
      return { type, at, connection };
  }
}

const unleased = (call: Call): unknown => ({
  ...call,
  seats: call.seats.map((seat) => (seat.is === 'present' ? { ...seat, leaseUntil: null } : seat)),
});
