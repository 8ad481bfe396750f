import { isCallKey, isFields, parseJson } from '@protocol';
import { tabStore } from '@/storage/guarded-storage';

// The key of a call this tab is in, or was: so that the address need not show it any longer than it is of use there.

export interface KeptKey {
  readonly key: string;
  /** This tab made the link: nothing can have happened to it on the way. */
  readonly madeHere: boolean;
}

const PREFIX = 'o-to-o/key/';

export function keepKey(callId: string, kept: KeptKey): void {
  tabStore.set(PREFIX + callId, JSON.stringify(kept));
}

/** What stands in storage may be from another version, or anybody's. */
export function keptKey(callId: string): KeptKey | null {
  const json = parseJson(tabStore.get(PREFIX + callId) ?? '');
  if (!json.ok || !isFields(json.value)) return null;
  const { key, madeHere } = json.value;
  return isCallKey(key) ? { key, madeHere: madeHere === true } : null;
}
