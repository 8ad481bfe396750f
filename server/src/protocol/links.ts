import { isBase64Url } from './decode.js';

/** Bytes of the key in a call link's fragment. The server never sees it. */
export const CALL_KEY_BYTES = 16;

/** Bytes of a call id: 10 random, 3 creation hour, 8 proof. See presence/call-id.ts. */
export const CALL_ID_BYTES = 21;

export type CallPhase = 'empty' | 'waiting' | 'live' | 'interrupted';

/** Has this the shape of a call id? Only the server can say whether it is a true one. */
export const isCallIdShaped = (value: unknown): value is string => isBase64Url(value, CALL_ID_BYTES);

export const isCallKey = (value: unknown): value is string => isBase64Url(value, CALL_KEY_BYTES);

/** The address two people share. The key stands in the fragment, which browsers don't send. */
export const callLink = (origin: string, callId: string, key: string): string =>
  `${origin}/c/${callId}#${key}`;

/**
 * The key at the start of a fragment, with or without its `#`; null when there is none. Mail programs, chats and trackers
 * stick things to the end of a link (a full stop, a bracket, `%20`, `?fbclid=1`): what follows the key does not count,
 * unless it could belong to it, for then somebody typed into the key and it opens nothing.
 */
export function keyOfFragment(fragment: string): string | null {
  const [, key] = /^#?([A-Za-z0-9_-]+)/.exec(fragment) ?? [];
  return isCallKey(key) ? key : null;
}

/**
 * What somebody pasted → a call link's parts; null when it is none. Accepts a whole address or just its path, in the
 * middle of a text too, and with a query (which trackers add) before the fragment.
 */
export function parseCallLink(text: string): { callId: string; key: string } | null {
  const match = /(?:^|\/)c\/([A-Za-z0-9_-]+)\/?(?:\?[^#\s]*)?#(\S+)/.exec(text.trim());
  const [, callId, fragment = ''] = match ?? [];
  const key = keyOfFragment(fragment);
  return isCallIdShaped(callId) && key !== null ? { callId, key } : null;
}
