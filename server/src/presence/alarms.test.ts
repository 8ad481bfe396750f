import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Alarms } from './alarms.js';

describe('the alarm of a call', () => {
  let rung: string[];
  let alarms: Alarms;
  beforeEach(() => {
    vi.useFakeTimers();
    rung = [];
    alarms = new Alarms((callId) => rung.push(callId));
  });
  afterEach(() => {
    alarms.clear();
    vi.useRealTimers();
  });

  it('rings once, after its time and not before', () => {
    alarms.set('a', 1000);
    vi.advanceTimersByTime(1000);
    expect(rung).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(rung).toEqual(['a']);
    vi.advanceTimersByTime(100_000);
    expect(rung).toEqual(['a']);
  });

  it('put off again and again, rings when the last time is up', () => {
    for (let times = 0; times < 10; times += 1) {
      alarms.set('a', 1000);
      vi.advanceTimersByTime(300);
    }
    expect(rung).toEqual([]);
    vi.advanceTimersByTime(700);
    expect(rung).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(rung).toEqual(['a']);
  });

  it('moved to an earlier time, rings then', () => {
    alarms.set('a', 100_000);
    alarms.set('a', 10);
    vi.advanceTimersByTime(11);
    expect(rung).toEqual(['a']);
    vi.advanceTimersByTime(200_000);
    expect(rung).toEqual(['a']);
  });

  it('taken back, never rings, and another call’s rings all the same', () => {
    alarms.set('a', 1000);
    alarms.set('b', 1000);
    alarms.set('a', null);
    vi.advanceTimersByTime(100_000);
    expect(rung).toEqual(['b']);
  });

  it('longer than a timer can wait, does not ring at once', () => {
    alarms.set('a', 2 ** 40);
    vi.advanceTimersByTime(1000);
    expect(rung).toEqual([]);
  });
});
