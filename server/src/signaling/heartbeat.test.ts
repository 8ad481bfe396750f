import { beforeEach, describe, expect, it } from 'vitest';
import { leaseIn } from '../presence/lease.js';
import { Heartbeat, LOOK_EVERY, type Silence } from './heartbeat.js';

const PULSE = 1000;
const TIMES = { pulseMs: PULSE, reportEveryMs: leaseIn({ isShared: true }, PULSE).reportEveryMs };

const LIFE: Silence = 'there is none';
const FINE: Silence = 'is fine';
const ASK: Silence = 'is to be ended by a question';
const GONE: Silence = 'means that nobody is there';

describe('the heartbeat of a socket', () => {
  let heartbeat: Heartbeat;
  let received: number;
  const look = (at: number): Silence => heartbeat.look(at, received);
  /** Something arrives and is seen at once. */
  const hear = (at: number): void => {
    received += 1;
    expect(look(at)).toBe(LIFE);
  };
  beforeEach(() => {
    heartbeat = new Heartbeat(TIMES, 0);
    received = 0;
  });

  it('is asked after a pulse of silence and a bit, once, and given up after two', () => {
    expect(look(1.2 * PULSE - 1)).toBe(FINE);
    expect(look(1.2 * PULSE)).toBe(ASK);
    expect(look(1.9 * PULSE)).toBe(FINE);
    expect(look(2 * PULSE)).toBe(GONE);
  });

  it('who answers is alive, and is asked again only after as much silence again', () => {
    expect(look(1.2 * PULSE)).toBe(ASK);
    hear(1.5 * PULSE);
    expect(look(2.7 * PULSE - 1)).toBe(FINE);
    expect(look(2.7 * PULSE)).toBe(ASK);
  });

  it('who pulses is never asked, though each pulse is a little late', () => {
    for (let at = 0; at < 20 * PULSE; at += 1.15 * PULSE) {
      hear(at);
      expect(look(at + 1.1 * PULSE)).toBe(FINE);
    }
  });

  it('a process that stood still asks before it gives anybody up, and leaves time for the answer', () => {
    expect(look(10 * PULSE)).toBe(ASK);
    expect(look(10.7 * PULSE)).toBe(FINE);
    expect(look(10.8 * PULSE)).toBe(GONE);
  });

  it('a sign of life is reported again when it is due, and not before', () => {
    expect(heartbeat.isDue(TIMES.reportEveryMs - 1)).toBe(false);
    expect(heartbeat.isDue(TIMES.reportEveryMs)).toBe(true);
    heartbeat.reported(4 * PULSE);
    expect(heartbeat.isDue(4 * PULSE + TIMES.reportEveryMs - 1)).toBe(false);
  });

  it('while there is life a report comes inside the lease, however unluckily the signs fall', () => {
    let now = 0;
    const looks = () => {
      now += LOOK_EVERY * PULSE;
      return look(now);
    };
    // The last sign comes a moment before a report is due, and is seen a whole look later.
    while (now < TIMES.reportEveryMs - LOOK_EVERY * PULSE) {
      received += 1;
      expect(looks()).toBe(LIFE);
    }
    while (looks() !== ASK);
    // The answer comes in the last moment.
    const asked = now;
    while (now + LOOK_EVERY * PULSE < asked + 0.8 * PULSE) expect(looks()).toBe(FINE);
    received += 1;
    expect(looks()).toBe(LIFE);
    expect(heartbeat.isDue(now)).toBe(true);
    expect(now).toBeLessThan(leaseIn({ isShared: true }, PULSE).leaseMs ?? 0);
  });
});
