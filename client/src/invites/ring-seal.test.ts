import { describe, expect, it } from 'vitest';
import { fromBase64Url, isFields, MAX_SEALED_KEY, parseJson, toBase64Url } from '@protocol';
import protocol from '../../../server/src/protocol/PROTOCOL.md?raw';
import { cleanName } from './names';
import {
  isUsableRingKey,
  makeRingKeys,
  openRing,
  sealRing,
  type RingPlace,
  type RingWords,
} from './ring-seal';

interface Vector extends RingPlace {
  readonly privateKey: string;
  readonly publicKey: string;
  readonly said: RingWords;
  readonly sealedKey: string;
}

/** The vector of PROTOCOL.md: computed step by step from RFC 9180 with plain HMAC, ECDH and AES-GCM of another library. */
function readVector(): Vector {
  const [, text = ''] = /^```json sealed ring\n([\s\S]*?)\n```$/m.exec(protocol) ?? [];
  const read = parseJson(text);
  if (!read.ok || !isFields(read.value)) throw new Error('PROTOCOL.md has no such vector');
  return read.value as unknown as Vector;
}

const VECTOR = readVector();
const PLACE: RingPlace = { slug: VECTOR.slug, callId: VECTOR.callId };
const WORDS = VECTOR.said;

/** The coordinates of an uncompressed point stand behind its first byte. */
function privateJwk({ privateKey, publicKey }: Vector): JsonWebKey {
  const point = fromBase64Url(publicKey);
  if (!point.ok) throw new Error(point.problem);
  const [x, y] = [point.value.slice(1, 33), point.value.slice(33)];
  return { kty: 'EC', crv: 'P-256', d: privateKey, x: toBase64Url(x), y: toBase64Url(y) };
}

async function sealed(to: string, words: RingWords = WORDS, place = PLACE): Promise<string> {
  const made = await sealRing(to, place, words);
  if (made === null) throw new Error('the key should be good');
  return made;
}

function changed(text: string, at: number): string {
  const bytes = fromBase64Url(text);
  if (!bytes.ok) throw new Error(bytes.problem);
  bytes.value[at] = (bytes.value[at] ?? 0) ^ 1;
  return toBase64Url(bytes.value);
}

describe('What a caller seals', () => {
  it('opens as RFC 9180 says, whoever made it', async () => {
    const curve = { name: 'ECDH', namedCurve: 'P-256' };
    const privateKey = await crypto.subtle.importKey('jwk', privateJwk(VECTOR), curve, false, ['deriveBits']);
    expect(await openRing({ publicKey: VECTOR.publicKey, privateKey }, PLACE, VECTOR.sealedKey)).toEqual(
      WORDS,
    );
  });

  it('opens with the key of the ring link, which cannot be taken out of the browser', async () => {
    const keys = await makeRingKeys();
    expect(await openRing(keys, PLACE, await sealed(keys.publicKey))).toEqual(WORDS);
    await expect(crypto.subtle.exportKey('jwk', keys.privateKey)).rejects.toThrow();
    await expect(crypto.subtle.exportKey('pkcs8', keys.privateKey)).rejects.toThrow();
  });

  it('opens with no other key, in no other call, behind no other link, and not when a bit was changed', async () => {
    const keys = await makeRingKeys();
    const words = await sealed(keys.publicKey);
    expect(await openRing(await makeRingKeys(), PLACE, words)).toBeNull();
    expect(await openRing(keys, { ...PLACE, callId: PLACE.callId.replace('q', 'r') }, words)).toBeNull();
    expect(await openRing(keys, { ...PLACE, slug: 'BAECAwQFBgcICQoL' }, words)).toBeNull();
    for (const at of [0, 1, 64, 65, 300, 592])
      expect(await openRing(keys, PLACE, changed(words, at))).toBeNull();
    for (const none of ['', 'A', 'AAAA', '=', 'A'.repeat(MAX_SEALED_KEY + 1)])
      expect(await openRing(keys, PLACE, none)).toBeNull();
  });

  it('is as long whatever is said, and short enough for a push message', async () => {
    const { publicKey } = await makeRingKeys();
    const silent = await sealed(publicKey, { key: WORDS.key, name: '', back: null });
    const longest = await sealed(publicKey, { ...WORDS, name: '"世'.repeat(100) });
    expect(longest).toHaveLength(silent.length);
    expect(longest.length).toBeLessThanOrEqual(MAX_SEALED_KEY);
  });

  it('is never the same twice', async () => {
    const { publicKey } = await makeRingKeys();
    expect(await sealed(publicKey)).not.toBe(await sealed(publicKey));
  });

  it('A damaged key is found out before anybody is rung', async () => {
    const offTheCurve = changed((await makeRingKeys()).publicKey, 40);
    for (const damaged of [offTheCurve, changed(offTheCurve, 0), '', 'BA'.repeat(20)]) {
      expect(await isUsableRingKey(damaged)).toBe(false);
      expect(await sealRing(damaged, PLACE, WORDS)).toBeNull();
    }
  });
});

describe('A name', () => {
  it('is one line without anything invisible that would turn the sentence around it', () => {
    expect(cleanName('  Ann\n\tof  \u202eeht ')).toBe('Ann of eht');
    expect(cleanName('\u200b \u0007')).toBe('');
  });

  it('is cut where it is too long, and never within a character', () => {
    expect(cleanName('😀'.repeat(40))).toBe('😀'.repeat(32));
    expect(cleanName(`${'a'.repeat(63)}😀`)).toBe('a'.repeat(63));
  });
});
