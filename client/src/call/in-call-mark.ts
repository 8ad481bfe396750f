import { tabStore } from '@/storage/guarded-storage';

/** Where a tab remembers how it is in a call; see identity.ts, which reads and writes it. */
export const markOf = (callId: string): string => `o-to-o/in-call/${callId}`;

/** Was this tab in the call when its page went away? */
export const wasInCall = (callId: string): boolean => tabStore.get(markOf(callId)) !== null;

/**
 * The page of this call, opened next in this tab, goes straight in without a lobby, as after a reload: for who has said so
 * already, by ringing or by accepting.
 */
export function goStraightIn(
  callId: string,
  { camera, microphone }: Record<'camera' | 'microphone', boolean>,
): void {
  tabStore.set(markOf(callId), JSON.stringify({ slot: 0, camera, microphone, talkingSince: null }));
}
