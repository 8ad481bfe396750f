import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { retryDelay, type RetryInput } from './retry-policy';

const delay = (changes: Partial<RetryInput>): number =>
  retryDelay({ cause: 'lost', attempt: 0, urgent: false, random: 0.5, ...changes });

describe('when to try again', () => {
  it('after a lost socket: almost at once', () => {
    expect(delay({ random: 0 })).toBe(0);
    expect(delay({ random: 0.999 })).toBeLessThan(250);
  });

  it('then ever more slowly, at most every 10 s', () => {
    const delays = [1, 2, 3, 4, 5, 6, 50].map((attempt) => delay({ attempt, random: 0.999 }));
    expect(delays.map(Math.round)).toEqual([500, 1000, 1999, 3998, 7996, 9995, 9995]);
  });

  it('within a second as long as media is in trouble', () => {
    for (let attempt = 0; attempt < 100; attempt++) {
      expect(delay({ attempt, urgent: true, random: 0.999 })).toBeLessThan(1000);
    }
  });

  it('not at once when the server said that it cannot, later still when it was asked too often', () => {
    expect(delay({ cause: 'unavailable', random: 0 })).toBe(1000);
    expect(delay({ cause: 'too-many-requests', urgent: true, random: 0 })).toBe(3000);
  });

  it('never at the same moment for all the pages that a restarted server has lost', () => {
    const attempts = fc.nat(40);
    fc.assert(
      fc.property(attempts, (attempt) => {
        expect(delay({ attempt, random: 0 })).toBeLessThan(delay({ attempt, random: 0.9 }));
      }),
    );
  });
});
