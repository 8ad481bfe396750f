import { expect, it } from 'vitest';
import { environmentSchema } from './environment.js';
import { parsePushHost } from './push-hosts.js';

it.each([
  ['fcm.googleapis.com', { is: 'public', host: 'fcm.googleapis.com', port: 443 }],
  ['*.push.apple.com', { is: 'public', host: 'push.apple.com', port: 443 }],
  ['.notify.windows.com', { is: 'public', host: 'notify.windows.com', port: 443 }],
  ['Push.Example:8443', { is: 'public', host: 'push.example', port: 8443 }],
  ['localhost:8443', { is: 'loopback', host: 'localhost', port: 8443 }],
  ['127.0.0.1:8443', { is: 'loopback', host: '127.0.0.1', port: 8443 }],
  ['[::1]:8443', { is: 'loopback', host: '[::1]', port: 8443 }],
  ['localhost', { is: 'loopback', host: 'localhost', port: 'any' }],
  ['127.0.0.1', { is: 'loopback', host: '127.0.0.1', port: 'any' }],
])('%s names a push service', (entry, host) => {
  expect(parsePushHost(entry)).toEqual(host);
});

it.each([
  '',
  'com',
  '*',
  '.',
  'push..example',
  '10.0.0.1',
  '10.0.0.1:443',
  '8.8.8.8',
  '169.254.169.254',
  '[fd00::1]',
  '[::ffff:10.0.0.1]',
  '2130706433.1',
  'push.example:0',
  'push.example:65536',
  'push.example/',
  'https://push.example',
  'user@push.example',
])('%j names none: a whole part of the internet, or a place that is no push service', (entry) => {
  expect(parsePushHost(entry)).toBeNull();
});

it('the push services that are known by default are all meant as names of the internet', () => {
  const entries = environmentSchema.shape.PUSH_ENDPOINT_ALLOW.parse(undefined);
  expect(entries.length).toBeGreaterThan(3);
  for (const entry of entries) expect(parsePushHost(entry)).toEqual({ is: 'public', host: entry, port: 443 });
});
