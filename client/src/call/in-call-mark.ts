import { browserStore, tabStore } from '@/storage/guarded-storage';

/** Where a tab remembers how it is in a call; see identity.ts, which reads and writes it. */
export const markOf = (callId: string): string => `o-to-o/in-call/${callId}`;

/** Where a browser keeps who somebody is in a call, by call and slot; see identity.ts. */
export const HOLDER_PREFIX = 'o-to-o/holder/';

export const holderKeyOf = (callId: string, slot: 0 | 1): string => `${HOLDER_PREFIX}${callId}/${slot}`;

/** Does this browser keep anything of somebody who was in this call? */
export const isKnownHere = (callId: string): boolean =>
  browserStore.get(holderKeyOf(callId, 0)) !== null || browserStore.get(holderKeyOf(callId, 1)) !== null;

const rungKey = (callId: string): string => `o-to-o/rung/${callId}`;

/** The ring that this tab answered with this call; null: none. It can be blocked who rang so. */
export const rungFor = (callId: string): string | null => tabStore.get(rungKey(callId));

const byRingKey = (callId: string): string => `o-to-o/by-ring/${callId}`;

/** Did this tab come into this call by a ring or a line? Then its link was sent to nobody. */
export const cameByRing = (callId: string): boolean => tabStore.get(byRingKey(callId)) !== null;

/** In the browser's storage, before a ring's id: its caller is blocked, and the server has not been told yet. */
export const TO_BLOCK = 'o-to-o/to-block/';

/** Was this tab in the call when its page went away? */
export const wasInCall = (callId: string): boolean => tabStore.get(markOf(callId)) !== null;

/**
 * The page of this call, opened next in this tab, goes straight in without a lobby, as after a reload: for who has said so
 * already, by ringing or by accepting.
 * @param ringId what was accepted
 */
export function goStraightIn(
  callId: string,
  { camera, microphone }: Record<'camera' | 'microphone', boolean>,
  ringId?: string,
): void {
  tabStore.set(byRingKey(callId), '1');
  if (ringId) tabStore.set(rungKey(callId), ringId);
  tabStore.set(markOf(callId), JSON.stringify({ slot: 0, camera, microphone, talkingSince: null }));
}
