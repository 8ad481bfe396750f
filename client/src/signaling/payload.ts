import { deflateSync, inflateSync } from 'fflate';
import { PAYLOAD_DICTIONARY } from './payload-dictionary';

// Fetched when it is needed (call/load-call-run.ts). It imports nothing of what every page has: the bundler would make files of
// their own of that, and each would be one request more before a lobby is drawn.

/** Most bytes a payload may unfold to: far above any description, far below what hurts a phone. */
const MAX_UNPACKED_BYTES = 256 * 1024;

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

/** Why a payload is none. */
export type Unusable = 'too large' | 'not deflate' | 'not UTF-8' | 'not JSON';

export type Unpacked =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: Unusable };

function attempt<T>(work: () => T): { readonly done: T } | null {
  try {
    return { done: work() };
  } catch {
    return null;
  }
}

const bad = (problem: Unusable): Unpacked => ({ ok: false, problem });

/**
 * Where payloads unfold, one after the other, and nothing stays of one. Of fixed size, one byte longer than allowed: what
 * would unfold further fills it and is refused. Made once: zeros for each would take longer than all the rest.
 */
let room: Uint8Array | null = null;

/** What the other browser packed. Never throws; what it holds is still to be decoded field by field. */
export function unpackPayload(packed: Uint8Array): Unpacked {
  const out = (room ??= new Uint8Array(MAX_UNPACKED_BYTES + 1));
  const bytes = attempt(() => inflateSync(packed, { dictionary: PAYLOAD_DICTIONARY, out }));
  if (!bytes) return bad('not deflate');
  if (bytes.done.length > MAX_UNPACKED_BYTES) return bad('too large');
  const text = attempt(() => new TextDecoder('utf-8', { fatal: true }).decode(bytes.done));
  if (!text) return bad('not UTF-8');
  const value = attempt<unknown>(() => JSON.parse(text.done));
  return value ? { ok: true, value: value.done } : bad('not JSON');
}
