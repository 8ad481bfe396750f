import { isKnownCall } from '@/calls/known-call';
import type { SignalingClient } from '@/signaling/signaling-client';

/** The link is looked up (ms) after what a lobby needs first: picture, sound, the socket. */
const CHECK_LINK_MS = 2000;

/** What goes on while somebody makes themselves ready: nobody is told anything, no seat is taken. */
export class Lobby {
  /** Connected already: it says nothing yet, and saves the hand-shake later. */
  readonly signaling: SignalingClient;
  private readonly timer: ReturnType<typeof setTimeout>;
  private open = true;

  /** @param deadLink There is no such call any more: better said before joining. */
  constructor(callId: string, signaling: SignalingClient, deadLink: () => void) {
    this.signaling = signaling;
    signaling.open();
    this.timer = setTimeout(() => {
      void isKnownCall(callId).then((known) => {
        if (!known && this.open) deadLink();
      });
    }, CHECK_LINK_MS);
  }

  /** The person has joined, and takes the socket along. */
  leave(): SignalingClient {
    this.open = false;
    clearTimeout(this.timer);
    return this.signaling;
  }

  close(): void {
    this.leave().close();
  }
}
