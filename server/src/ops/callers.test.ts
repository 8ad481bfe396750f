import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { AddressHash, Callers } from './callers.js';

const DAY_MS = 86_400_000;

/** Only what is looked at of a request. */
const request = (remoteAddress: string, forwarded?: string) =>
  ({ socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } }) as unknown as IncomingMessage;

describe('the name of an address', () => {
  it('is the same all day, and holds nothing of it', () => {
    let now = 0;
    const hash = new AddressHash(() => now);
    const { hash: name } = hash.of('192.0.2.1');
    now = DAY_MS - 1;
    expect(hash.of('192.0.2.1').hash).toBe(name);
    expect(hash.of('192.0.2.2').hash).not.toBe(name);
    expect(name).not.toContain('192');
    for (const algorithm of ['md5', 'sha1', 'sha256', 'sha512'])
      expect(createHash(algorithm).update('192.0.2.1').digest('base64url')).not.toContain(name);
  });

  it('is another one every day, and never comes back', () => {
    let now = 5 * DAY_MS;
    const hash = new AddressHash(() => now);
    const names = new Set<string>();
    for (let day = 0; day < 30; day += 1) {
      names.add(hash.of('192.0.2.1').hash);
      now += DAY_MS;
    }
    expect(names.size).toBe(30);
  });

  it('is another one in every process', () => {
    expect(new AddressHash().of('192.0.2.1')).not.toEqual(new AddressHash().of('192.0.2.1'));
  });

  it.each([
    ['2001:db8:0:7::1', '2001:db8:0:7:ffff:ffff:ffff:ffff', true],
    ['2001:db8::1', '2001:db8:0:0:1::', true],
    ['2001:db8:0:7::1', '2001:DB8:0000:0007::2', true],
    ['2001:db8:0:7::1', '2001:db8:0:8::1', false],
    ['::1', '::2', true],
    ['192.0.2.1', '192.0.2.2', false],
  ])('is one for all IPv6 addresses of one home: %s and %s', (first, second, same) => {
    const hash = new AddressHash();
    expect(hash.of(first).hash === hash.of(second).hash).toBe(same);
  });
});

describe('whose request it is', () => {
  it('is known by what a trusted proxy forwards, and once for all limits', () => {
    const callers = new Callers({ trustProxy: ['10.0.0.1'], rateLimits: 'on' });
    const [first, second] = [request('10.0.0.1', '192.0.2.1'), request('10.0.0.1', '192.0.2.2')];
    expect(callers.of(first)).toBe(callers.of(first));
    expect(callers.of(first)).not.toEqual(callers.of(second));
    expect(callers.of(request('192.0.2.1', '192.0.2.2'))).toEqual(callers.of(first));
  });

  it('is not asked at all without limits', () => {
    expect(new Callers({ trustProxy: [], rateLimits: 'off' }).of(request('192.0.2.1'))).toBeNull();
  });
});
