import { callLink, isCallIdShaped, isCallKey, type Entered } from '@protocol';
import { decodeAppFrame, encodeAppFrame } from '@/channel/app-frames';
import type { LocalMedia } from '@/media/local-media';
import { PeerSession, type PeerSessionEvents } from '@/peer/peer-session';
import { browserRtc, hasRtc } from '@/peer/rtc';
import { packPayload, unpackPayload } from '@/signaling/payload';
import { SignalingClient, type SignalingEvent } from '@/signaling/signaling-client';
import {
  opening,
  screenOf,
  stepCall,
  type CallInput,
  type CallState,
  type MediaStatus,
} from './call-machine';
import type { CallScreen, DeviceKind } from './call-view';
import { Identity, makeHolder, type Credentials, type DevicesOn, type Slot } from './identity';
import { claimTab, stealTab, type TabClaim } from './tab-claim';

/** What the session tells its face. */
export interface CallSessionEvents {
  screen(screen: CallScreen): void;
  /** performance.now() of the first moment together; null: not yet. */
  metAt(at: number | null): void;
  remoteStream(stream: MediaStream | null): void;
  remoteMedia(media: { camera: boolean; microphone: boolean }): void;
}

/** One run of a call: from join to hang-up. What belongs to an older run says nothing any more. */
interface Run {
  readonly peer: PeerSession;
  readonly signaling: SignalingClient;
}

const INSTANCE_BYTES = 6;

/** How long (ms) to wait for this call's place among the tabs: a page that reloads may meet its own dying self. */
const CLAIM_WAIT_MS = { reload: 2000, first: 400 };

const now = (): number => performance.now();

function newInstance(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(INSTANCE_BYTES));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_');
}

const KINDS: readonly DeviceKind[] = ['camera', 'microphone'];
const EVERYTHING_ON: DevicesOn = { camera: true, microphone: true };

const trackOf = (media: LocalMedia, kind: DeviceKind): MediaStreamTrack | null => {
  const device = media[kind];
  return device.is === 'on' ? device.track : null;
};

/**
 * The one place where the parts of a call meet: the socket, the other browser, the own devices, who this is, which tab
 * this is. It carries events from one to the other; what they mean is decided in call-machine.ts.
 */
export class CallSession {
  private state: CallState = opening;
  private slot: Slot = 0;
  /** A third tab of one browser is a third person: a name for this once, and the server's answer. */
  private stranger: Credentials | null = null;
  private claim: TabClaim | null = null;
  private run: Run | null = null;
  /** Connected while one is still in the lobby: it says nothing yet, and saves the hand-shake later. */
  private early: SignalingClient | null = null;
  private remote: MediaStream | null = null;
  /** What was on when the last run ended: coming back turns it on again. */
  private wanted: DevicesOn = EVERYTHING_ON;
  private closed = false;
  private readonly identity: Identity;
  private readonly stopListening: () => void;
  private readonly callId: string;
  private readonly key: string;
  private readonly media: LocalMedia;
  private readonly events: CallSessionEvents;

  constructor(callId: string, key: string, media: LocalMedia, events: CallSessionEvents) {
    this.callId = callId;
    this.key = key;
    this.media = media;
    this.events = events;
    this.identity = new Identity(callId);
    this.stopListening = media.onChange(() => {
      this.mediaChanged();
    });
  }

  get link(): string {
    return callLink(location.origin, this.callId, this.key);
  }

  /** The page was opened: lobby, straight back in, or the question which tab it shall be. */
  async open(): Promise<void> {
    if (!isCallIdShaped(this.callId)) return this.dispatch({ type: 'opened', as: 'unknown-call' });
    if (!isCallKey(this.key)) return this.dispatch({ type: 'opened', as: 'damaged-link' });
    if (!hasRtc()) return this.dispatch({ type: 'opened', as: 'no-webrtc' });
    const before = this.identity.interrupted();
    this.slot = before?.slot ?? 0;
    const claim = await claimTab(this.callId, this.slot, before ? CLAIM_WAIT_MS.reload : CLAIM_WAIT_MS.first);
    if (!claim) return this.dispatch({ type: 'opened', as: 'second-tab' });
    if (!before) return this.toLobby(claim);
    if (!this.keepClaim(claim)) return;
    this.startDevices(before);
    this.join();
  }

