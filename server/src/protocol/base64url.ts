import { bad, good, type Decoded } from './decode.js';

const SHAPE = /^[A-Za-z0-9_-]*$/;

/** Bytes as base64url without padding (RFC 4648, section 5). */
export const toBase64Url = (bytes: Uint8Array): string =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

/** The bytes of base64url without padding; never throws. */
export function fromBase64Url(text: string): Decoded<Uint8Array<ArrayBuffer>> {
  // A single character left over is half a byte: atob would throw.
  if (!SHAPE.test(text) || text.length % 4 === 1) return bad('not base64url');
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return good(Uint8Array.from(binary, (character) => character.charCodeAt(0)));
}
