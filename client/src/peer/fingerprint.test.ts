import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fingerprintOf, fingerprintsOf } from './fingerprint';
import type { RtcConnection } from './rtc';

const HEX = '00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF';
const line = (hex: string, hash = 'sha-256') =>
  `a=fingerprint:${hash} ${(hex.match(/../g) ?? []).join(':')}\r\n`;
const other = HEX.replaceAll('0', '1');

describe('The fingerprint of a description', () => {
  it('is the one certificate it names, however often and in whatever case', () => {
    const sdp = `v=0\r\n${line(HEX)}m=audio 9 X 1\r\n${line(HEX.toLowerCase())}`;
    expect(fingerprintOf(sdp)).toBe(HEX.toLowerCase());
  });

  it.each(['chromium-offer', 'chromium-answer', 'firefox-offer', 'firefox-answer-to-chromium'])(
    'is found in what browsers say: %s',
    (name) => {
      const sdp = readFileSync(`client/src/signaling/testing/${name}.sdp`, 'utf8');
      expect(fingerprintOf(sdp)).toMatch(/^[0-9a-f]{64}$/);
    },
  );

  it('is refused where there is none, where lines disagree, and where one of them cannot be judged', () => {
    for (const sdp of [
      '',
      'v=0\r\n',
      line(HEX) + line(other),
      line(HEX) + line(HEX, 'sha-1'),
      line(HEX) + line(HEX, 'sha-512'),
      line(HEX.slice(2)),
      `${line(HEX)}a=Fingerprint:sha-256 oddly written\r\n`,
      `${line(HEX)} a=fingerprint:sha-256 11:22\r\n`,
    ]) {
      expect(fingerprintOf(sdp), sdp).toBeNull();
    }
  });

  it('counts only together with the one of the other end', () => {
    const of = (own: string | null, their: string | null) => {
      const description = (sdp: string | null) => (sdp === null ? null : { sdp });
      return fingerprintsOf({
        localDescription: description(own),
        remoteDescription: description(their),
      } as RtcConnection);
    };
    expect(of(line(HEX), line(other))).toEqual({ own: HEX.toLowerCase(), other: other.toLowerCase() });
    expect(of(line(HEX), null)).toBeNull();
    expect(of(null, line(HEX))).toBeNull();
    expect(of(line(HEX), 'v=0\r\n')).toBeNull();
  });
});
