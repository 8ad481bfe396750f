import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { parsePushHost } from '../config/push-hosts.js';
import { checkPushEndpoint } from './push-endpoint.js';

const hosts = (...entries: string[]) => entries.flatMap((entry) => parsePushHost(entry) ?? []);
const KNOWN = hosts(
  'fcm.googleapis.com',
  'push.services.mozilla.com',
  '*.push.apple.com',
  'push.example:8443',
);

describe('a push endpoint', () => {
  it.each([
    'https://fcm.googleapis.com/fcm/send/eX:APA91b',
    'https://fcm.googleapis.com:443/fcm/send/x',
    'https://updates.push.services.mozilla.com/wpush/v2/gAAAA',
    'https://web.push.apple.com/QGuQyavXutnMH',
    'https://FCM.googleapis.com/x',
    'https://push.example:8443/x',
    'https://eu.push.example:8443/x',
  ])('of a known push service is accepted: %s', (text) => {
    expect(checkPushEndpoint(text, KNOWN)).toMatchObject({ ok: true, endpoint: { reach: 'public' } });
  });

  it.each([
    ['http', 'http://fcm.googleapis.com/x'],
    ['another scheme', 'ftp://fcm.googleapis.com/x'],
    ['no address at all', 'fcm.googleapis.com/x'],
    ['a script', 'javascript:alert(1)'],
    ['nothing', ''],
    ['another port', 'https://fcm.googleapis.com:8443/x'],
    ['the port of another service', 'https://push.example/x'],
    ['another host', 'https://evil.example/x'],
    ['a host that only begins so', 'https://fcm.googleapis.com.evil.example/x'],
    ['a host that only ends so', 'https://evilfcm.googleapis.com.example/x'],
    ['a host that ends so without a dot', 'https://xfcm.googleapis.com/x'],
    ['the domain above it', 'https://googleapis.com/x'],
    ['nothing before the dot', 'https://.push.apple.com/x'],
    ['nothing between two dots', 'https://web..push.apple.com/x'],
    ['a closing dot', 'https://fcm.googleapis.com./x'],
    ['a name and a password', 'https://a:b@fcm.googleapis.com/x'],
    ['a known host as the name of a user', 'https://fcm.googleapis.com@evil.example/x'],
    ['a known host behind a backslash', 'https://evil.example\\@fcm.googleapis.com/x'],
    ['a fragment', 'https://fcm.googleapis.com/x#y'],
    ['a line break', 'https://fcm.googleapis.com/\r\nHost: evil.example'],
    ['a tab that a parser would take out', 'https://fcm.google\tapis.com/x'],
    ['letters that look alike', 'https://fcm.gооgleapis.com/x'],
    ['an IPv4 address', 'https://142.250.1.1/x'],
    ['this machine', 'https://127.0.0.1/x'],
    ['this machine by name', 'https://localhost/x'],
    ['this machine, written oddly', 'https://0x7f.1/x'],
    ['this machine, as one number', 'https://2130706433/x'],
    ['this machine in IPv6', 'https://[::1]/x'],
    ['this machine, IPv4 in IPv6', 'https://[::ffff:127.0.0.1]/x'],
    ['what clouds tell their machines', 'https://169.254.169.254/latest/meta-data'],
  ])('with %s is refused in one sentence', (_what, text) => {
    const checked = checkPushEndpoint(text, KNOWN);
    expect(checked.ok).toBe(false);
    expect(checked).toMatchObject({ problem: expect.stringMatching(/^"endpoint" must be .*\.$/) as string });
  });

  it('of 2048 characters is accepted, a longer one is not', () => {
    const start = 'https://fcm.googleapis.com/';
    const longest = start + 'x'.repeat(2048 - start.length);
    expect(checkPushEndpoint(longest, KNOWN).ok).toBe(true);
    expect(checkPushEndpoint(`${longest}x`, KNOWN).ok).toBe(false);
  });

  it('on this machine is accepted only under exactly the name and port that were allowed', () => {
    const local = hosts('localhost:8443', '127.0.0.1:9443', '[::1]:7443');
    for (const text of ['https://localhost:8443/x', 'https://127.0.0.1:9443/x', 'https://[::1]:7443/x'])
      expect(checkPushEndpoint(text, local)).toMatchObject({ ok: true, endpoint: { reach: 'loopback' } });
    for (const text of [
      'https://localhost/x',
      'https://localhost:9443/x',
      'https://127.0.0.1:8443/x',
      'https://127.0.0.2:9443/x',
      'https://push.localhost:8443/x',
      'http://localhost:8443/x',
    ])
      expect(checkPushEndpoint(text, local).ok).toBe(false);
  });

  it('is nowhere when no push service is allowed', () => {
    expect(checkPushEndpoint('https://fcm.googleapis.com/x', []).ok).toBe(false);
  });

  it('whatever is asked for, nothing but https at an allowed host and port comes out', () => {
    const parts = fc.constantFrom(
      'https://',
      'http://',
      'fcm.googleapis.com',
      '.evil.example',
      '@',
      ':',
      '443',
      '8443',
      '/',
      '\\',
      '#',
      '?',
      '[::1]',
      '127.1',
      '%2e',
      '。',
      '\t',
      'x',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.webUrl(),
          fc.array(parts).map((all) => all.join('')),
        ),
        (text) => {
          const checked = checkPushEndpoint(text, hosts('fcm.googleapis.com'));
          if (!checked.ok) return;
          const { protocol, hostname, port, username } = checked.endpoint.url;
          expect([protocol, port, username]).toEqual(['https:', '', '']);
          expect(`.${hostname}`.endsWith('.fcm.googleapis.com')).toBe(true);
        },
      ),
      { numRuns: 5_000 },
    );
  });
});
