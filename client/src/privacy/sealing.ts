import type { SeatNumber } from '@protocol';

/** First byte of what is relayed: how the rest was made, the dictionary of what is inside included. */
export const SEAL_VERSION = 2;

const LABEL = 'o to o relay 2';
const PAGE_BYTES = 8;
const HEADER_BYTES = 1 + PAGE_BYTES + 4 + 4;
const TAG_BYTES = 16;
/** Where the 96 bits lie that AES-GCM must never see twice under one key: the sending page, random, and its count. */
const IV = [1, 1 + PAGE_BYTES + 4] as const;

/** Who says it, as what was sealed proves. */
export interface SealedHeader {
  /** The sending page: 64 random bits, as text. */
  readonly page: string;
  /** Counts what this page has sealed. */
  readonly sequence: number;
  /** Of the sender's seat, when it was sealed. */
  readonly epoch: number;
}

export type Unsealed =
  | { readonly ok: true; readonly header: SealedHeader; readonly bytes: Uint8Array<ArrayBuffer> }
  /** `foreign`: not of this form at all. `unopened`: another key, another call, another seat, or changed on the way. */
  | { readonly ok: false; readonly why: 'foreign' | 'unopened' };

const text = new TextEncoder();

async function deriveKey(key: Uint8Array<ArrayBuffer>, callId: string): Promise<CryptoKey> {
  const secret = await crypto.subtle.importKey('raw', key, 'HKDF', false, ['deriveKey']);
  return crypto.subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt: text.encode(callId), info: text.encode(LABEL) },
    secret,
    { name: 'AES-GCM', length: 256 },
    false,
    ['encrypt', 'decrypt'],
  );
}

const pageOf = (bytes: Uint8Array): string =>
  Array.from(bytes.subarray(1, 1 + PAGE_BYTES), (byte) => byte.toString(16).padStart(2, '0')).join('');

/**
 * Seals what is relayed with the key of a call's link, which no server sees (PROTOCOL.md, "The relayed payload"). Bound to
 * the call, the sender's seat and epoch, the sending page and its count: nothing can be opened as what it is not.
 */
export class LinkSeal {
  readonly #key: CryptoKey;
  readonly #callId: string;
  readonly #page: Uint8Array;
  #sequence = 0;

  private constructor(key: CryptoKey, callId: string, page: Uint8Array) {
    this.#key = key;
    this.#callId = callId;
    this.#page = page;
  }

  /** @param page for tests of the form; a page draws its own, never one it had before. */
  static async of(
    key: Uint8Array<ArrayBuffer>,
    callId: string,
    page: Uint8Array = crypto.getRandomValues(new Uint8Array(PAGE_BYTES)),
  ): Promise<LinkSeal> {
    return new LinkSeal(await deriveKey(key, callId), callId, page);
  }

  async seal(seat: SeatNumber, epoch: number, bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
    this.#sequence += 1;
    const header = new Uint8Array(HEADER_BYTES);
    header[0] = SEAL_VERSION;
    header.set(this.#page, 1);
    const view = new DataView(header.buffer);
    view.setUint32(1 + PAGE_BYTES, this.#sequence);
    view.setUint32(1 + PAGE_BYTES + 4, epoch);
    const sealed = new Uint8Array(await crypto.subtle.encrypt(this.#bound(seat, header), this.#key, bytes));
    const whole = new Uint8Array(HEADER_BYTES + sealed.length);
    whole.set(header);
    whole.set(sealed, HEADER_BYTES);
    return whole;
  }

  /** @param seat The seat it must come from. */
  async open(seat: SeatNumber, whole: Uint8Array<ArrayBuffer>): Promise<Unsealed> {
    if (whole[0] !== SEAL_VERSION || whole.length < HEADER_BYTES + TAG_BYTES) {
      return { ok: false, why: 'foreign' };
    }
    const header = whole.slice(0, HEADER_BYTES);
    const view = new DataView(header.buffer);
    try {
      const opened = await crypto.subtle.decrypt(
        this.#bound(seat, header),
        this.#key,
        whole.subarray(HEADER_BYTES),
      );
      return {
        ok: true,
        header: {
          page: pageOf(header),
          sequence: view.getUint32(1 + PAGE_BYTES),
          epoch: view.getUint32(1 + PAGE_BYTES + 4),
        },
        bytes: new Uint8Array(opened),
      };
    } catch {
      return { ok: false, why: 'unopened' };
    }
  }

  /** Call and seat are not sent along: both sides know them, and what was meant for another place does not open. */
  #bound(seat: SeatNumber, header: Uint8Array<ArrayBuffer>): AesGcmParams {
    const place = text.encode(`${LABEL}\n${this.#callId}\n${seat}\n`);
    const additionalData = new Uint8Array(place.length + header.length);
    additionalData.set(place);
    additionalData.set(header, place.length);
    return { name: 'AES-GCM', iv: header.subarray(...IV), additionalData };
  }
}
