import { expect, it } from 'vitest';
import { AddressLimit } from './address-limit.js';

it('an address may ask as often as it may, then is told how many seconds to wait', async () => {
  const limit = new AddressLimit(2);
  expect(await limit.admit('192.0.2.1')).toEqual({ ok: true });
  expect(await limit.admit('192.0.2.1')).toEqual({ ok: true });
  const refused = await limit.admit('192.0.2.1');
  expect(refused).toEqual({ ok: false, retryAfterS: expect.any(Number) as number });
  expect(refused.ok || (refused.retryAfterS >= 1 && refused.retryAfterS <= 60)).toBe(true);
});

it('what one address does is not counted against another', async () => {
  const limit = new AddressLimit(1);
  await limit.admit('192.0.2.1');
  expect(await limit.admit('192.0.2.2')).toEqual({ ok: true });
});

it.each([
  ['2001:db8:0:7::1', '2001:db8:0:7:ffff:ffff:ffff:ffff', false],
  ['2001:db8::1', '2001:db8:0:0:1::', false],
  ['2001:db8:0:7::1', '2001:db8:0:8::1', true],
])('IPv6 addresses of one home count as one: %s and %s', async (first, second, ok) => {
  const limit = new AddressLimit(1);
  await limit.admit(first);
  expect((await limit.admit(second)).ok).toBe(ok);
});
