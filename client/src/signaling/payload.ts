import { bad, good, parseJson, type Decoded } from '@protocol';
import { deflateSync, inflateSync } from 'fflate';
import { PAYLOAD_DICTIONARY } from './payload-dictionary';

/** First byte of what is relayed: how the rest was made, dictionary included. */
export const PAYLOAD_VERSION = 1;

/** Longest payload (characters) that is read. The largest description a browser makes packs into about 2,000. */
const MAX_PACKED_LENGTH = 16 * 1024;

/** Most bytes a payload may unfold to: far above any description, far below what hurts a phone. */
const MAX_UNPACKED_BYTES = 256 * 1024;

const BASE64URL = /^[A-Za-z0-9_-]+$/;

const toBase64Url = (bytes: Uint8Array): string =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

function fromBase64Url(text: string): Decoded<Uint8Array> {
  // A single character left over is half a byte: atob would throw.
  if (!BASE64URL.test(text) || text.length % 4 === 1) return bad('not base64url');
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return good(Uint8Array.from(binary, (character) => character.charCodeAt(0)));
}

function inflate(packed: Uint8Array): Decoded<Uint8Array> {
  try {
    // Into a buffer of fixed size, one byte longer than allowed: what would unfold further fills it and is refused.
    const out = new Uint8Array(MAX_UNPACKED_BYTES + 1);
    const bytes = inflateSync(packed, { dictionary: PAYLOAD_DICTIONARY, out });
    return bytes.length > MAX_UNPACKED_BYTES ? bad('too large') : good(bytes);
  } catch {
    return bad('not deflate');
  }
}

function decodeText(bytes: Uint8Array): Decoded<string> {
  try {
    return good(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return bad('not UTF-8');
  }
}

function pack(json: string): string {
  const deflated = deflateSync(new TextEncoder().encode(json), { dictionary: PAYLOAD_DICTIONARY, level: 9 });
  const packed = new Uint8Array(deflated.length + 1);
  packed[0] = PAYLOAD_VERSION;
  packed.set(deflated, 1);
  return toBase64Url(packed);
}

let ahead: { readonly json: string; readonly packed: string } | null = null;

/** Packs what will probably be said next, so that saying it takes no time. */
export function packAhead(value: unknown): void {
  const json = JSON.stringify(value);
  if (ahead?.json !== json) ahead = { json, packed: pack(json) };
}

/** Anything JSON can say → the text that is relayed: deflated with the dictionary both sides know, as base64url. */
export function packPayload(value: unknown): string {
  const json = JSON.stringify(value);
  return ahead?.json === json ? ahead.packed : pack(json);
}

/** What the other browser packed. Never throws; what it holds is still to be decoded field by field. */
export function unpackPayload(text: string): Decoded<unknown> {
  if (text.length > MAX_PACKED_LENGTH) return bad('too large');
  const packed = fromBase64Url(text);
  if (!packed.ok) return packed;
  if (packed.value[0] !== PAYLOAD_VERSION) return bad('another version');
  const inflated = inflate(packed.value.subarray(1));
  if (!inflated.ok) return inflated;
  const json = decodeText(inflated.value);
  return json.ok ? parseJson(json.value) : json;
}
