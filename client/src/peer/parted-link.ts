import { LAST_WORDS_MS, type Leftover } from './leftover';

/** What is heard over a connection whose call is over. */
export interface PartedEvents {
  readonly heard: (text: string) => void;
  /** The other page is gone, or has closed the connection. Told once. */
  readonly gone: () => void;
}

/**
 * A connection whose call is over: no picture, no sound, neither sent nor taken, never again; only words. The one who owns
 * it closes it.
 */
export class PartedLink {
  private readonly connection: Leftover['connection'];
  private readonly channel: Leftover['channel'];

  constructor({ connection, channel }: Leftover) {
    this.connection = connection;
    this.channel = channel;
    for (const transceiver of connection.getTransceivers()) {
      // A sender keeps the track it has when it is stopped (Chromium 156): so it loses it first.
      const emptied = transceiver.sender.replaceTrack(null).catch(() => undefined);
      void emptied.then(() => {
        transceiver.stop();
      });
    }
  }

  listen({ heard, gone }: PartedEvents): void {
    this.channel.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (typeof data === 'string') heard(data);
    };
    const lost = (): void => {
      if (this.channel.onclose === null) return;
      this.close();
      gone();
    };
    this.channel.onclose = lost;
    this.connection.onconnectionstatechange = () => {
      if (this.connection.connectionState === 'failed') lost();
    };
    if (this.channel.readyState !== 'open') lost();
  }

  /** False: it was not said. */
  say(text: string): boolean {
    if (this.channel.readyState !== 'open') return false;
    this.channel.send(text);
    return true;
  }

  /** For good. What was said last still leaves. */
  close(): void {
    this.channel.onmessage = this.channel.onclose = null;
    this.connection.onconnectionstatechange = null;
    setTimeout(() => {
      this.connection.close();
    }, LAST_WORDS_MS);
  }
}
