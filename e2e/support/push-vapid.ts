import { createPublicKey, verify } from 'node:crypto';
import { isFields, parseJson } from '../../server/src/protocol/index.js';

const HEADER = /^vapid\s+t=([\w-]+)\.([\w-]+)\.([\w-]+),\s*k=([\w-]+)$/i;
/** Bytes of a P-256 public key, uncompressed. */
const KEY_BYTES = 65;
/** s a signature may be good for (RFC 8292). */
const LONGEST_S = 86_400;

const coordinate = (raw: Buffer, from: number): string => raw.subarray(from, from + 32).toString('base64url');

/**
 * Is this request signed by the one the subscription was made for? (RFC 8292)
 * @param origin of the push service, as the sender has to name it
 * @param boundKey the application server key that the browser gave, base64url; none: any sender will do
 * @returns what is wrong with it, or null
 */
export function vapidProblem(
  header: string | undefined,
  origin: string,
  boundKey: string | undefined,
): string | null {
  const [, head = '', claims = '', signature = '', key = ''] = HEADER.exec(header ?? '') ?? [];
  if (key === '') return 'no VAPID header';
  if (boundKey !== undefined && boundKey.replace(/=+$/, '') !== key) return 'another sender';
  const raw = Buffer.from(key, 'base64url');
  if (raw.length !== KEY_BYTES) return 'no key of a sender';
  const jwk = { kty: 'EC', crv: 'P-256', x: coordinate(raw, 1), y: coordinate(raw, 33) };
  const signed = verify(
    'sha256',
    Buffer.from(`${head}.${claims}`),
    { key: createPublicKey({ format: 'jwk', key: jwk }), dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  );
  if (!signed) return 'a wrong signature';
  const json = parseJson(Buffer.from(claims, 'base64url').toString('utf8'));
  const said = json.ok && isFields(json.value) ? json.value : {};
  if (said.aud !== origin) return 'meant for another service';
  const now = Date.now() / 1000;
  const exp = Number(said.exp);
  if (!(exp > now && exp <= now + LONGEST_S + 60)) return 'not good now, or for too long';
  return /^(?:mailto|https):/.test(String(said.sub)) ? null : 'nobody to write to';
}
