import { expect, it } from 'vitest';
import { AddressLimit } from './address-limit.js';
import { AddressHash } from './callers.js';

const hash = new AddressHash();
const [ann, ben] = [hash.of('192.0.2.1'), hash.of('192.0.2.2')];

it('an address may ask as often as it may, then is told how many seconds to wait', async () => {
  const limit = new AddressLimit(2);
  expect(await limit.admit(ann)).toEqual({ ok: true });
  expect(await limit.admit(ann)).toEqual({ ok: true });
  const refused = await limit.admit(ann);
  expect(refused).toEqual({ ok: false, retryAfterS: expect.any(Number) as number });
  expect(refused.ok || (refused.retryAfterS >= 1 && refused.retryAfterS <= 60)).toBe(true);
});

it('what one address does is not counted against another', async () => {
  const limit = new AddressLimit(1);
  await limit.admit(ann);
  expect(await limit.admit(ben)).toEqual({ ok: true });
});

it('without limits nobody is counted', async () => {
  const limit = new AddressLimit(1);
  await limit.admit(null);
  expect(await limit.admit(null)).toEqual({ ok: true });
});
