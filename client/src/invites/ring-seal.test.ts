import { describe, expect, it } from 'vitest';
import { fromBase64Url, MAX_SEALED_KEY, toBase64Url } from '@protocol';
import { cleanName } from './names';
import { isUsableRingKey, makeRingKeys, openRing, sealRing, type RingWords } from './ring-seal';

// Computed step by step from RFC 9180 with plain HMAC, ECDH and AES-GCM of another library: what any other client makes.
const VECTOR = {
  privateKey: {
    kty: 'EC',
    crv: 'P-256',
    d: 'AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA',
    x: 'UVw9brnjlrkE0_7Kf1T9zQzB6Ze_N13KUVrQpsO0A18',
    y: 'RTa-OlDzGPv5pUdZAqIhUCvvDVfgjFOyzApW8X2fk1Q',
  },
  publicKey: 'BFFcPW6545a5BNP-yn9U_c0MwemXvzddylFa0KbDtANfRTa-OlDzGPv5pUdZAqIhUCvvDVfgjFOyzApW8X2fk1Q',
  sealed:
    'BK0Tf374Ke74qFcb9NMHZk6o4CTgW9pOJtqPeuiERWBYqI5IyaHZOGRx8T8lWXWO3EvB4ROU60FdY-LTPk04UZ2UVwcPvq9s8ZpIjYjz8qtq7O4Dq8mNyqgDcVjt3BmWSmDzeXuhDyfw5zD8wuH4hqeO1aykSgC5KOAw6Lt-idisJ8q69rn-DGC2vBnF9nNAXoiRUcUSf2Uk7yhDbLlGIfgVPs1lSFjqbAiH52aBBhdPaI5psUbdId_68zr9ptV8rkloDsVmbvW1yS6M4n63xCUiNkvNcP87e9oReU5Nz4egXfLn77ZA4UdRhc7JGj86aPnLixYIQs9DDeDiYCrg_6pij_LNThTKkyaNryJgnEsF91JqbzxCcwNvSd9a14BdcvEVnC1GL5I4Q-jwNw49NQxIXfrmsGR-QEBN4mj38Irs4I5xZqmSwt6qHYVWTypVUL5r50zi6jvEqtZiix_HmMuvC1LW8tl1iHnGXx7x3KHn7xa5Sls0-irm3OOdvDDL0cchkoW00_q5RvndY-Oclaafrt3OcGsRaVkoM47yk9nmFB6bHPVZr8vUAvmsVrXz3Ecu4c4XC5AxuUv0LJwmHSbrjxBU2xUXGaXjb3FPYe5ewmGam3GuDQRVXT27htIpujCxo6NdgfwKHjSay3FUwpXoW8aIFOZGY7msNOTTeX8UDeLZ4gF9dZYU7izunWV9ZjJfhMvfHVfamOEY6JBK6jTKlt8Qkt0SDFHQ8AOCn63rURvS7kusku_cA9vsoFnTZky-k5by5Y1WMKO6yAvqmD4',
} as const;

const PLACE = { slug: 'AAECAwQFBgcICQoL', callId: 'q83vASNFZ4mrzQBkyAABAgMEBQYH' };
const WORDS: RingWords = {
  key: 'AAECAwQFBgcICQoLDA0ODw',
  name: '小明 & Ann',
  back: {
    slug: 'DA0ODxAREhMUFRYX',
    publicKey: 'BK0Tf374Ke74qFcb9NMHZk6o4CTgW9pOJtqPeuiERWBYqI5IyaHZOGRx8T8lWXWO3EvB4ROU60FdY-LTPk04UZ0',
  },
};

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
    const privateKey = await crypto.subtle.importKey('jwk', VECTOR.privateKey, curve, false, ['deriveBits']);
    expect(await openRing({ publicKey: VECTOR.publicKey, privateKey }, PLACE, VECTOR.sealed)).toEqual(WORDS);
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
