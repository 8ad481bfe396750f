import type { RtcConnection } from './rtc';

/** Words said last need this long (ms) to leave before a connection is closed. */
export const LAST_WORDS_MS = 250;

/** What is left of a connection whose call is over: nothing is sent over it any more, and its channel still carries words. */
export interface Leftover {
  readonly connection: RtcConnection;
  readonly channel: RTCDataChannel;
}