  /** Moves the call from the other tab to this one. */
  async moveHere(): Promise<void> {
    this.slot = 0;
    this.toLobby(await stealTab(this.callId, this.slot));
  }

  /** Enters as the second person, beside the other tab of this browser. */
  async joinSecond(): Promise<void> {
    this.slot = 1;
    const claim = await claimTab(this.callId, this.slot, CLAIM_WAIT_MS.first);
    if (!claim) this.stranger = { holder: makeHolder() };
    this.toLobby(claim);
  }

  join(): void {
    const { stage } = this.state;
    if (this.closed || stage === 'in') return;
    this.dispatch({ type: 'join' });
    const peer = this.newPeer();
    const signaling = this.early ?? this.newSignaling();
    this.early = null;
    this.run = { peer, signaling };
    this.mediaChanged();
    signaling.enter({ callId: this.callId, ...(this.stranger ?? this.identity.credentials(this.slot)) });
  }

  hangUp(): void {
    const { run } = this;
    run?.peer.sendApp(encodeAppFrame({ type: 'bye' }));
    run?.signaling.leave();
    this.finish();
    this.identity.markLeft();
    this.dispatch({ type: 'hang-up', at: now() });
  }

  /** Back in, after hanging up or after the call moved away. */
  async rejoin(): Promise<void> {
    if (this.state.stage !== 'over') return;
    // Another tab may have it now: coming back is moving it here.
    if (!this.stranger) this.keepClaim(await stealTab(this.callId, this.slot));
    this.startDevices(this.wanted);
    this.join();
  }

  /** The page is left. The seat is kept for a while, in case it was a mistake. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.run?.signaling.close();
    this.finish();
    this.early?.close();
    this.stopListening();
    this.media.close();
    this.claim?.release();
  }

  private toLobby(claim: TabClaim | null): void {
    if (!this.keepClaim(claim)) return;
    this.early = this.newSignaling();
    this.early.open();
    this.startDevices(EVERYTHING_ON);
    this.dispatch({ type: 'opened', as: 'lobby' });
  }

  /** False: the page was left while this was being found out. */
  private keepClaim(claim: TabClaim | null): boolean {
    if (this.closed) claim?.release();
    else this.claim = claim;
    return !this.closed;
  }

  private newSignaling(): SignalingClient {
    const signaling: SignalingClient = new SignalingClient({
      peerAlive: () => this.run?.peer.isFlowing ?? false,
      onEvent: (event) => {
        if (this.run?.signaling === signaling) this.signaled(event, this.run);
      },
    });
    return signaling;
  }

  private newPeer(): PeerSession {
    const peer: PeerSession = new PeerSession({
      rtc: browserRtc,
      instance: newInstance(),
      relay: (message) => this.run?.signaling.relay(packPayload(message)) ?? false,
      mediaFlags: () => this.mediaFlags(),
      now,
      events: this.peerEvents(() => this.run?.peer === peer),
    });
    return peer;
  }

  private peerEvents(isCurrent: () => boolean): PeerSessionEvents {
    return {
      status: (status) => {
        if (isCurrent()) this.mediaStatus(status);
      },
      track: (track) => {
        if (isCurrent()) this.remoteTrack(track);
      },
      remoteMedia: (flags) => {
        if (isCurrent()) this.events.remoteMedia(flags);
      },
      appOpen: () => {
        if (isCurrent()) this.sayMedia();
      },
      app: (text) => {
        if (isCurrent()) this.heard(text);
      },
    };
  }

