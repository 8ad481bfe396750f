import {
  CALL_KEY_BYTES,
  isCallIdShaped,
  isCallKey,
  isFields,
  parseCallLink,
  parseJson,
  toBase64Url,
} from '@protocol';
import { tabStore } from '@/storage/guarded-storage';

// The key of a call this tab is in, or was: so that the address need not show it any longer than it is of use there.

export interface KeptKey {
  readonly key: string;
  /** This tab made the link: nothing can have happened to it on the way. */
  readonly madeHere: boolean;
}

/** The key of a new call: made here, kept in the link's fragment, never sent to the server. */
export const makeCallKey = (): string => toBase64Url(crypto.getRandomValues(new Uint8Array(CALL_KEY_BYTES)));

const PREFIX = 'o-to-o/key/';

export function keepKey(callId: string, kept: KeptKey): void {
  tabStore.set(PREFIX + callId, JSON.stringify(kept));
}

/** It opens nothing. */
export function forgetKey(callId: string): void {
  tabStore.remove(PREFIX + callId);
}

/** What stands in storage may be from another version, or anybody's. */
export function keptKey(callId: string): KeptKey | null {
  const json = parseJson(tabStore.get(PREFIX + callId) ?? '');
  if (!json.ok || !isFields(json.value)) return null;
  const { key, madeHere } = json.value;
  return isCallKey(key) ? { key, madeHere: madeHere === true } : null;
}

/** The call of the address that was opened, whether or not it still shows its key; null: it is none, or damaged. */
export function callOf({ href, pathname }: Location): { callId: string; key: string } | null {
  const link = parseCallLink(href);
  if (link) return link;
  const [, page, callId] = pathname.split('/');
  if (page !== 'c' || !isCallIdShaped(callId)) return null;
  const kept = keptKey(callId);
  return kept && { callId, key: kept.key };
}
