import { parseJson } from '@protocol';
import { countArrived, type Arrived } from './arrived';
import { fingerprintsOf, type Fingerprints } from './fingerprint';
import { Negotiation, type NegotiationBody } from './negotiation';
import { LAST_WORDS_MS, type Leftover } from './leftover';
import type { Instance, MediaFlags, PeerBody } from './peer-messages';
import type { RtcConnection, RtcFactory } from './rtc';
import { PictureSending, preferAudio } from './sending';

export type TrackKind = 'audio' | 'video';
export type LocalTracks = Readonly<Record<TrackKind, MediaStreamTrack | null>>;

/** What a connection says of itself. */
export type PeerLinkEvent =
  /** To be carried to the other page, by whichever way is open. */
  | { readonly type: 'send'; readonly body: PeerBody }
  /** Will be sent once the other page is there. */
  | { readonly type: 'ready'; readonly body: PeerBody }
  | { readonly type: 'track'; readonly track: MediaStreamTrack }
  /** Anything at all arrived from the other browser. */
  | { readonly type: 'heard' }
  /** Both descriptions are known. */
  | { readonly type: 'answered' }
  | { readonly type: 'broken' }
  /** The data channels carry from now on. */
  | { readonly type: 'open' }
  /** Came over the data channel: JSON of this connection's own affairs, or a text for the call. */
  | { readonly type: 'control'; readonly value: unknown }
  | { readonly type: 'app'; readonly text: string };

export interface PeerLinkOptions {
  readonly rtc: RtcFactory;
  readonly iceServers: readonly RTCIceServer[];
  /** Seat 0 makes the first offer, and every restart. */
  readonly leads: boolean;
  readonly generation: number;
  readonly remote: Instance | null;
  readonly tracks: () => LocalTracks;
  readonly mediaFlags: () => MediaFlags;
  readonly now: () => number;
  readonly onEvent: (event: PeerLinkEvent) => void;
}

/** Channel ids both sides agree on beforehand, so that no negotiation announces them. */
const CONTROL_CHANNEL = 0;
const APP_CHANNEL = 1;
/** A sign of life between browsers, so that silence means trouble even when both are muted. */
const BEAT = '.';
/** Two looks (ms) at the packet counters that are further apart are not compared. */
const LOOK_AGAIN_MS = 1000;

const KINDS: readonly TrackKind[] = ['audio', 'video'];

/** One RTCPeerConnection to one page, from its making to its end. */
export class PeerLink {
  readonly generation: number;
  /** The other page; null until it has spoken. */
  remote: Instance | null;
  private readonly options: PeerLinkOptions;
  private readonly connection: RtcConnection;
  private readonly negotiation: Negotiation;
  private readonly control: RTCDataChannel;
  private readonly app: RTCDataChannel;
  private seen: { readonly at: number; readonly packets: number } | null = null;
  private sending: PictureSending | null = null;
  /** What the other said before both channels were open here: heard once this connection is known to be open. */
  private early: string[] | null = [];
  private closed = false;

  constructor(options: PeerLinkOptions) {
    this.options = options;
    this.generation = options.generation;
    this.remote = options.remote;
    this.connection = options.rtc({ iceServers: [...options.iceServers], bundlePolicy: 'max-bundle' });
    this.control = this.connection.createDataChannel('control', { negotiated: true, id: CONTROL_CHANNEL });
    this.app = this.connection.createDataChannel('app', { negotiated: true, id: APP_CHANNEL });
    this.negotiation = new Negotiation(
      {
        connection: this.connection,
        polite: !options.leads,
        send: (body) => {
          this.tell({ type: 'send', body });
        },
        ready: (body) => {
          this.tell({ type: 'ready', body });
        },
        mediaFlags: options.mediaFlags,
        now: options.now,
        beforeAnswer: () => {
          this.takeUpTransceivers();
        },
        onAnswered: () => {
          this.tell({ type: 'answered' });
          this.openIfReady();
        },
        onBroken: () => {
          this.tell({ type: 'broken' });
        },
      },
      !options.leads,
    );
    this.listen();
    if (options.leads) this.lead();
  }

  /** The other person is there: say the offer that was prepared. */
  announce(): void {
    void this.negotiation.announce();
  }

  get isAnnounced(): boolean {
    return this.negotiation.isAnnounced;
  }

  receive(body: NegotiationBody): void {
    void this.negotiation.receive(body);
  }

  restart(): void {
    this.negotiation.restart();
  }

  resend(): void {
    this.negotiation.resend();
  }

  /** Ids of the newest own offer, and of the newest one taken from the other side. */
  get offers(): { readonly own: number; readonly taken: number } {
    return this.negotiation.offers;
  }

  pendingMs(): number | null {
    return this.negotiation.pendingMs();
  }

  /** Sends this track from now on; null: nothing is sent. Needs no negotiation: both directions are always agreed. */
  setTrack(kind: TrackKind, track: MediaStreamTrack | null): void {
    const sender = this.transceiver(kind)?.sender;
    // A track that ended in this very moment is refused; the next change brings the next one.
    sender?.replaceTrack(track).catch(() => undefined);
    if (kind === 'video') this.picture?.follow(track);
  }

