import { createDecipheriv, createECDH, hkdfSync, randomBytes } from 'node:crypto';
import type { PushService } from './push-service.js';

/** A subscription as a browser makes one, whose messages the test reads: for browsers that have no push service here. */
export interface PushReceiver {
  /** What `PushSubscription.toJSON()` gives. */
  readonly subscription: {
    readonly endpoint: string;
    readonly expirationTime: null;
    readonly keys: { readonly p256dh: string; readonly auth: string };
  };
  /** What came, opened, in its order. */
  readonly texts: readonly string[];
}

const hkdf = (salt: Buffer, secret: Buffer, info: Buffer, bytes: number): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, salt, info, bytes));

/** Opens one message of one record (RFC 8188, RFC 8291). */
function open(sealed: Buffer, own: ReturnType<typeof createECDH>, auth: Buffer): string {
  const salt = sealed.subarray(0, 16);
  const senderEnd = 21 + (sealed[20] ?? 0);
  const sender = sealed.subarray(21, senderEnd);
  const whom = Buffer.concat([Buffer.from('WebPush: info\0'), own.getPublicKey(), sender]);
  const secret = hkdf(auth, own.computeSecret(sender), whom, 32);
  const key = hkdf(salt, secret, Buffer.from('Content-Encoding: aes128gcm\0'), 16);
  const nonce = hkdf(salt, secret, Buffer.from('Content-Encoding: nonce\0'), 12);
  const decipher = createDecipheriv('aes-128-gcm', key, nonce);
  decipher.setAuthTag(sealed.subarray(-16));
  const padded = Buffer.concat([decipher.update(sealed.subarray(senderEnd, -16)), decipher.final()]);
  // The words end before the last 2, which begins the padding of a last record.
  return padded.subarray(0, padded.lastIndexOf(2)).toString('utf8');
}

export function newReceiver(service: PushService): PushReceiver {
  const own = createECDH('prime256v1');
  own.generateKeys();
  const auth = randomBytes(16);
  const texts: string[] = [];
  const endpoint = service.subscribe((sealed) => texts.push(open(sealed, own, auth)));
  const keys = { p256dh: own.getPublicKey('base64url'), auth: auth.toString('base64url') };
  return { subscription: { endpoint, expirationTime: null, keys }, texts };
}
