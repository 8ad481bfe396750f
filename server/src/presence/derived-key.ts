import { createHmac, hkdfSync } from 'node:crypto';

const KEY_BYTES = 32;

/** What one secret signs must never pass for something else it signs: each purpose has a key of its own. */
export const derivedKey = (secret: Buffer, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, '', purpose, KEY_BYTES));

/** The first `bytes` bytes of an HMAC over the parts, in order. */
export function macOf(key: Buffer, parts: readonly (string | Buffer)[], bytes: number): Buffer {
  const hmac = createHmac('sha256', key);
  for (const part of parts) hmac.update(part);
  return hmac.digest().subarray(0, bytes);
}
