import { takeBegun, type Begun } from '@/early/begun';
import { endFirstPicture, showFirstPicture } from '@/early/first-picture';
import { answerAhead } from '@/media/asked-ahead';
import { LocalMedia, type DeviceKind } from '@/media/local-media';
import { CallSession } from './call-session';
import { passes } from './steady-screen';
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

/** How long (ms) after two are connected the first picture is waited for. */
const FIRST_PICTURE_MS = 500;

/** A call's link, opened: the session and the own devices, from now until the page is left. */
export class OpenedCall {
  readonly media: LocalMedia;
  readonly session: CallSession;
  /** Everything that takes its time is asked for. */
  readonly begun: Promise<void>;
  private readonly told = new LastTold();
  private readonly address: string;

  constructor(callId: string, key: string) {
    this.address = `${callId}#${key}`;
    const ahead = takeBegun(callId, key);
    this.media = new LocalMedia(ahead ? { ahead: answerAhead(ahead) } : {});
    this.session = new CallSession(callId, key, this.media, this.told.tell, ahead?.socket);
    this.begun = this.begin(ahead);
  }

  isOf(callId: string, key: string): boolean {
    return this.address === `${callId}#${key}`;
  }

  listen(listener: Tell): void {
    this.told.listen(listener);
  }

  /** Nothing more is told that will be over in a moment: also the first picture is seen, or there is none. */
  settled(): Promise<void> {
    return new Promise((settle) => {
      this.told.listen(({ screen, remoteStream, remote }) => {
        if (remoteStream?.getVideoTracks().length) void showFirstPicture(remoteStream).then(settle);
        if (remoteStream === null || remote?.camera === false) endFirstPicture();
        if (remote?.camera === false) settle();
        if (screen?.is === 'connected') setTimeout(settle, FIRST_PICTURE_MS);
        else if (screen && !passes(screen)) settle();
      });
    });
  }

  /** A page nobody looks at asks for nothing and joins nothing. */
  private async begin(ahead: Begun | null): Promise<void> {
    if (isAhead()) await whenSeen();
    const opened = this.session.open();
    ahead?.take({
      join: () => this.session.joinEarly(),
      switchTo: (kind, to) => this.switchTo(kind, to),
    });
    await opened;
  }

  /** Also what was switched on again is asked for anew: switched off, it was stopped. */
  private switchTo(kind: DeviceKind, to: 'on' | 'off'): void {
    this.media.turnOff(kind);
    if (to === 'on') void this.media.turnOn(kind);
  }
}

/** The call whose link this document was opened with, until its page takes it. */
let first: OpenedCall | null = null;

/**
 * Begins the call of the address before there is any page: devices, tab and socket need their time, and the page needs
 * its own. Resolves when there is something to draw: the lobby, or what comes of having joined from the page's own.
 */
export async function openAhead(callId: string, key: string): Promise<void> {
  first = new OpenedCall(callId, key);
  await first.begun;
  await first.settled();
}

/** There will be no page for it. */
export function endAhead(): void {
  first?.session.close();
  first = null;
}

/** The call of this address: the one begun ahead, or a new one. */
export function openCall(callId: string, key: string): OpenedCall {
  const ahead = first;
  first = null;
  if (ahead?.isOf(callId, key)) return ahead;
  ahead?.session.close();
  return new OpenedCall(callId, key);
}
