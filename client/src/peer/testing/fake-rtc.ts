import type { RtcConnection, RtcFactory } from '../rtc';

/**
 * A browser's RTCPeerConnection as far as negotiation goes: signaling states with implicit rollback, ICE generations,
 * transceivers, negotiated channels. A path exists between two of them once each has the other's current description
 * and the wire is whole.
 */
export class FakeRtc {
  signalingState: RTCSignalingState = 'stable';
  connectionState: RTCPeerConnectionState = 'new';
  localDescription: RTCSessionDescription | null = null;
  remoteDescription: RTCSessionDescription | null = null;
  onnegotiationneeded: (() => void) | null = null;
  onicecandidate: ((event: { candidate: { candidate: string } | null }) => void) | null = null;
  onconnectionstatechange: (() => void) | null = null;
  ontrack: ((event: { track: MediaStreamTrack }) => void) | null = null;
  readonly transceivers: FakeTransceiver[] = [];
  readonly channels: FakeChannel[] = [];
  readonly addedCandidates: string[] = [];
  private readonly inbound = (['audio', 'video'] as const).map((kind) => ({
    type: 'inbound-rtp',
    kind,
    packetsReceived: 0,
    framesReceived: 0,
  }));
  restarts = 0;
  closed = false;
  /** Counts up with every ICE restart; stands in the description as its ufrag. */
  ice = 1;
  private iceDue = false;
  private stableLocal: RTCSessionDescription | null = null;
  private stableRemote: RTCSessionDescription | null = null;
  readonly name: string;
  private readonly lab: FakeRtcLab;

  constructor(name: string, lab: FakeRtcLab) {
    this.name = name;
    this.lab = lab;
  }

  get ufrag(): string {
    return `${this.name}i${String(this.ice)}`;
  }

  addTransceiver(trackOrKind: MediaStreamTrack | string): FakeTransceiver {
    const kind = typeof trackOrKind === 'string' ? trackOrKind : trackOrKind.kind;
    const transceiver = new FakeTransceiver(kind, 'sendrecv');
    this.transceivers.push(transceiver);
    return transceiver;
  }
  getTransceivers(): FakeTransceiver[] {
    return this.transceivers;
  }
  createDataChannel(): FakeChannel {
    const channel = new FakeChannel();
    this.channels.push(channel);
    return channel;
  }
  getStats(): Promise<Map<string, unknown>> {
    return Promise.resolve(new Map(this.inbound.map((entry) => [entry.kind, { ...entry }])));
  }

  /** So much more of one kind has arrived; by default a picture of three packets, or a packet of sound. */
  receive(kind: 'audio' | 'video', packets = kind === 'audio' ? 1 : 3, frames = 1): void {
    const entry = this.inbound.find((one) => one.kind === kind);
    if (!entry) return;
    entry.packetsReceived += packets;
    entry.framesReceived += frames;
  }

  async setLocalDescription(): Promise<void> {
    await this.lab.turn();
    if (this.closed) throw new Error('closed');
    if (this.signalingState === 'have-remote-offer') {
      this.localDescription = this.describe('answer');
      this.settle();
    } else {
      if (this.iceDue) {
        this.ice += 1;
        this.iceDue = false;
      }
      this.localDescription = this.describe('offer');
      this.signalingState = 'have-local-offer';
    }
    queueMicrotask(() =>
      this.onicecandidate?.({
        candidate: { candidate: `candidate:1 1 udp 1 h 1 typ host ufrag ${this.ufrag}` },
      }),
    );
  }

  async setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
    await this.lab.turn();
    if (this.closed) throw new Error('closed');
    const taken = { type: description.type, sdp: description.sdp ?? '' } as RTCSessionDescription;
    if (description.type === 'answer') {
      if (this.signalingState !== 'have-local-offer') throw new Error('InvalidStateError');
      if (this.lab.channelsOpenEarly) for (const channel of this.channels) channel.open();
      this.remoteDescription = taken;
      this.settle();
      return;
    }
    if (this.signalingState === 'have-local-offer') this.localDescription = this.stableLocal; // implicit rollback
    const restarted = this.stableRemote && ufragOf(this.stableRemote.sdp) !== ufragOf(taken.sdp);
    if (restarted) this.ice += 1;
    this.remoteDescription = taken;
    this.signalingState = 'have-remote-offer';
    if (this.transceivers.length === 0) {
      this.transceivers.push(
        new FakeTransceiver('audio', 'recvonly'),
        new FakeTransceiver('video', 'recvonly'),
      );
    }
  }

  addIceCandidate(candidate: RTCIceCandidateInit): Promise<void> {
    this.addedCandidates.push(candidate.candidate ?? '');
    return Promise.resolve();
  }

  restartIce(): void {
    this.restarts += 1;
    this.iceDue = true;
    if (this.signalingState === 'stable') queueMicrotask(() => this.onnegotiationneeded?.());
  }

  close(): void {
    this.closed = true;
    this.connectionState = 'closed';
    this.lab.check();
  }

  become(state: RTCPeerConnectionState): void {
    if (this.closed || this.connectionState === state) return;
    this.connectionState = state;
    this.onconnectionstatechange?.();
    if (state !== 'connected') return;
    // As in browsers: each channel says in a turn of its own that it is open; it may be so before it says so.
    if (this.lab.channelsOpenTogether) for (const channel of this.channels) channel.readyState = 'open';
    for (const channel of this.channels) queueMicrotask(() => channel.open());
  }

  private describe(type: 'offer' | 'answer'): RTCSessionDescription {
    return {
      type,
      sdp: `v=0\r\na=ice-ufrag:${this.ufrag}\r\na=of:${this.name}\r\na=fingerprint:sha-256 ${certificateOf(this.name)}\r\n`,
    } as RTCSessionDescription;
  }

  private settle(): void {
    this.signalingState = 'stable';
    this.stableLocal = this.localDescription;
    this.stableRemote = this.remoteDescription;
    this.lab.check();
  }

  /** The two ICE generations this side would connect with. */
  pairing(): { own: string; other: string } | null {
    return this.stableLocal && this.stableRemote
      ? { own: ufragOf(this.stableLocal.sdp), other: ufragOf(this.stableRemote.sdp) }
      : null;
  }
}

