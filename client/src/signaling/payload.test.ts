import { deflateSync } from 'fflate';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PAYLOAD_VERSION, packAhead, packPayload, unpackPayload } from './payload';
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

const base64Url = (bytes: readonly number[]): string =>
  btoa(bytes.map((byte) => String.fromCharCode(byte)).join(''))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

const packedText = (text: Uint8Array): string =>
  base64Url([PAYLOAD_VERSION, ...deflateSync(text, { dictionary: PAYLOAD_DICTIONARY })]);

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
    ["Chromium's offer", 'o', chromiumOffer, 500],
    ["Chromium's answer", 'a', chromiumAnswer, 490],
    ["Firefox's offer", 'o', firefoxOffer, 490],
    ["Firefox's answer to Chromium", 'a', firefoxAnswer, 600],
  ] as const)('is small: %s', (_, kind, sdp, limit) => {
    const message = description(kind, sdp);
    const packed = packPayload(message);
    expect(packed.length).toBeLessThan(limit);
    expect(packed).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(unpackPayload(packed)).toEqual({ ok: true, value: message });
  });

  it('is read or refused, never a crash, whatever text arrives', () => {
    const anyText = fc.oneof(
      fc.string(),
      fc.uint8Array({ maxLength: 400 }).map((bytes) => base64Url([...bytes])),
      fc.uint8Array({ maxLength: 400 }).map((bytes) => base64Url([PAYLOAD_VERSION, ...bytes])),
    );
    fc.assert(
      fc.property(anyText, (text) => {
        expect(typeof unpackPayload(text).ok).toBe('boolean');
      }),
      { numRuns: 2000 },
    );
  });

  it('is read or refused when a character was changed on the way', () => {
    const packed = packPayload(description('o', chromiumOffer));
    fc.assert(
      fc.property(fc.nat(packed.length - 1), fc.constantFrom('A', 'z', '-', '=', '%'), (at, letter) => {
        const spoilt = packed.slice(0, at) + letter + packed.slice(at + 1);
        expect(typeof unpackPayload(spoilt).ok).toBe('boolean');
      }),
      { numRuns: 500 },
    );
  });

  it('cannot unfold to more than a page can hold', () => {
    const bomb = packedText(new TextEncoder().encode(JSON.stringify('a'.repeat(8_000_000))));
    expect(bomb.length).toBeLessThan(16_000);
    expect(unpackPayload(bomb)).toEqual({ ok: false, problem: 'too large' });
  });

  it('is refused unread when it is longer than any description', () => {
    expect(unpackPayload('A'.repeat(16 * 1024 + 1))).toEqual({ ok: false, problem: 'too large' });
  });

  it('is refused when it was packed in a way not known here', () => {
    expect(unpackPayload(base64Url([PAYLOAD_VERSION + 1, 3, 0]))).toEqual({
      ok: false,
      problem: 'another version',
    });
    expect(unpackPayload('')).toEqual({ ok: false, problem: 'not base64url' });
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
  it('has not changed under version 1', async () => {
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', PAYLOAD_DICTIONARY));
    const hex = Array.from(digest.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join('');
    expect([PAYLOAD_VERSION, hex]).toEqual([1, '22c3ff61bc1ebf43']);
  });
});
