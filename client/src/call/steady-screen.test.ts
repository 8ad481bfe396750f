import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CallScreen } from './call-view';
import { CONNECTING_MS, PASSING_MS, SteadyScreen } from './steady-screen';

let shown: string[];
let steady: SteadyScreen;

beforeEach(() => {
  vi.useFakeTimers();
  shown = [];
  steady = new SteadyScreen((screen) => shown.push(screen.is));
});
afterEach(() => {
  vi.useRealTimers();
});

const tell = (...screens: CallScreen[]): void => {
  for (const screen of screens) steady.set(screen);
};

describe('What a call shows', () => {
  it('skips screens that are gone before anybody could read them', () => {
    tell({ is: 'lobby' }, { is: 'entering' }, { is: 'connecting' }, { is: 'connected' });
    vi.advanceTimersByTime(10 * PASSING_MS);
    expect(shown).toEqual(['lobby', 'connected']);
  });

  it('shows a passing screen that lasts, and the newest of them', () => {
    tell({ is: 'lobby' }, { is: 'entering' });
    vi.advanceTimersByTime(PASSING_MS - 1);
    tell({ is: 'connecting' });
    expect(shown).toEqual(['lobby']);
    vi.advanceTimersByTime(1);
    expect(shown).toEqual(['lobby', 'connecting']);
  });

  it('leaves who waits their words until connecting takes longer than two browsers need', () => {
    tell({ is: 'waiting' }, { is: 'connecting' });
    vi.advanceTimersByTime(CONNECTING_MS - 1);
    expect(shown).toEqual(['waiting']);
    vi.advanceTimersByTime(1);
    expect(shown).toEqual(['waiting', 'connecting']);
  });

  it('shows at once that entering is in trouble', () => {
    tell({ is: 'entering', trouble: 'unavailable' });
    expect(shown).toEqual(['entering']);
  });
});
