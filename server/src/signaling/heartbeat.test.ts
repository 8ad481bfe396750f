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

  it('is asked after a pulse of silence and a bit, and given up after two, once', () => {
    vi.advanceTimersByTime(1.2 * PULSE - 1);
    expect(seen).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(seen).toEqual(['ping']);
    vi.advanceTimersByTime(0.8 * PULSE - 1);
    expect(seen).toEqual(['ping']);
    vi.advanceTimersByTime(10 * PULSE);
    expect(seen).toEqual(['ping', 'dead']);
  });

  it('who answers is alive, and is asked again only after as much silence again', () => {
    vi.advanceTimersByTime(1.5 * PULSE);
    heartbeat.heard();
    vi.advanceTimersByTime(1.2 * PULSE - 1);
    expect(seen).toEqual(['ping', 'alive']);
    vi.advanceTimersByTime(1);
    expect(seen).toEqual(['ping', 'alive', 'ping']);
  });

  it('who pulses is never asked, though each pulse is a little late', () => {
    for (let n = 0; n < 10; n += 1) {
      vi.advanceTimersByTime(1.15 * PULSE);
      heartbeat.heard();
      heartbeat.reported();
    }
    expect(seen).toEqual([]);
  });

  it('who is heard all the time is never asked, and reported every one and a quarter pulses', () => {
    for (let at = 0; at < 10 * PULSE; at += 10) {
      vi.advanceTimersByTime(10);
      heartbeat.heard();
    }
    vi.advanceTimersByTime(10);
    expect(seen).toEqual(Array.from({ length: 8 }, () => 'alive'));
  });

  it('while there is life a report comes inside the lease of three pulses, however unluckily the signs fall', () => {
    vi.advanceTimersByTime(1.25 * PULSE - 1);
    heartbeat.heard();
    expect(seen).toEqual(['ping']);
    vi.advanceTimersByTime(1.2 * PULSE);
    expect(seen).toEqual(['ping', 'ping']);
    heartbeat.heard();
    vi.advanceTimersByTime(1);
    expect(seen).toEqual(['ping', 'ping', 'alive']);
  });

  it('a pulse, which presence hears of by itself, is not reported twice', () => {
    vi.advanceTimersByTime(PULSE - 1);
    heartbeat.heard();
    vi.advanceTimersByTime(PULSE - 1);
    expect(heartbeat.isDue).toBe(true);
    heartbeat.heard();
    heartbeat.reported();
    expect(heartbeat.isDue).toBe(false);
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
