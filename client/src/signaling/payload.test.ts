import { deflateSync } from 'fflate';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packAhead, packPayload, unpackPayload } from './payload';
import { SEAL_VERSION } from '@/privacy/sealing';
import { PAYLOAD_DICTIONARY } from './payload-dictionary';
import chromiumAnswer from './testing/chromium-answer.sdp?raw';
import chromiumOffer from './testing/chromium-offer.sdp?raw';
import firefoxAnswer from './testing/firefox-answer-to-chromium.sdp?raw';
import firefoxOffer from './testing/firefox-offer.sdp?raw';

const description = (kind: 'o' | 'a', sdp: string) => ({
  f: 'aB3-_xYz',
  t: 'Qq81_zzT',
  g: 1,
  k: kind,
  i: 1,
  m: 3,
  s: sdp.replaceAll('\n', '\r\n'),
});

const packedText = (text: Uint8Array): Uint8Array => deflateSync(text, { dictionary: PAYLOAD_DICTIONARY });

describe('what is relayed', () => {
  it('is the same whether or not it was packed ahead, and nothing else is said in its place', () => {
    const [said, other] = [description('o', chromiumOffer), description('a', chromiumAnswer)];
    const plain = [packPayload(said), packPayload(other)];
    packAhead(said);
    expect([packPayload(said), packPayload(other)]).toEqual(plain);
    expect(unpackPayload(packPayload(other))).toEqual({ ok: true, value: other });
  });

  it('comes out as it went in, whatever JSON can say', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(unpackPayload(packPayload(value))).toEqual({
          ok: true,
          value: JSON.parse(JSON.stringify(value)),
        });
      }),
    );
  });

  it.each([
    ["Chromium's offer", 'o', chromiumOffer, 375],
    ["Chromium's answer", 'a', chromiumAnswer, 367],
    ["Firefox's offer", 'o', firefoxOffer, 367],
    ["Firefox's answer to Chromium", 'a', firefoxAnswer, 450],
  ] as const)('is small: %s', (_, kind, sdp, limit) => {
    const message = description(kind, sdp);
    const packed = packPayload(message);
    expect(packed.length).toBeLessThan(limit);
    expect(unpackPayload(packed)).toEqual({ ok: true, value: message });
  });

  it('is read or refused, never a crash, whatever bytes it is', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(typeof unpackPayload(bytes).ok).toBe('boolean');
      }),
      { numRuns: 2000 },
    );
  });

  it('is read or refused when a byte of it is another', () => {
    const packed = packPayload(description('o', chromiumOffer));
    fc.assert(
      fc.property(fc.nat(packed.length - 1), fc.nat(255), (at, other) => {
        const spoilt = packed.map((byte, place) => (place === at ? other : byte));
        expect(typeof unpackPayload(spoilt).ok).toBe('boolean');
      }),
      { numRuns: 500 },
    );
  });

  it('cannot unfold to more than a page can hold', () => {
    const bomb = packedText(new TextEncoder().encode(JSON.stringify('a'.repeat(8_000_000))));
    expect(bomb.length).toBeLessThan(12_000);
    expect(unpackPayload(bomb)).toEqual({ ok: false, problem: 'too large' });
  });

  it('is refused when it holds no JSON or no text', () => {
    expect(unpackPayload(packedText(new TextEncoder().encode('{oh')))).toEqual({
      ok: false,
      problem: 'not JSON',
    });
    expect(unpackPayload(packedText(Uint8Array.of(0xff, 0xfe)))).toEqual({ ok: false, problem: 'not UTF-8' });
  });
});

describe('the dictionary', () => {
  // Two pages of different builds may meet in a call: the same version must mean the same bytes.
  it('has not changed under version 2 of what is sealed', async () => {
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', PAYLOAD_DICTIONARY));
    const hex = Array.from(digest.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join('');
    expect([SEAL_VERSION, hex]).toEqual([2, '22c3ff61bc1ebf43']);
  });
});
