import { isCallIdShaped, isCallKey, isFields, isRingId, parseJson } from '@protocol';
import { tabStore } from '@/storage/guarded-storage';
import type { MadeCall } from './ring-machine';

// A place in a line outlives a reload of the tab that waits in it.

export interface KeptPlace {
  readonly ringId: string;
  readonly call: MadeCall;
}

const keyOf = (slug: string): string => `o-to-o/waiting/${slug}`;

export const keepPlace = (slug: string, place: KeptPlace): void =>
  tabStore.set(keyOf(slug), JSON.stringify(place));

export const forgetPlace = (slug: string): void => tabStore.remove(keyOf(slug));

/** What stands in storage may be from another version, or anybody's. */
export function keptPlace(slug: string): KeptPlace | null {
  const json = parseJson(tabStore.get(keyOf(slug)) ?? '');
  if (!json.ok || !isFields(json.value)) return null;
  const { ringId, call } = json.value;
  if (!isRingId(ringId) || !isFields(call)) return null;
  const { callId, key } = call;
  return isCallIdShaped(callId) && isCallKey(key) ? { ringId, call: { callId, key } } : null;
}
