import { callLink, keyOfFragment } from '@protocol';
import { decodeAppFrame, encodeAppFrame } from '@/channel/app-frames';
import type { LocalMedia } from '@/media/local-media';
import { newInstance } from '@/peer/peer-messages';
import { PeerSession, type PeerSessionEvent } from '@/peer/peer-session';
import { browserRtc, hasRtc } from '@/peer/rtc';
import { packAhead, packPayload, unpackPayload } from '@/signaling/payload';
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
import type { CallSessionEvents } from './call-view';
import type { DevicesOn } from './identity';
import { Lobby } from './lobby';
import { OwnDevices } from './own-devices';
import { RemoteStream } from './remote-stream';
import { Visitor } from './visitor';

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
  private lobby: Lobby | null = null;
  private closed = false;
  private readonly visitor: Visitor;
  private readonly stopListening: readonly (() => void)[];
  private readonly callId: string;
  /** Null: it got lost on the way. */
  private readonly key: string | null;
  private readonly media: LocalMedia;
  private readonly devices: OwnDevices;
  private readonly remote: RemoteStream;
  private readonly events: CallSessionEvents;

  constructor(callId: string, fragment: string, media: LocalMedia, events: CallSessionEvents) {
    this.callId = callId;
    this.key = keyOfFragment(fragment);
    this.media = media;
    this.devices = new OwnDevices(media);
    this.events = events;
    this.remote = new RemoteStream(events.remoteStream);
    // In the call the server says that another tab has it; in the lobby nobody else would.
    this.visitor = new Visitor(callId, () => this.leaveLobby('second-tab'));
    this.stopListening = [
      media.onChange(() => this.mediaChanged()),
      watchNetwork((what) => this.run?.peer.networkIs(what)),
    ];
  }

  get link(): string {
    return callLink(location.origin, this.callId, this.key ?? '');
  }

  /** The page was opened: lobby, straight back in, or the question which tab it shall be. */
  async open(): Promise<void> {
    if (this.key === null) return this.dispatch({ type: 'opened', as: 'damaged-link' });
    if (!hasRtc()) return this.dispatch({ type: 'opened', as: 'no-webrtc' });
    // The answer about other tabs takes a while in a browser that has just started: the lobby does not wait for it.
    if (this.visitor.isFirst) this.toLobby();
    const arrival = await this.visitor.arrive();
    if (this.closed || this.state.stage === 'over') return;
    if (arrival.is === 'second-tab') return this.secondTab();
    if (arrival.is === 'new') return this.toLobby();
    this.devices.start(arrival.devices);
    this.join(arrival.metAt);
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

  /** @param metAt When the talk began that this page comes back to; null: it begins now. */
  join(metAt: number | null = null): void {
    const { stage } = this.state;
    if (this.closed || stage === 'in') return;
    this.dispatch({ type: 'join', metAt });
    const peer = this.newPeer();
    const signaling = this.lobby?.leave() ?? this.newSignaling();
    this.lobby = null;
    this.run = { peer, signaling };
    this.mediaChanged();
    signaling.enter({ callId: this.callId, ...this.visitor.credentials() });
  }

  hangUp(): void {
    const { run } = this;
    run?.peer.sendApp(encodeAppFrame({ type: 'bye' }));
    run?.signaling.leave();
    this.over({ type: 'hang-up', at: now() });
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
    this.lobby?.close();
    for (const stop of this.stopListening) stop();
    this.media.close();
    this.visitor.release();
  }

  /** Another tab has the call. If the person has joined here meanwhile, this is the tab they want it in. */
  private async secondTab(): Promise<void> {
    if (this.run) await this.visitor.moveHere();
    else if (this.lobby) this.leaveLobby('second-tab');
    else this.dispatch({ type: 'opened', as: 'second-tab' });
  }

  private toLobby(): void {
    if (this.closed || this.lobby || this.run) return;
    this.lobby = new Lobby(this.callId, this.newSignaling(), () => this.leaveLobby('unknown-call'));
    this.devices.start(EVERYTHING_ON);
    this.dispatch({ type: 'opened', as: 'lobby' });
  }

  private leaveLobby(to: 'unknown-call' | 'second-tab'): void {
    if (!this.lobby) return;
    this.lobby.close();
    this.lobby = null;
    this.devices.stop();
    this.dispatch({ type: 'opened', as: to });
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
      relaySoon: packAhead,
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
        return this.remote.add(event.track);
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
        this.visitor.keepTicket(event.entered.ticket);
        this.dispatch({ type: 'entered', peer: event.entered.peer.state });
        return peer.entered(event.entered, event.entered.peer.state);
      case 'peer':
        peer.peerChanged(event.state);
        return this.dispatch({ type: 'peer', state: event.state });
      case 'relay':
        return this.relayed(event.payload, peer);
      case 'refused':
        return this.refused(event);
      case 'superseded':
        return this.over({ type: 'superseded' });
      case 'offline':
        peer.offline();
        return this.dispatch({ type: 'socket', state: 'offline', at: now() });
      case 'online':
        return this.dispatch({ type: 'socket', state: 'online', at: now() });
      case 'unusable':
        return; // Another version's words: what this page does understand counts.
    }
  }

  private relayed(payload: string, peer: PeerSession): void {
    const unpacked = unpackPayload(payload);
    if (unpacked.ok) peer.receive(unpacked.value);
  }

  private refused({ reason }: Extract<SignalingEvent, { type: 'refused' }>): void {
    if (reason === 'unavailable' || reason === 'too-many-requests') {
      return this.dispatch({ type: 'trouble', trouble: reason });
    }
    this.over({ type: 'refused', reason });
  }

  private mediaStatus(status: MediaStatus): void {
    this.run?.signaling.setUrgent(status === 'stalled');
    this.dispatch({ type: 'media', status, at: now() });
    if (status === 'idle') this.remote.end();
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
    this.visitor.markIn(this.devices.wanted(), this.metAt);
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
    this.remote.end();
  }

  private over(input: CallInput): void {
    this.finish();
    this.visitor.leave();
    this.dispatch(input);
  }

  private dispatch(input: CallInput): void {
    const before = this.metAt;
    this.state = stepCall(this.state, input);
    const { metAt } = this;
    if (metAt !== null && before === null) this.visitor.markIn(this.devices.wanted(), metAt);
    this.events.metAt(metAt);
    this.events.screen(screenOf(this.state));
  }

  private get metAt(): number | null {
    return this.state.stage === 'in' ? this.state.metAt : null;
  }
}
