import { tabStore } from '@/storage/guarded-storage';

/** Where a tab remembers how it is in a call; see identity.ts, which reads and writes it. */
export const markOf = (callId: string): string => `o-to-o/in-call/${callId}`;

/** Was this tab in the call when its page went away? */
export const wasInCall = (callId: string): boolean => tabStore.get(markOf(callId)) !== null;
