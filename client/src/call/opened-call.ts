import { LocalMedia } from '@/media/local-media';
import { CallSession } from './call-session';
import { nothingTold, type Tell, type Told } from './call-view';

// Who rings or is rung has a socket, too. They fetch it with all that a call needs, which comes next if it is answered; and
// what a call's page begins with stays one file (scripts that share a part would get it as a file of its own).
export { SignalingClient } from '@/signaling/signaling-client';
export { Identity } from './identity';

/** What a session told last: a call begins before there is a page to show it. */
class LastTold {
  private told: Told = nothingTold;
  private listener: Tell | null = null;

  readonly tell: Tell = (changed) => {
    this.told = { ...this.told, ...changed };
    this.listener?.(changed);
  };

  /** From now on; what was told before comes at once. */
  listen(listener: Tell): void {
    this.listener = listener;
    listener(this.told);
  }
}

/** A browser may draw a page ahead, for somebody who may never look at it (Chromium 108 and later). */
const isAhead = (): boolean => 'prerendering' in document && document.prerendering === true;

const whenSeen = (): Promise<unknown> =>
  new Promise((seen) => document.addEventListener('prerenderingchange', seen, { once: true }));

/** A call's link, opened: the session and the own devices, from now until the page is left. */
export class OpenedCall {
  readonly media = new LocalMedia();
  readonly session: CallSession;
  /** Everything that takes its time is asked for. */
  readonly begun: Promise<void>;
  private readonly told = new LastTold();
  private readonly address: string;

  constructor(callId: string, key: string) {
    this.address = `${callId}#${key}`;
    this.session = new CallSession(callId, key, this.media, this.told.tell);
    this.begun = this.begin();
  }

  isOf(callId: string, key: string): boolean {
    return this.address === `${callId}#${key}`;
  }

  listen(listener: Tell): void {
    this.told.listen(listener);
  }

  /** A page nobody looks at asks for nothing and joins nothing. */
  private async begin(): Promise<void> {
    if (isAhead()) await whenSeen();
    await this.session.open();
  }
}

/** The call whose link this document was opened with, until its page takes it. */
let first: OpenedCall | null = null;

/**
 * Begins the call of the address before there is any page: devices, tab and socket need their time, and the page needs
 * its own; so neither waits for the other.
 */
export function openAhead(callId: string, key: string): Promise<void> {
  first = new OpenedCall(callId, key);
  return first.begun;
}

/** The call of this address: the one begun ahead, or a new one. */
export function openCall(callId: string, key: string): OpenedCall {
  const ahead = first;
  first = null;
  if (ahead?.isOf(callId, key)) return ahead;
  ahead?.session.close();
  return new OpenedCall(callId, key);
}
