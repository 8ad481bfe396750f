import { describe, expect, it } from 'vitest';
import { EnterLimit } from './enter-limit.js';

const times = async (limit: EnterLimit, addresses: readonly string[]): Promise<boolean[]> => {
  const answers: boolean[] = [];
  for (const address of addresses) answers.push(await limit.admits(address));
  return answers;
};

describe('how often one address may enter', () => {
  it('one address has its number a minute, another has its own', async () => {
    const limit = new EnterLimit(2);
    const tried = await times(limit, ['192.0.2.1', '192.0.2.1', '192.0.2.1', '192.0.2.2']);
    expect(tried).toEqual([true, true, false, true]);
  });

  it('all addresses of one IPv6 network are one', async () => {
    const limit = new EnterLimit(1);
    const tried = await times(limit, [
      '2001:db8:1:2:aaaa::1',
      '2001:db8:1:2::2',
      '2001:db8:1:3::1',
      '2001:db8::1',
      '2001:db8:0:0:ffff::1',
      '::1',
    ]);
    expect(tried).toEqual([true, false, true, true, false, true]);
  });
});