  /** Packets flow again after a cut. */
  refreshPicture(): void {
    this.picture?.orderWhole();
  }

  get isOpen(): boolean {
    return this.control.readyState === 'open';
  }

  /** The certificates of the two ends; null as long as they are not known for sure. */
  fingerprints(): Fingerprints | null {
    return fingerprintsOf(this.connection);
  }

  /** False: the channel is not open, say it another way. */
  sendControl(value: unknown): boolean {
    return this.sendOn(this.control, JSON.stringify(value));
  }

  sendApp(text: string): boolean {
    return this.sendOn(this.app, text);
  }

  beat(): void {
    // What has not left yet is sign of life enough once it arrives.
    if (this.isOpen && this.control.bufferedAmount === 0) this.sendOn(this.control, BEAT);
  }

  /** Looks whether packets arrived since the look just before; for when beats are missing. */
  async look(): Promise<void> {
    const before = this.seen;
    const { camera, microphone } = await this.arrived();
    const packets = camera.packets + microphone.packets;
    const at = this.options.now();
    this.seen = { at, packets };
    // What arrived since a look long ago says nothing about now.
    if (before && at - before.at < LOOK_AGAIN_MS && packets > before.packets) {
      this.tell({ type: 'heard' });
    }
  }

  /** What has arrived until now. */
  arrived(): Promise<Arrived> {
    return countArrived(this.connection);
  }

  /** Ends this connection. What was said last still leaves. */
  close(): void {
    if (this.closed) return;
    this.end();
    setTimeout(() => {
      this.connection.close();
    }, LAST_WORDS_MS);
  }

  /** The call over this connection is over, and words may go on; null: none can, and it is closed. */
  part(): Leftover | null {
    if (this.closed || this.early) {
      this.close();
      return null;
    }
    this.end();
    return { connection: this.connection, channel: this.app };
  }

  private end(): void {
    this.closed = true;
    this.negotiation.close();
    for (const kind of KINDS) this.setTrack(kind, null);
  }

  private tell(event: PeerLinkEvent): void {
    if (!this.closed) this.options.onEvent(event);
  }

  private sendOn(channel: RTCDataChannel, text: string): boolean {
    if (this.closed || channel.readyState !== 'open') return false;
    try {
      channel.send(text);
      return true;
    } catch {
      return false;
    }
  }

  private transceiver(kind: TrackKind): RTCRtpTransceiver | undefined {
    return this.connection.getTransceivers().find(({ receiver }) => receiver.track.kind === kind);
  }

  private get picture(): PictureSending | null {
    const sender = this.transceiver('video')?.sender;
    if (sender) this.sending ??= new PictureSending(sender);
    return this.sending;
  }

  private lead(): void {
    for (const kind of KINDS) {
      const { sender } = this.connection.addTransceiver(this.options.tracks()[kind] ?? kind, {
        direction: 'sendrecv',
      });
      if (kind === 'audio') preferAudio(sender);
    }
    void this.negotiation.prepare();
  }

  /** Own tracks go onto the places the other side offered; later offers find them there. */
  private takeUpTransceivers(): void {
    for (const transceiver of this.connection.getTransceivers()) {
      if (transceiver.direction === 'sendrecv') continue;
      transceiver.direction = 'sendrecv';
      const kind = transceiver.receiver.track.kind === 'audio' ? 'audio' : 'video';
      this.setTrack(kind, this.options.tracks()[kind]);
    }
  }

  private listen(): void {
    this.connection.ontrack = ({ track }) => {
      this.tell({ type: 'track', track });
    };
    this.connection.onconnectionstatechange = () => {
      const { connectionState } = this.connection;
      if (connectionState === 'connected') this.tell({ type: 'heard' });
      if (connectionState === 'failed') this.tell({ type: 'broken' });
    };
    // Each channel opens in a turn of its own; words for one that is still shut would be lost.
    this.control.onopen = this.app.onopen = () => {
      this.openIfReady();
    };
    this.control.onclose = () => {
      this.tell({ type: 'broken' });
    };
    this.control.onmessage = ({ data }: MessageEvent<unknown>) => {
      this.tell({ type: 'heard' });
      const json = typeof data === 'string' && data !== BEAT ? parseJson(data) : null;
      if (json?.ok) this.tell({ type: 'control', value: json.value });
    };
    this.app.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (typeof data !== 'string') return;
      if (this.early) this.early.push(data);
      else this.tell({ type: 'app', text: data });
    };
  }

  /** Told once: both channels may be open by the time the first of the two says so. */
  private openIfReady(): void {
    const { early } = this;
    // Channels may open before the browser shows the answer they rest on (Chromium 156), and with it the certificate.
    const ready = this.isOpen && this.app.readyState === 'open' && this.connection.remoteDescription;
    if (!early || !ready) return;
    this.early = null;
    this.tell({ type: 'open' });
    for (const text of early) this.tell({ type: 'app', text });
  }
}
