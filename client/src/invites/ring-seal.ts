import { Aes128Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from '@hpke/core';
import { fromBase64Url, isCallKey, isFields, isSealedKey, parseJson, toBase64Url } from '@protocol';
import { readAddress, type RingAddress } from './invites-db';
import { cleanName } from './names';

// What a caller tells the one they ring, and nobody else: HPKE (RFC 9180) to the public key in the ring link.

/** What is sealed. */
export interface RingWords {
  /** Of the call the caller waits in. */
  readonly key: string;
  /** Who the caller says they are; empty: they said nothing. */
  readonly name: string;
  /** The caller's own ring link, if they want to be rung back. */
  readonly back: RingAddress | null;
}

/** Which ring it is sealed for: it opens in no other. */
export interface RingPlace {
  readonly slug: string;
  readonly callId: string;
}

export interface RingKeys {
  /** What follows the # of the ring link. */
  readonly publicKey: string;
  /** Cannot be taken out of this browser. */
  readonly privateKey: CryptoKey;
}

const text = new TextEncoder();
const INFO = text.encode('o-to-o/ring/1');
/** Bytes before sealing, whatever is said: the length of a name is nobody's business. */
const PADDED_BYTES = 512;
const ENC_BYTES = 65;
const CURVE = { name: 'ECDH', namedCurve: 'P-256' };

const suite = new CipherSuite({
  kem: new DhkemP256HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Aes128Gcm(),
});

const boundTo = ({ slug, callId }: RingPlace): Uint8Array<ArrayBuffer> => text.encode(`${slug}/${callId}`);

/** The keys of a new ring link. */
export async function makeRingKeys(): Promise<RingKeys> {
  const pair = await crypto.subtle.generateKey(CURVE, false, ['deriveBits']);
  const raw = await crypto.subtle.exportKey('raw', pair.publicKey);
  return { publicKey: toBase64Url(new Uint8Array(raw)), privateKey: pair.privateKey };
}

/** Null: those bytes are no point of the curve, so the link was damaged on the way. */
async function importPublic(publicKey: string): Promise<CryptoKey | null> {
  const bytes = fromBase64Url(publicKey);
  if (!bytes.ok) return null;
  try {
    return await crypto.subtle.importKey('raw', bytes.value, CURVE, true, []);
  } catch {
    return null;
  }
}

/** Is this a key that anything can be sealed to? Asked before somebody is made to wait. */
export const isUsableRingKey = async (publicKey: string): Promise<boolean> =>
  (await importPublic(publicKey)) !== null;

function padded({ key, name, back }: RingWords): Uint8Array<ArrayBuffer> {
  const clean = cleanName(name);
  const said = { key, ...(clean === '' ? {} : { name: clean }), ...(back ? { back } : {}) };
  const bytes = new Uint8Array(PADDED_BYTES).fill(0x20);
  bytes.set(text.encode(JSON.stringify(said)));
  return bytes;
}

/** Seals to a ring link's key, as `sealedKey` of a ring; null: the link is damaged. */
export async function sealRing(
  publicKey: string,
  place: RingPlace,
  words: RingWords,
): Promise<string | null> {
  const recipientPublicKey = await importPublic(publicKey);
  if (!recipientPublicKey) return null;
  const sender = await suite.createSenderContext({ recipientPublicKey, info: INFO });
  const sealed = new Uint8Array(await sender.seal(padded(words), boundTo(place)));
  const whole = new Uint8Array(ENC_BYTES + sealed.length);
  whole.set(new Uint8Array(sender.enc));
  whole.set(sealed, ENC_BYTES);
  return toBase64Url(whole);
}

/** Anybody who has the link can seal to it: what was sealed is checked like what comes from the wire. */
function readWords(plain: string): RingWords | null {
  const json = parseJson(plain);
  if (!json.ok || !isFields(json.value)) return null;
  const { key, name, back } = json.value;
  if (!isCallKey(key)) return null;
  return { key, name: typeof name === 'string' ? cleanName(name) : '', back: readAddress(back) };
}

/** What a caller sealed; null: it was not sealed to these keys, or for another ring, or was changed. Never throws. */
export async function openRing(
  { publicKey, privateKey }: RingKeys,
  place: RingPlace,
  sealedKey: string,
): Promise<RingWords | null> {
  const whole = isSealedKey(sealedKey) ? fromBase64Url(sealedKey) : null;
  // Given along with the private key: deriving it would need to take the private one out.
  const own = await importPublic(publicKey);
  if (!whole?.ok || !own) return null;
  try {
    const opened = await suite.open(
      {
        recipientKey: { privateKey, publicKey: own },
        enc: whole.value.slice(0, ENC_BYTES),
        info: INFO,
      },
      whole.value.slice(ENC_BYTES),
      boundTo(place),
    );
    return readWords(new TextDecoder().decode(opened));
  } catch {
    return null;
  }
}
