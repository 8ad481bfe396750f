import { afterEach, expect, it, vi } from 'vitest';
import { AddressLimit } from './address-limit.js';
import { AddressHash } from './callers.js';

afterEach(() => {
  vi.useRealTimers();
});

const hash = new AddressHash();
const [ann, ben] = [hash.of('192.0.2.1'), hash.of('192.0.2.2')];

it('an address may ask as often as it may, then is told how many seconds to wait', () => {
  const limit = new AddressLimit(2);
  expect(limit.admit(ann)).toEqual({ ok: true });
  expect(limit.admit(ann)).toEqual({ ok: true });
  const refused = limit.admit(ann);
  expect(refused).toEqual({ ok: false, retryAfterS: expect.any(Number) as number });
  expect(refused.ok || (refused.retryAfterS >= 1 && refused.retryAfterS <= 60)).toBe(true);
});

it('what one address does is not counted against another', () => {
  const limit = new AddressLimit(1);
  limit.admit(ann);
  expect(limit.admit(ben)).toEqual({ ok: true });
});

it('without limits nobody is counted', () => {
  const limit = new AddressLimit(1);
  limit.admit(null);
  expect(limit.admit(null)).toEqual({ ok: true });
});

it('when the minute is over all of it is forgotten', () => {
  vi.useFakeTimers();
  const limit = new AddressLimit(1);
  limit.admit(ann);
  vi.advanceTimersByTime(20_000);
  limit.admit(ben);
  expect(limit.admit(ann)).toEqual({ ok: false, retryAfterS: 40 });
  vi.advanceTimersByTime(40_000);
  expect([limit.admit(ann).ok, limit.admit(ben).ok]).toEqual([true, true]);
});