/** Each connection has its own. */
export const certificateOf = (name: string): string =>
  Array.from({ length: 32 }, (_, at) => (name.charCodeAt(at % name.length) + at).toString(16)).join(':');

const ufragOf = (sdp: string): string => /a=ice-ufrag:(\S+)/.exec(sdp)?.[1] ?? '';

export class FakeTransceiver {
  direction: RTCRtpTransceiverDirection;
  readonly receiver: { track: { kind: string } };
  readonly sender = {
    track: null as MediaStreamTrack | null,
    replaceTrack: (track: MediaStreamTrack | null): Promise<void> => {
      this.sender.track = track;
      return Promise.resolve();
    },
    getParameters: () => ({ encodings: [{ active: this.switched.at(-1) ?? true }] }),
    // As Chromium: one change at a time.
    setParameters: async ({ encodings }: { encodings: { active: boolean }[] }): Promise<void> => {
      if (this.changing) throw new DOMException('one at a time', 'InvalidStateError');
      this.changing = true;
      await Promise.resolve();
      this.changing = false;
      for (const { active } of encodings) {
        if (active !== (this.switched.at(-1) ?? true)) this.switched.push(active);
      }
    },
  };
  /** Neither sends nor takes any more, for good. */
  stopped = false;
  stop(): void {
    this.stopped = true;
  }
  /** How the encoding was switched, in order. */
  readonly switched: boolean[] = [];
  private changing = false;
  constructor(kind: string, direction: RTCRtpTransceiverDirection) {
    this.direction = direction;
    this.receiver = { track: { kind } };
  }
}

export class FakeChannel {
  readyState: RTCDataChannelState = 'connecting';
  bufferedAmount = 0;
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  peer: FakeChannel | null = null;
  whole: () => boolean = () => true;

  private get isClosing(): boolean {
    return this.readyState === 'closing' || this.readyState === 'closed';
  }

  open(): void {
    if (this.isClosing) return;
    this.readyState = 'open';
    this.onopen?.();
  }
  send(data: string): void {
    const { peer } = this;
    if (this.whole()) queueMicrotask(() => peer?.onmessage?.({ data }));
  }
  shut(): void {
    if (this.readyState === 'closed') return;
    this.readyState = 'closed';
    this.onclose?.();
  }
}

/** All connections of a test, and the wire between them. */
export class FakeRtcLab {
  readonly all: FakeRtc[] = [];
  /** False: nothing passes between browsers. */
  whole = true;
  /** All channels of a connection are open when the first says so. */
  channelsOpenTogether = false;
  /** Channels open before the browser shows the answer they rest on. */
  channelsOpenEarly = false;

  factory(name: string): RtcFactory {
    return () => {
      const made = new FakeRtc(`${name}${String(this.all.length)}`, this);
      this.all.push(made);
      return made as unknown as RtcConnection;
    };
  }

  of(name: string): FakeRtc[] {
    return this.all.filter((one) => one.name.startsWith(name));
  }

  /** A browser's operations take a turn of the event loop. */
  turn(): Promise<void> {
    return Promise.resolve();
  }

  /** Connects what has a path, closes channels whose other end is gone. */
  check(): void {
    for (const a of this.all) {
      for (const b of this.all) if (a !== b) this.pair(a, b);
    }
  }

  private pair(a: FakeRtc, b: FakeRtc): void {
    const [x, y] = [a.pairing(), b.pairing()];
    if (x?.own !== y?.other || x?.other !== y?.own || x === null) return;
    if (a.closed !== b.closed) {
      for (const channel of (a.closed ? b : a).channels) if (this.whole) channel.shut();
      return;
    }
    if (!this.whole || a.closed) return;
    a.channels.forEach((channel, index) => {
      channel.peer = b.channels[index] ?? null;
      channel.whole = () => this.whole;
    });
    a.become('connected');
  }
}
