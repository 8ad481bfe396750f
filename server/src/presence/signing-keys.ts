import { createHmac, createSecretKey } from 'node:crypto';

/** What a signature is good for; each purpose has a key of its own, so that none can pass for another. */
export type Purpose = 'call-id' | 'ticket' | 'holder';

/** A keyed hash for one purpose, from the server's one secret. */
export function signer(secret: Buffer, purpose: Purpose): (data: string | Buffer, bytes: number) => Buffer {
  const key = createSecretKey(createHmac('sha256', secret).update(`o-to-o ${purpose}`).digest());
  return (data, bytes) => createHmac('sha256', key).update(data).digest().subarray(0, bytes);
}
