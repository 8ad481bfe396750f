import { bad, good, parseJson, type Decoded } from '@protocol';
import { deflateSync, inflateSync } from 'fflate';
import { PAYLOAD_DICTIONARY } from './payload-dictionary';

/** Most bytes a payload may unfold to: far above any description, far below what hurts a phone. */
const MAX_UNPACKED_BYTES = 256 * 1024;

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

const pack = (json: string): Uint8Array<ArrayBuffer> =>
  deflateSync(new TextEncoder().encode(json), { dictionary: PAYLOAD_DICTIONARY, level: 9 });

let ahead: { readonly json: string; readonly packed: Uint8Array<ArrayBuffer> } | null = null;

/** Packs what will probably be said next, so that saying it takes no time. */
export function packAhead(value: unknown): void {
  const json = JSON.stringify(value);
  if (ahead?.json !== json) ahead = { json, packed: pack(json) };
}

/** Anything JSON can say → the bytes that are sealed and relayed: deflated with the dictionary both sides know. */
export function packPayload(value: unknown): Uint8Array<ArrayBuffer> {
  const json = JSON.stringify(value);
  return ahead?.json === json ? ahead.packed : pack(json);
}

/** What the other browser packed. Never throws; what it holds is still to be decoded field by field. */
export function unpackPayload(packed: Uint8Array): Decoded<unknown> {
  const inflated = inflate(packed);
  if (!inflated.ok) return inflated;
  const json = decodeText(inflated.value);
  return json.ok ? parseJson(json.value) : json;
}
