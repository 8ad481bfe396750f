import { fromBase64Url, toBase64Url } from '@protocol';

/**
 * Four places in the list of 64 pictures: 24 bits. So few suffice because nobody can search: whoever stands in the middle
 * must choose its nonces before it learns those of the two pages, so a connection is one throw, and both codes are the
 * same once in 16.8 million (RFC 6189, section 4.4.1.1 on its commitment). Another throw is another connection, seconds
 * later and in plain sight.
 */
export type SafetyCode = readonly [number, number, number, number];

/** One side of a connection, as both see it. */
export interface Side {
  /** 128 bits, base64url. */
  readonly nonce: string;
  /** SHA-256 of the DTLS certificate, hex. */
  readonly fingerprint: string;
}

/** Seat 0 leads. */
export type Role = 0 | 1;

const COMMITMENT_LABEL = 'o to o safety commitment 1';
const CODE_LABEL = 'o to o safety code 1';

const text = new TextEncoder();

const fromHex = (hex: string): number[] => (hex.match(/../g) ?? []).map((pair) => parseInt(pair, 16));

function nonceBytes(nonce: string): Iterable<number> {
  const bytes = fromBase64Url(nonce);
  // Decoded where it entered; drawn here otherwise.
  return bytes.ok ? bytes.value : [];
}

/** Every part has a fixed length, so the parts cannot be told in two ways. */
async function sha256(...parts: readonly Iterable<number>[]): Promise<Uint8Array> {
  const whole = Uint8Array.from(parts.flatMap((part) => [...part]));
  return new Uint8Array(await crypto.subtle.digest('SHA-256', whole));
}

/**
 * What the page of this role says before it reveals its nonce. Bound to the role, so that it is worth nothing sent back to
 * its sender; and to both certificates, so that it is worth nothing handed on by somebody in the middle.
 */
export async function commitmentOf(
  role: Role,
  nonce: string,
  fingerprints: readonly [string, string],
): Promise<string> {
  const certificates = fingerprints.map(fromHex);
  return toBase64Url(await sha256(text.encode(COMMITMENT_LABEL), [role], ...certificates, nonceBytes(nonce)));
}

/** The code of a connection; `zero` is the side of seat 0. */
export async function codeOf(zero: Side, one: Side): Promise<SafetyCode> {
  const [a = 0, b = 0, c = 0] = await sha256(
    text.encode(CODE_LABEL),
    nonceBytes(zero.nonce),
    nonceBytes(one.nonce),
    fromHex(zero.fingerprint),
    fromHex(one.fingerprint),
  );
  const bits = (a << 16) | (b << 8) | c;
  return [bits >> 18, (bits >> 12) & 63, (bits >> 6) & 63, bits & 63];
}
