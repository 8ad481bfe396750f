import { describe, expect, it } from 'vitest';
import { Absences } from './absences.js';

const SETTLED_MS = 4_000;

describe('A caller', () => {
  it('who was in the call and is not any more is missing, and gone when a later look finds the same', () => {
    const absences = new Absences(SETTLED_MS);
    expect(absences.look('a', false, 0, false)).toBe('there');
    expect(absences.look('a', true, 1_000, false)).toBe('missing');
    expect(absences.look('a', true, 4_999, false)).toBe('missing');
    expect(absences.look('a', true, 5_000, false)).toBe('gone');
  });

  it('who is back meanwhile was never gone', () => {
    const absences = new Absences(SETTLED_MS);
    absences.look('a', false, 0, false);
    absences.look('a', true, 1_000, false);
    expect(absences.look('a', false, 4_000, false)).toBe('there');
    expect(absences.look('a', true, 6_000, false)).toBe('missing');
  });

  it('who was never seen in the call counts as there until they must have entered', () => {
    const absences = new Absences(SETTLED_MS);
    expect(absences.look('a', true, 0, false)).toBe('there');
    expect(absences.look('a', true, 60_000, true)).toBe('gone');
  });

  it('is one by themselves: nobody goes because of another', () => {
    const absences = new Absences(SETTLED_MS);
    for (const who of ['a', 'b']) absences.look(who, false, 0, false);
    absences.look('a', true, 1_000, false);
    expect(absences.look('a', true, 6_000, false)).toBe('gone');
    expect(absences.look('b', true, 6_000, false)).toBe('missing');
  });
});
