import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOver, RING_MS } from '../protocol/index.js';
import {
  begin,
  stateOf,
  step,
  WAIT_MS,
  type Effect,
  type Input,
  type Ring,
  type Step,
} from './ring-machine.js';

const NOW = Date.UTC(2026, 0, 1);
const types = (effects: readonly Effect[]) => effects.map(({ type }) => type);

/** Everything that happened to a ring, in turn. */
const after = (first: Ring, ...inputs: Input[]): Step =>
  inputs.reduce<Step>((before, input) => step(before.ring, input), { ring: first, effects: [] });

const ringing = begin(NOW, { line: false, isRung: false }).ring;
const waiting = begin(NOW, { line: true, isRung: false }).ring;

const input: fc.Arbitrary<Input> = fc
  .tuple(
    fc.integer({ min: 0, max: 60_000 }),
    fc.constantFrom<Input['type']>(
      'tick',
      'taken',
      'untaken',
      'answer',
      'decline',
      'cancel',
      'block',
      'next',
      'gone',
      'close',
    ),
    fc.boolean(),
  )
  .map(([ms, type, busy]) => ({ at: NOW + ms, type, busy, reason: 'service-down' }));

describe('a ring', () => {
  it('rings for 45 s, then it is missed: the caller, the device and what it shows are told', () => {
    expect(after(ringing, { at: NOW + RING_MS - 1, type: 'tick' }).ring).toBe(ringing);
    const { ring, effects } = after(ringing, { at: NOW + RING_MS, type: 'tick' });
    expect(stateOf(ring)).toBe('missed');
    expect(types(effects)).toEqual(['tell-caller', 'tell-device', 'push-over']);
  });

  it('is told to its caller once when it is delivered, whoever has it first', () => {
    const taken: Input = { at: NOW + 1, type: 'taken' };
    const first = after(ringing, taken);
    expect([stateOf(first.ring), types(first.effects)]).toEqual(['delivered', ['tell-caller']]);
    expect(after(first.ring, taken)).toEqual({ ring: first.ring, effects: [] });
    expect(after(first.ring, { at: NOW + 2, type: 'untaken', reason: 'service-down' }).ring).toBe(first.ring);
  });

  it('that could not be delivered goes on, says why each time that changes, and may still be delivered or answered', () => {
    const down: Input = { at: NOW + 1, type: 'untaken', reason: 'service-down' };
    const undelivered = after(ringing, down);
    expect([stateOf(undelivered.ring), types(undelivered.effects)]).toEqual(['undelivered', ['tell-caller']]);
    expect(after(undelivered.ring, down).effects).toEqual([]);
    expect(types(after(undelivered.ring, { ...down, reason: 'service-busy' }).effects)).toEqual([
      'tell-caller',
    ]);
    expect(stateOf(after(undelivered.ring, { at: NOW + 2, type: 'taken' }).ring)).toBe('delivered');
    expect(stateOf(after(undelivered.ring, { at: NOW + 2, type: 'answer' }).ring)).toBe('answered');
  });

  it('of a device that rings already is busy at once, and the device learns who tried', () => {
    const { ring, effects } = begin(NOW, { line: false, isRung: true });
    expect([stateOf(ring), types(effects)]).toEqual(['busy', ['tell-device', 'push-over']]);
  });

  it.each([
    ['answer', 'answered'],
    ['decline', 'declined'],
    ['block', 'declined'],
  ] as const)('that the device does %s needs no message to it, and leaves nothing', (type, state) => {
    const { ring, effects } = after(ringing, { at: NOW + 1, type, busy: false });
    expect([stateOf(ring), types(effects)]).toEqual([state, ['tell-caller', 'tell-device', 'erase']]);
  });

  it('that comes too late to be answered is missed, and who answers is told so', () => {
    const { ring, effects } = after(ringing, { at: NOW + RING_MS, type: 'answer' });
    expect(stateOf(ring)).toBe('missed');
    expect(types(effects)).toContain('refuse');
  });

  it('stays as it ended, whatever comes after; who asks for anything is refused', () => {
    fc.assert(
      fc.property(fc.constantFrom(ringing, waiting), fc.array(input, { maxLength: 12 }), (first, inputs) => {
        let ring = first;
        for (const each of inputs) {
          const { ring: next, effects } = step(ring, each);
          if (ring.is === 'over') {
            expect(next).toBe(ring);
            const isAsked = ['answer', 'decline', 'cancel', 'next'].includes(each.type);
            expect(types(effects)).toEqual(isAsked ? ['refuse'] : []);
          } else if (next !== ring) expect(types(effects)).toContain('tell-caller');
          expect(isOver(stateOf(next))).toBe(next.is === 'over');
          ring = next;
        }
      }),
    );
  });
});

describe('who waits in a line', () => {
  it('waits for hours, rings nobody, and is answered in turn only', () => {
    expect(types(begin(NOW, { line: true, isRung: true }).effects)).toEqual(['line']);
    expect(after(waiting, { at: NOW + RING_MS, type: 'tick' }).ring).toBe(waiting);
    expect(stateOf(after(waiting, { at: NOW + WAIT_MS, type: 'tick' }).ring)).toBe('missed');
    expect(types(after(waiting, { at: NOW + 1, type: 'answer' }).effects)).toEqual(['refuse']);
    expect(stateOf(after(waiting, { at: NOW + 1, type: 'next' }).ring)).toBe('answered');
    expect(types(after(ringing, { at: NOW + 1, type: 'next' }).effects)).toEqual(['refuse']);
  });

  it.each([
    ['gone', 'cancelled'],
    ['cancel', 'cancelled'],
    ['close', 'closed'],
    ['block', 'declined'],
    ['next', 'answered'],
  ] as const)(
    'leaves it by %s, and those behind move up; nothing is kept of who only waited',
    (type, state) => {
      const { ring, effects } = after(waiting, { at: NOW + 1, type });
      expect([stateOf(ring), types(effects)]).toEqual([state, ['tell-caller', 'line', 'erase']]);
    },
  );

  it('ends as cancelled where it rings and its caller is there no more, and the device shows so', () => {
    const { ring, effects } = step(ringing, { at: NOW + 1, type: 'gone' });
    expect(ring).toMatchObject({ is: 'over', how: 'cancelled' });
    expect(effects.map(({ type }) => type)).toEqual(['tell-caller', 'tell-device', 'push-over']);
  });
});
