import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spend, type FullAt } from './token-bucket.js';

const SIZE = { burst: 10, perSecond: 2 };

/** How many of `times` (ms) get through at cost 1. */
function admitted(times: readonly number[]): number {
  let bucket: FullAt = 0;
  let count = 0;
  for (const now of times) {
    const left = spend(bucket, 1, now, SIZE);
    if (left !== null) {
      bucket = left;
      count += 1;
    }
  }
  return count;
}

describe('what a socket may spend', () => {
  it('a burst passes, and not one frame more', () => {
    expect(admitted(Array<number>(20).fill(0))).toBe(10);
  });

  it('what was spent comes back with time, up to one burst', () => {
    expect(admitted([...Array<number>(20).fill(0), ...Array<number>(20).fill(1000)])).toBe(12);
    expect(admitted([...Array<number>(20).fill(0), ...Array<number>(20).fill(3_600_000)])).toBe(20);
  });

  it('whatever the times, never more than a burst and what came back', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(10_000), { maxLength: 200 }), (steps) => {
        const times = steps.map((_, index) => steps.slice(0, index + 1).reduce((sum, step) => sum + step, 0));
        expect(admitted(times)).toBeLessThanOrEqual(10 + ((times.at(-1) ?? 0) * 2) / 1000);
      }),
    );
  });

  it('a clock that goes back gives nothing', () => {
    const spent = spend(5000, 10, 5000, SIZE);
    expect(spent !== null && spend(spent, 1, 0, SIZE)).toBeNull();
  });
});
