import { describe, expect, it } from 'vitest';
import {
  connecting,
  flowing,
  NOTICED_MS,
  RESEND_MS,
  RESTART_MS,
  SLOW_MS,
  STALL_MS,
  stepHealth,
  UNREACHABLE_MS,
  type Health,
  type HealthAction,
  type HealthInput,
} from './link-health';

/** Ticks every 250 ms from `from` until `to`; what was done, and when. */
function watch(start: Health, from: number, to: number, { canSignal = true, pending = false } = {}) {
  const done: [number, HealthAction][] = [];
  let health = start;
  let saidAt = from;
  for (let at = from; at <= to; at += 250) {
    const pendingMs = pending ? at - saidAt : null;
    const next = stepHealth(health, { type: 'tick', at, canSignal, pendingMs });
    health = next.health;
    for (const action of next.actions) {
      done.push([at, action]);
      if (action === 'resend') saidAt = at;
    }
  }
  return { health, done };
}

const heard: Health = flowing(0);
const after = (health: Health, ...inputs: HealthInput[]): Health =>
  inputs.reduce((so, input) => stepHealth(so, input).health, health);

describe('The health of a connection', () => {
  it('is trouble after a second and a half of silence, not before', () => {
    expect(watch(heard, 0, STALL_MS - 250).health.is).toBe('flowing');
    expect(watch(heard, 0, STALL_MS).health.is).toBe('stalled');
  });

  it('is not doubted for time in which the page itself stood still: what came meanwhile is read first', () => {
    const woken = watch(heard, 3_600_000, 3_600_000 + NOTICED_MS - 1);
    expect(woken.health.is).toBe('flowing');
    expect(after(woken.health, { type: 'heard', at: 3_600_100 })).toEqual(flowing(3_600_100));
    expect(watch(heard, 3_600_000, 3_600_250).done).toEqual([[3_600_250, 'restart']]);
  });

  it('restarts at once when trouble is seen, again after five seconds, then begins anew', () => {
    const { done } = watch(heard, 0, STALL_MS + 2 * RESTART_MS);
    expect(done).toEqual([
      [STALL_MS, 'restart'],
      [STALL_MS + RESTART_MS, 'restart'],
      [STALL_MS + 2 * RESTART_MS, 'renew'],
    ]);
  });

  it('tries nothing that nobody could hear', () => {
    expect(watch(heard, 0, 60_000, { canSignal: false }).done).toEqual([]);
  });

  it('tries at once when the way has changed, whatever was tried just before', () => {
    const { health } = watch(heard, 0, 2000);
    const changed = after(health, { type: 'path-changed', at: 2100 });
    expect(watch(changed, 2250, 2250).done).toEqual([[2250, 'restart']]);
  });

  it('is well again with the first sign of life', () => {
    const { health } = watch(heard, 0, 4000);
    expect(after(health, { type: 'heard', at: 4100 })).toEqual(flowing(4100));
  });

  it('is trouble at once when the other page closes the connection', () => {
    expect(after(heard, { type: 'broken', at: 100 }).is).toBe('stalled');
  });

  it('says an offer again that nobody answered', () => {
    const { done } = watch(connecting(0), 0, 3 * RESEND_MS, { pending: true });
    expect(done).toEqual([
      [RESEND_MS, 'resend'],
      [2 * RESEND_MS, 'resend'],
      [3 * RESEND_MS, 'resend'],
    ]);
  });

  it('is unreachable twelve seconds after both agreed; each says before what its network does; and it goes on trying', () => {
    const agreed = after(connecting(0), { type: 'answered', at: 1000 });
    expect(watch(agreed, 1000, 1000 + UNREACHABLE_MS - 250).health.is).toBe('connecting');
    const { health, done } = watch(agreed, 1000, 1000 + 2 * UNREACHABLE_MS);
    expect(health.is).toBe('unreachable');
    expect(done).toEqual([
      [1000 + SLOW_MS, 'tell-network'],
      [1000 + UNREACHABLE_MS, 'renew'],
      [1000 + 2 * UNREACHABLE_MS, 'renew'],
    ]);
    expect(after(health, { type: 'heard', at: 99_000 }).is).toBe('flowing');
  });

  it('is never unreachable while nobody answered: then it is not the network between the two', () => {
    expect(watch(connecting(0), 0, 10 * UNREACHABLE_MS).health.is).toBe('connecting');
  });

  it('says an offer again, instead of beginning anew, when the other page is back and has not answered it', () => {
    const { health } = watch(heard, 0, 2000);
    const waiting = after(health, { type: 'reachable', at: 2100, pendingMs: 600 });
    expect(watch(waiting, 2250, 2250).done).toEqual([]);
    const agreed = after(health, { type: 'reachable', at: 2100, pendingMs: null });
    expect(watch(agreed, 2250, 2250).done).toEqual([[2250, 'restart']]);
  });

  it('is trouble at once when the browser has lost its network, and tries when there is another', () => {
    const lost = after(heard, { type: 'network-lost', at: 100 });
    expect(lost.is).toBe('stalled');
    expect(after(lost, { type: 'heard', at: 150 })).toBe(lost);
    expect(watch(lost, 250, 2000).done).toEqual([]);
    const back = after(lost, { type: 'path-changed', at: 2100 });
    expect(watch(back, 2100, 2100).done).toEqual([[2100, 'restart']]);
  });

  it('answers the wish of the other page with one restart, not two', () => {
    const first = stepHealth(heard, { type: 'broken', at: 0 }).health;
    const asked = stepHealth(first, { type: 'asked', at: 10 });
    expect(asked.actions).toEqual(['restart']);
    expect(stepHealth(asked.health, { type: 'asked', at: 200 }).actions).toEqual([]);
    expect(stepHealth(asked.health, { type: 'asked', at: 2000 }).actions).toEqual(['restart']);
  });
});