  private signaled(event: SignalingEvent, { peer }: Run): void {
    switch (event.type) {
      case 'entered':
        return this.entered(event.entered, peer);
      case 'peer':
        peer.peerChanged(event.state);
        return this.dispatch({ type: 'peer', state: event.state });
      case 'relay':
        return this.relayed(event.payload, peer);
      case 'refused':
        return this.refused(event);
      case 'superseded':
        this.finish();
        this.identity.markLeft();
        return this.dispatch({ type: 'superseded' });
      case 'offline':
        peer.offline();
        return this.dispatch({ type: 'socket', state: 'offline' });
      case 'online':
        return this.dispatch({ type: 'socket', state: 'online' });
      case 'unusable':
        // A version of the other side that this page does not understand in everything: what it does understand counts.
        return;
    }
  }

  private entered(entered: Entered, peer: PeerSession): void {
    if (!this.stranger) this.identity.keepTicket(this.slot, entered.ticket);
    this.dispatch({ type: 'entered', peer: entered.peer.state });
    peer.entered(entered, entered.peer.state);
  }

  private relayed(payload: string, peer: PeerSession): void {
    const unpacked = unpackPayload(payload);
    if (unpacked.ok) peer.receive(unpacked.value);
  }

  private refused({ reason }: Extract<SignalingEvent, { type: 'refused' }>): void {
    if (reason === 'unavailable' || reason === 'too-many-requests') {
      return this.dispatch({ type: 'trouble', trouble: reason });
    }
    this.finish();
    this.identity.markLeft();
    this.dispatch({ type: 'refused', reason });
  }

  private mediaStatus(status: MediaStatus): void {
    this.run?.signaling.setUrgent(status === 'stalled');
    this.dispatch({ type: 'media', status, at: now() });
    if (status === 'idle') this.showRemote(null);
  }

  private remoteTrack(track: MediaStreamTrack): void {
    const others = (this.remote?.getTracks() ?? []).filter(({ kind }) => kind !== track.kind);
    this.showRemote(new MediaStream([...others, track]));
  }

  private showRemote(stream: MediaStream | null): void {
    this.remote = stream;
    this.events.remoteStream(stream);
  }

  private heard(text: string): void {
    const frame = decodeAppFrame(text);
    if (frame?.type === 'media') this.events.remoteMedia(frame);
    if (frame?.type === 'bye') {
      this.run?.peer.peerGone();
      this.dispatch({ type: 'peer', state: 'left' });
    }
  }

  private startDevices(on: DevicesOn): void {
    void this.media.start(KINDS.filter((kind) => on[kind]));
  }

  private mediaFlags(): DevicesOn {
    return { camera: this.media.camera.is === 'on', microphone: this.media.microphone.is === 'on' };
  }

  private mediaChanged(): void {
    const { run } = this;
    if (!run) return;
    run.peer.setTrack('audio', trackOf(this.media, 'microphone'));
    run.peer.setTrack('video', trackOf(this.media, 'camera'));
    if (!this.stranger) this.identity.markInCall(this.slot, this.wantedNow());
    this.sayMedia();
  }

  /** What the person wants on: a device that is just starting counts. */
  private wantedNow(): DevicesOn {
    const wanted = (kind: DeviceKind) => ['on', 'starting'].includes(this.media[kind].is);
    return { camera: wanted('camera'), microphone: wanted('microphone') };
  }

  private sayMedia(): void {
    this.run?.peer.sendApp(encodeAppFrame({ type: 'media', ...this.mediaFlags() }));
  }

  /** Ends the run: the connection, the picture, the lights. What was said last still leaves. */
  private finish(): void {
    const { run } = this;
    this.run = null;
    run?.signaling.close();
    run?.peer.close();
    if (!run) return;
    this.wanted = this.wantedNow();
    for (const kind of KINDS) this.media.turnOff(kind);
    this.showRemote(null);
  }

  private dispatch(input: CallInput): void {
    this.state = stepCall(this.state, input);
    this.events.metAt(this.state.stage === 'in' ? this.state.metAt : null);
    this.events.screen(screenOf(this.state));
  }
}
