import { LocalMedia } from '@/media/local-media';
import { CallSession } from './call-session';
import type { CallScreen, CallSessionEvents } from './call-view';

type Remote = Parameters<CallSessionEvents['remoteMedia']>[0];

/** What a session told last: a call begins before there is a page to show it. */
class LastTold {
  private current: CallScreen = { is: 'opening' };
  private at: number | null = null;
  private stream: MediaStream | null = null;
  private media: Remote = { camera: true, microphone: true };
  private listener: CallSessionEvents | null = null;

  readonly events: CallSessionEvents = {
    screen: (screen) => {
      this.current = screen;
      this.listener?.screen(screen);
    },
    metAt: (at) => {
      this.at = at;
      this.listener?.metAt(at);
    },
    remoteStream: (stream) => {
      this.stream = stream;
      this.listener?.remoteStream(stream);
    },
    remoteMedia: (media) => {
      this.media = media;
      this.listener?.remoteMedia(media);
    },
  };

  /** From now on; what was told before comes at once. */
  listen(listener: CallSessionEvents): void {
    this.listener = listener;
    listener.screen(this.current);
    listener.metAt(this.at);
    listener.remoteStream(this.stream);
    listener.remoteMedia(this.media);
  }
}

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
    this.session = new CallSession(callId, key, this.media, this.told.events);
    this.begun = this.session.open();
  }

  isOf(callId: string, key: string): boolean {
    return this.address === `${callId}#${key}`;
  }

  listen(events: CallSessionEvents): void {
    this.told.listen(events);
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
