import { callLink, isCallIdShaped, isCallKey, type Entered } from '@protocol';
import { decodeAppFrame, encodeAppFrame } from '@/channel/app-frames';
import type { LocalMedia } from '@/media/local-media';
import { newInstance } from '@/peer/peer-messages';
import { PeerSession, type PeerSessionEvent } from '@/peer/peer-session';
import { browserRtc, hasRtc } from '@/peer/rtc';
import { packPayload, unpackPayload } from '@/signaling/payload';
import { watchNetwork } from '@/signaling/network-watch';
import { SignalingClient, type SignalingEvent } from '@/signaling/signaling-client';
import {
  opening,
  screenOf,
  stepCall,
  type CallInput,
  type CallState,
  type MediaStatus,
} from './call-machine';
import type { CallScreen } from './call-view';
import type { DevicesOn } from './identity';
import { OwnDevices } from './own-devices';
import { Visitor } from './visitor';

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

const now = (): number => performance.now();

const EVERYTHING_ON: DevicesOn = { camera: true, microphone: true };

/**
 * The one place where the parts of a call meet: the socket, the other browser, the own devices, who this is, which tab
 * this is. It carries events from one to the other; what they mean is decided in call-machine.ts.
 */
export class CallSession {
  private state: CallState = opening;
  private run: Run | null = null;
  /** Connected while one is still in the lobby: it says nothing yet, and saves the hand-shake later. */
  private early: SignalingClient | null = null;
  private remote: MediaStream | null = null;
  private closed = false;
  private readonly visitor: Visitor;
  private readonly stopListening: readonly (() => void)[];
  private readonly callId: string;
  private readonly key: string;
  private readonly media: LocalMedia;
  private readonly devices: OwnDevices;
  private readonly events: CallSessionEvents;

  constructor(callId: string, key: string, media: LocalMedia, events: CallSessionEvents) {
    this.callId = callId;
    this.key = key;
    this.media = media;
    this.devices = new OwnDevices(media);
    this.events = events;
    this.visitor = new Visitor(callId);
    this.stopListening = [
      media.onChange(() => {
        this.mediaChanged();
      }),
      watchNetwork((what) => this.run?.peer.networkIs(what)),
    ];
  }

  get link(): string {
    return callLink(location.origin, this.callId, this.key);
  }

  /** The page was opened: lobby, straight back in, or the question which tab it shall be. */
  async open(): Promise<void> {
    if (!isCallKey(this.key)) return this.dispatch({ type: 'opened', as: 'damaged-link' });
    if (!isCallIdShaped(this.callId)) return this.dispatch({ type: 'opened', as: 'unknown-call' });
    if (!hasRtc()) return this.dispatch({ type: 'opened', as: 'no-webrtc' });
    const arrival = await this.visitor.arrive();
    if (this.closed) return;
    if (arrival.is === 'second-tab') return this.dispatch({ type: 'opened', as: 'second-tab' });
    if (arrival.is === 'new') return this.toLobby();
    this.devices.start(arrival.devices);
    this.join();
  }

  /** Moves the call from the other tab to this one. */
  async moveHere(): Promise<void> {
    await this.visitor.moveHere();
    this.toLobby();
  }

  /** Enters as the second person, beside the other tab of this browser. */
  async joinSecond(): Promise<void> {
    await this.visitor.asSecond();
    this.toLobby();
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
    signaling.enter({ callId: this.callId, ...this.visitor.credentials() });
  }

  hangUp(): void {
    const { run } = this;
    run?.peer.sendApp(encodeAppFrame({ type: 'bye' }));
    run?.signaling.leave();
    this.finish();
    this.visitor.markLeft();
    this.dispatch({ type: 'hang-up', at: now() });
  }

  /** Back in, after hanging up or after the call moved away. */
  async rejoin(): Promise<void> {
    if (this.state.stage !== 'over') return;
    // Another tab may have it now: coming back is moving it here.
    await this.visitor.moveHere();
    if (this.closed) return;
    this.devices.startAgain();
    this.join();
  }

  /** The page is left. The seat is kept for a while, in case it was a mistake. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.run?.signaling.close();
    this.finish();
    this.early?.close();
    for (const stop of this.stopListening) stop();
    this.media.close();
    this.visitor.release();
  }

  private toLobby(): void {
    if (this.closed) return;
    this.early = this.newSignaling();
    this.early.open();
    this.devices.start(EVERYTHING_ON);
    this.dispatch({ type: 'opened', as: 'lobby' });
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
      mediaFlags: () => this.devices.on(),
      now,
      onEvent: (event) => {
        if (this.run?.peer === peer) this.peerSaid(event);
      },
    });
    return peer;
  }

  private peerSaid(event: PeerSessionEvent): void {
    switch (event.type) {
      case 'status':
        return this.mediaStatus(event.status);
      case 'network':
      case 'obstacle':
        return this.dispatch(event);
      case 'track':
        return this.remoteTrack(event.track);
      case 'remote-media':
        return this.events.remoteMedia(event.media);
      case 'app-open':
        return this.sayMedia();
      case 'app':
        return this.heard(event.text);
    }
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
        this.visitor.markLeft();
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
    this.visitor.keepTicket(entered.ticket);
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
    this.visitor.markLeft();
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

  private mediaChanged(): void {
    const { run } = this;
    if (!run) return;
    run.peer.setTrack('audio', this.devices.track('microphone'));
    run.peer.setTrack('video', this.devices.track('camera'));
    this.visitor.markIn(this.devices.wanted());
    this.sayMedia();
  }

  private sayMedia(): void {
    this.run?.peer.sendApp(encodeAppFrame({ type: 'media', ...this.devices.on() }));
  }

  /** Ends the run: the connection, the picture, the lights. What was said last still leaves. */
  private finish(): void {
    const { run } = this;
    if (!run) return;
    this.run = null;
    run.signaling.close();
    run.peer.close();
    this.devices.stop();
    this.showRemote(null);
  }

  private dispatch(input: CallInput): void {
    this.state = stepCall(this.state, input);
    this.events.metAt(this.state.stage === 'in' ? this.state.metAt : null);
    this.events.screen(screenOf(this.state));
  }
}
