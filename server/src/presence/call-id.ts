import { randomBytes, timingSafeEqual } from 'node:crypto';
import { CALL_ID_BYTES, isCallIdShaped } from '../protocol/index.js';
import { signer } from './signing-keys.js';

const RANDOM_BYTES = 10;
const HOUR_BYTES = 3;
const SIGNED_BYTES = RANDOM_BYTES + HOUR_BYTES;
const PROOF_BYTES = CALL_ID_BYTES - SIGNED_BYTES;

const HOUR_MS = 3_600_000;
/** Hours are counted from here; three bytes of them last 1900 years. */
const FIRST_HOUR = Date.UTC(2024, 0, 1) / HOUR_MS;

/**
 * Ids that prove themselves: 10 random bytes, 3 of the hour of making, 8 of an HMAC, as base64url. A good link is known
 * without any look-up, and a guessed one costs none.
 */
export class CallIds {
  readonly #sign: (data: Buffer, bytes: number) => Buffer;

  constructor(secret: Buffer) {
    this.#sign = signer(secret, 'call-id');
  }

  /** `now`: ms since 1970; only its hour can be read from the id. */
  make(now: number): string {
    const signed = Buffer.alloc(SIGNED_BYTES);
    randomBytes(RANDOM_BYTES).copy(signed);
    signed.writeUIntBE(Math.floor(now / HOUR_MS) - FIRST_HOUR, RANDOM_BYTES, HOUR_BYTES);
    return Buffer.concat([signed, this.#sign(signed, PROOF_BYTES)]).toString('base64url');
  }

  /** When this call was made (ms since 1970, the beginning of the hour); null: not an id of this server. */
  read(callId: string): { readonly createdAt: number } | null {
    if (!isCallIdShaped(callId)) return null;
    const bytes = Buffer.from(callId, 'base64url');
    const signed = bytes.subarray(0, SIGNED_BYTES);
    if (!timingSafeEqual(bytes.subarray(SIGNED_BYTES), this.#sign(signed, PROOF_BYTES))) return null;
    return { createdAt: (FIRST_HOUR + signed.readUIntBE(RANDOM_BYTES, HOUR_BYTES)) * HOUR_MS };
  }

  /** Is this link, of which the store knows nothing, still good? The hour is coarse: the link gets the whole of it. */
  isFresh(createdAt: number, now: number, ttlMs: number): boolean {
    return now < createdAt + HOUR_MS + ttlMs;
  }
}
