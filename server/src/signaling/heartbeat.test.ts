import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Heartbeat } from './heartbeat.js';

const PULSE = 1000;

describe('the heartbeat of a socket', () => {
  const seen: string[] = [];
  let heartbeat: Heartbeat;

  beforeEach(() => {
    vi.useFakeTimers();
    seen.length = 0;
    heartbeat = new Heartbeat(PULSE, {
      ping: () => seen.push('ping'),
      alive: () => seen.push('alive'),
      dead: () => seen.push('dead'),
    });
  });
  afterEach(() => {
    heartbeat.stop();
    vi.useRealTimers();
  });

  it('is asked after one pulse of silence and given up after two, once', () => {
    vi.advanceTimersByTime(PULSE - 1);
    expect(seen).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(seen).toEqual(['ping']);
    vi.advanceTimersByTime(10 * PULSE);
    expect(seen).toEqual(['ping', 'dead']);
  });

  it('who answers is alive, and is asked again only after another pulse of silence', () => {
    vi.advanceTimersByTime(PULSE);
    heartbeat.heard();
    vi.advanceTimersByTime(PULSE - 1);
    expect(seen).toEqual(['ping', 'alive']);
    vi.advanceTimersByTime(1);
    expect(seen).toEqual(['ping', 'alive', 'ping']);
  });

  it('who is heard all the time is never asked, and reported every half pulse at most', () => {
    for (let at = 0; at < 10 * PULSE; at += 10) {
      vi.advanceTimersByTime(10);
      heartbeat.heard();
    }
    vi.advanceTimersByTime(10);
    expect(new Set(seen)).toEqual(new Set(['alive']));
    expect(seen.length).toBeGreaterThanOrEqual(10);
    expect(seen.length).toBeLessThanOrEqual(20);
  });

  it('while there is life a report comes at least every one and a half pulses', () => {
    vi.advanceTimersByTime(PULSE / 2 - 1);
    heartbeat.heard();
    expect(seen).toEqual([]);
    vi.advanceTimersByTime(PULSE);
    expect(seen).toEqual(['ping']);
    heartbeat.heard();
    vi.advanceTimersByTime(1);
    expect(seen).toEqual(['ping', 'alive']);
  });

  it('a pulse, which presence hears of by itself, is not reported twice', () => {
    vi.advanceTimersByTime(PULSE - 1);
    heartbeat.heard();
    heartbeat.reported();
    vi.advanceTimersByTime(1);
    expect(seen).toEqual([]);
  });

  it('a closed socket is neither asked nor reported', () => {
    vi.advanceTimersByTime(PULSE - 1);
    heartbeat.heard();
    heartbeat.stop();
    vi.advanceTimersByTime(10 * PULSE);
    expect(seen).toEqual([]);
  });
});
