import { describe, expect, it } from 'vitest';
import { damagedFrom, stepTrust, untested, type LinkTrust, type TrustInput } from './link-trust';

const after = (trust: LinkTrust, ...inputs: TrustInput[]): LinkTrust => inputs.reduce(stepTrust, trust);
const unopened = (at: number): TrustInput => ({ type: 'refused', why: 'unopened', at });
const repeated: TrustInput = { type: 'refused', why: 'repeated', at: 0 };

describe('A link that may be damaged', () => {
  it('A page that opens nothing of what the other says has the damaged link, and who came second goes first', () => {
    const trust = after(untested(false), unopened(1000), unopened(1900));
    expect(damagedFrom(trust, 1)).toBe(2200);
    expect(damagedFrom(trust, 0)).toBe(6000);
  });

  it('A page whose link was made here, or opened something before, has the right one: the other’s is damaged', () => {
    const opened = after(untested(false), { type: 'opened' }, { type: 'other-changed' });
    for (const trust of [untested(true), opened]) {
      const told = after(trust, unopened(1000));
      expect(told.notice).toBe('damaged-copy');
      expect(damagedFrom(told, 1)).toBeNull();
      expect(damagedFrom(told, 0)).toBeNull();
    }
  });

  it('Nobody is told that the other’s link is damaged while it may be their own; once they have gone, it was', () => {
    const doubting = after(untested(false), unopened(1000));
    expect(doubting.notice).toBe('none');
    expect(after(doubting, { type: 'other-changed' }).notice).toBe('damaged-copy');
  });

  it('The doubt ends when something opens, and when the other person goes', () => {
    const doubting = after(untested(false), unopened(1000));
    expect(damagedFrom(after(doubting, { type: 'opened' }), 1)).toBeNull();
    expect(damagedFrom(after(doubting, { type: 'other-changed' }), 0)).toBeNull();
  });

  it('Somebody with a damaged copy is told of until somebody with a whole one is there', () => {
    const told = after(untested(true), unopened(1000), { type: 'other-changed' });
    expect(told.notice).toBe('damaged-copy');
    expect(after(told, { type: 'opened' }).notice).toBe('none');
  });
});

describe('Words that were meddled with', () => {
  it('Nothing refused goes unsaid', () => {
    const talking = after(untested(false), { type: 'opened' });
    for (const why of ['unopened', 'repeated', 'outdated', 'foreign'] as const) {
      expect(after(talking, { type: 'refused', why, at: 0 }).notice).toBe('tampered');
    }
    expect(after(untested(false), repeated).notice).toBe('tampered');
  });

  it('What did not open beside what did was no damaged link', () => {
    expect(after(untested(false), unopened(0), { type: 'opened' }).notice).toBe('tampered');
  });

  it('Once said it stays said', () => {
    const told = after(untested(false), { type: 'opened' }, repeated);
    expect(after(told, { type: 'opened' }, { type: 'other-changed' }, { type: 'opened' }).notice).toBe(
      'tampered',
    );
  });
});
