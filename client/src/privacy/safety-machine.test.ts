import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SafetyFrame } from '@/channel/app-frames';
import {
  notBegun,
  stepSafety,
  type SafetyEffect,
  type SafetyInput,
  type SafetyProgress,
} from './safety-machine';

const fingerprints = { own: 'aa', other: 'bb' };
const begin: SafetyInput = { type: 'begin', fingerprints, nonce: 'mine' };
const committed: SafetyInput = { type: 'committed', commitment: 'my-hash' };
const hears = (frame: SafetyFrame): SafetyInput => ({ type: 'heard', frame });
const commitment = (theirs: string): SafetyInput => hears({ type: 'safety-commit', commitment: theirs });
const nonce = (theirs: string): SafetyInput => hears({ type: 'safety-nonce', nonce: theirs });
const checked = (fits: string): SafetyInput => ({ type: 'checked', commitment: fits, code: [1, 2, 3, 4] });

/** Every step of these inputs, from the beginning. */
function play(inputs: readonly SafetyInput[]) {
  let state: SafetyProgress = notBegun;
  return inputs.map((input) => {
    const step = stepSafety(state, input);
    ({ state } = step);
    return { input, ...step };
  });
}
const endOf = (...inputs: SafetyInput[]): SafetyProgress['is'] | undefined => play(inputs).at(-1)?.state.is;

const agreed = [begin, committed, commitment('their-hash'), nonce('theirs'), checked('their-hash')];

/** What may come, sent by whoever, in whatever order. */
const anyInput = fc.constantFrom<SafetyInput>(
  begin,
  { ...begin, fingerprints: { own: 'aa', other: 'cc' } },
  { ...begin, fingerprints: null },
  committed,
  commitment('their-hash'),
  commitment('their-hash'),
  commitment('another-hash'),
  nonce('theirs'),
  nonce('theirs'),
  nonce('another'),
  checked('their-hash'),
  checked('another-hash'),
);
const anyOrder = fc.array(anyInput, { maxLength: 14 });
const orders = { numRuns: 20_000 };

const isReveal = (effect: SafetyEffect): boolean =>
  effect.type === 'send' && effect.frame.type === 'safety-nonce';
const isCommitment = (effect: SafetyEffect): boolean =>
  effect.type === 'send' && effect.frame.type === 'safety-commit';

describe('The exchange of a safety code', () => {
  it('ends in a code when both did as they should, whoever was first', () => {
    expect(endOf(...agreed)).toBe('ready');
    expect(endOf(commitment('their-hash'), begin, committed, nonce('theirs'), checked('their-hash'))).toBe(
      'ready',
    );
    expect(endOf(begin, commitment('their-hash'), committed, nonce('theirs'), checked('their-hash'))).toBe(
      'ready',
    );
  });

  it('The own nonce is never said before theirs is committed to, and the own commitment is said', () => {
    fc.assert(
      fc.property(anyOrder, (inputs) => {
        const steps = play(inputs);
        const revealed = steps.findIndex(({ effects }) => effects.some(isReveal));
        if (revealed === -1) return;
        const before = steps.slice(0, revealed + 1);
        expect(
          before.some(({ input }) => input.type === 'heard' && input.frame.type === 'safety-commit'),
        ).toBe(true);
        expect(before.flatMap(({ effects }) => effects).findIndex(isCommitment)).toBeGreaterThan(-1);
        expect(steps.flatMap(({ effects }) => effects).filter(isReveal)).toHaveLength(1);
      }),
      orders,
    );
  });

  it('There is no code unless one nonce came, after one commitment, and belongs to it', () => {
    fc.assert(
      fc.property(anyOrder, (inputs) => {
        const steps = play(inputs);
        const last = steps.at(-1)?.state;
        if (last?.is !== 'ready') return;
        const heard = inputs.flatMap((input) =>
          input.type === 'heard' ? [JSON.stringify(input.frame)] : [],
        );
        expect(new Set(heard).size).toBe(2);
        expect(heard[0]).toContain('safety-commit');
        const check = steps.find(({ input, state }) => input.type === 'checked' && state.is === 'ready');
        expect(check?.input).toMatchObject({ commitment: last.theirs });
      }),
      orders,
    );
  });

  it('What does not match stays so, and nothing is said any more', () => {
    fc.assert(
      fc.property(anyOrder, (inputs) => {
        const steps = play(inputs);
        const first = steps.findIndex(({ state }) => state.is === 'mismatch');
        if (first === -1) return;
        expect(steps.slice(first).every(({ state }) => state.is === 'mismatch')).toBe(true);
        expect(steps.slice(first).flatMap(({ effects }) => effects)).toEqual([]);
      }),
      orders,
    );
  });

  it('The same words again are harmless at any moment', () => {
    for (let until = 1; until <= agreed.length; until += 1) {
      const before = agreed.slice(0, until);
      const again = before.filter(({ type }) => type === 'heard' || type === 'begin');
      expect(endOf(...before, ...again), String(until)).toBe(endOf(...before));
    }
  });

  it.each([
    ['a second commitment', [...agreed, commitment('another-hash')]],
    ['a second commitment before the nonce', [begin, commitment('a'), commitment('b')]],
    ['a second commitment before anything', [commitment('a'), commitment('b')]],
    ['a second nonce', [...agreed, nonce('another')]],
    ['a second nonce while the first is checked', [...agreed.slice(0, 4), nonce('another')]],
    ['a nonce that was not committed to', [...agreed.slice(0, 4), checked('another-hash')]],
    ['a nonce without a commitment', [begin, committed, nonce('theirs')]],
    ['a nonce before ours could be known', [begin, commitment('their-hash'), nonce('theirs')]],
    ['a nonce before anything', [nonce('theirs')]],
    ['certificates that are not known for sure', [{ ...begin, fingerprints: null }]],
    ['another certificate', [...agreed, { ...begin, fingerprints: { own: 'aa', other: 'cc' } }]],
  ] satisfies [string, SafetyInput[]][])('It does not match: %s', (_what, inputs) => {
    expect(endOf(...inputs)).toBe('mismatch');
  });

  it('The commitment is said again just before the nonce: a page that began to listen late has both', () => {
    const said = play([begin, committed, commitment('their-hash')]).map(({ effects }) =>
      effects.flatMap((effect) => (effect.type === 'send' ? [effect.frame.type] : [])),
    );
    expect(said).toEqual([[], ['safety-commit'], ['safety-commit', 'safety-nonce']]);
  });
});
