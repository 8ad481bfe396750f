import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  randomBytes,
  type KeyObject,
} from 'node:crypto';

/** What a key is good for; each purpose has its own, so that nothing sealed for one opens for another. */
export type SealPurpose =
  | 'secret of a device'
  | 'push subscription'
  | 'ring'
  | 'call of a ring'
  | 'caller of a ring'
  | 'channel of a device';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const NAME_BYTES = 16;

const keyFor = (secret: Buffer, purpose: SealPurpose): KeyObject =>
  createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', `o-to-o invites: ${purpose}`, 32)));

/** Seals what only this server needs to read (AES-256-GCM): who has the database without the secret has nothing. */
export class SealedBox {
  readonly #key: KeyObject;

  constructor(secret: Buffer, purpose: SealPurpose) {
    this.#key = keyFor(secret, purpose);
  }

  /** @param of whose it is: sealed for one row it opens for no other. */
  seal(of: string, value: object): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce).setAAD(Buffer.from(of));
    const text = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), text]);
  }

  /** null: not sealed with this secret for this row (another secret, a damaged database). */
  open(of: string, sealed: Buffer): unknown {
    const nonce = sealed.subarray(0, NONCE_BYTES);
    const tag = sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
    if (tag.length < TAG_BYTES) return null;
    try {
      const cipher = createDecipheriv('aes-256-gcm', this.#key, nonce, { authTagLength: TAG_BYTES });
      cipher.setAAD(Buffer.from(of)).setAuthTag(tag);
      const text = Buffer.concat([cipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)), cipher.final()]);
      return JSON.parse(text.toString('utf8'));
    } catch {
      return null;
    }
  }
}

/** What something is called where its own name must not stand: a keyed hash, the same as long as the server keeps its secret. */
export function namer(secret: Buffer, purpose: SealPurpose): (text: string) => string {
  const key = keyFor(secret, purpose);
  return (text) =>
    createHmac('sha256', key).update(text).digest().subarray(0, NAME_BYTES).toString('base64url');
}
