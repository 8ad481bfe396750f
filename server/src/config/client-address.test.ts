import type { IncomingMessage } from 'node:http';
import { expect, it } from 'vitest';
import { addressReader } from './client-address.js';

/** Only what the reader looks at of a request. */
const request = (remoteAddress: string, forwarded?: string) =>
  ({ socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } }) as unknown as IncomingMessage;

it('believes nobody about an address unless a proxy is trusted', () => {
  expect(addressReader([])(request('192.0.2.1', '198.51.100.7'))).toBe('192.0.2.1');
});

it('takes the address a trusted proxy forwards', () => {
  const read = addressReader(['10.0.0.0/8', '2001:db8::1']);
  expect(read(request('10.1.2.3', '198.51.100.7'))).toBe('198.51.100.7');
  expect(read(request('2001:db8::1', '2001:db8:5::9'))).toBe('2001:db8:5::9');
});

it('goes back through a chain of trusted proxies to the first stranger and no further', () => {
  const read = addressReader(['10.0.0.0/8']);
  expect(read(request('10.0.0.1', '203.0.113.66, 198.51.100.7, 10.9.9.9'))).toBe('198.51.100.7');
});

it('stops at what is no address', () => {
  expect(addressReader(['10.0.0.0/8'])(request('10.0.0.1', 'unknown'))).toBe('10.0.0.1');
});

it('treats an IPv4 address in IPv6 clothing as that IPv4 address', () => {
  const read = addressReader(['10.0.0.0/8']);
  expect(read(request('::ffff:192.0.2.1'))).toBe('192.0.2.1');
  expect(read(request('::ffff:10.0.0.1', '::ffff:198.51.100.7'))).toBe('198.51.100.7');
});
