import type { SeatNumber } from '@protocol';
import { decodeAppFrame, encodeAppFrame, type AppFrame } from '@/channel/app-frames';
import { newInstance } from '@/peer/peer-messages';
import { PeerSession, type PeerSessionEvent } from '@/peer/peer-session';
import { browserRtc } from '@/peer/rtc';
import { SafetyExchange } from '@/privacy/safety-exchange';
import type { LinkSeal } from '@/privacy/sealing';
import { packAhead } from '@/signaling/payload';
import type { SignalingClient, SignalingEvent } from '@/signaling/signaling-client';
import type { CallInput, MediaStatus } from './call-machine';
import type { Tell } from './call-view';
import { damagedFrom, stepTrust, untested, type LinkTrust, type TrustInput } from './link-trust';
import type { KeepingLater } from './keeping-later';
import type { OwnDevices } from './own-devices';
import { RemoteStream } from './remote-stream';
import { SealedRelay } from './sealed-relay';

export interface CallRunOptions {
  readonly signaling: SignalingClient;
  readonly seal: Promise<LinkSeal>;
  /** This browser made the link: it is whole. */
  readonly madeHere: boolean;
  readonly devices: OwnDevices;
  readonly keeping: KeepingLater;
  readonly keepTicket: (ticket: string) => void;
  readonly dispatch: (input: CallInput) => void;
  /** The run is over for this page, for this reason. */
  readonly over: (input: CallInput) => void;
  readonly tell: Tell;
}

type Entered = Extract<SignalingEvent, { type: 'entered' }>['entered'];

const now = (): number => performance.now();

/**
 * One run of a call, from join to hang-up: what is sealed and sent through its socket, and the other browser. What belongs
 * to an older run says nothing any more.
 */
export class CallRun {
  readonly peer: PeerSession;
  private readonly options: CallRunOptions;
  private readonly relay: SealedRelay;
  private readonly remote: RemoteStream;
  private trust: LinkTrust;
  private seat: SeatNumber | null = null;
  /** About the present connection. */
  private safety: SafetyExchange | null = null;
  private doubt: ReturnType<typeof setTimeout> | undefined;
  private closed = false;

  constructor(options: CallRunOptions) {
    this.options = options;
    this.trust = untested(options.madeHere);
    this.remote = new RemoteStream((remoteStream) => options.tell({ remoteStream }));
    this.relay = new SealedRelay({
      seal: options.seal,
      send: (payload) => void options.signaling.relay(payload),
      onMessage: (value) => {
        this.trusting({ type: 'opened' });
        this.peer.receive(value);
      },
      onRefused: (why) => this.trusting({ type: 'refused', why, at: now() }),
    });
    this.peer = new PeerSession({
      rtc: browserRtc,
      instance: newInstance(),
      relay: (message) => this.relay.say(message),
      relaySoon: packAhead,
      mediaFlags: () => options.devices.on(),
      now,
      onEvent: (event) => {
        if (!this.closed) this.peerSaid(event);
      },
    });
    this.mediaChanged();
  }

  /** What the server says has its effect after what it relayed before. */
  signaled(event: SignalingEvent): void {
    if (event.type === 'relay') this.relay.take(event.payload);
    else this.relay.afterwards(() => this.told(event));
  }

  /** Own devices are on, off, or others. */
  mediaChanged(): void {
    this.peer.setTrack('audio', this.options.devices.track('microphone'));
    this.peer.setTrack('video', this.options.devices.track('camera'));
    this.sayMedia();
  }

  /** The last word to the other person, over the way that needs no server. */
  sayBye(): void {
    this.say({ type: 'bye' });
  }

  /** Picture and sound end; words go on for a while, for two who want to keep each other. */
  part(): void {
    this.peer.part();
  }

  /** The connection ends, and the picture. What was said last still leaves. */
  close(): void {
    this.closed = true;
    clearTimeout(this.doubt);
    this.safety?.close();
    this.relay.close();
    this.peer.close();
    this.remote.end();
  }

  private peerSaid(event: PeerSessionEvent): void {
    switch (event.type) {
      case 'status':
        return this.mediaStatus(event.status);
      case 'network':
      case 'obstacle':
        return this.options.dispatch(event);
      case 'track':
        return this.remote.add(event.track);
      case 'remote-media':
        return this.options.tell({ remote: event.media });
      case 'app-open':
        this.sayMedia();
        this.options.keeping.opened(event.page, (text) => this.peer.sendApp(text));
        return this.agreeOnSafety();
      case 'parted':
        return this.options.keeping.wordsOnly(event.left);
      case 'app':
        return this.heard(event.text);
    }
  }

  private told(event: Exclude<SignalingEvent, { type: 'relay' }>): void {
    const { dispatch, over } = this.options;
    switch (event.type) {
      case 'entered':
        return this.entered(event.entered);
      case 'peer':
        this.relay.peerIs(event.epoch);
        if (event.state !== 'dropped') this.trusting({ type: 'other-changed' });
        this.peer.peerChanged(event.state);
        return dispatch({ type: 'peer', state: event.state });
      case 'refused':
        return this.refused(event);
      case 'locked':
        return this.locked(event.on);
      case 'superseded':
        return over({ type: 'superseded' });
      case 'offline':
        this.peer.offline();
        return dispatch({ type: 'socket', state: 'offline', at: now() });
      case 'online':
        return dispatch({ type: 'socket', state: 'online', at: now() });
      case 'ring':
        return; // Who was rung is here once they enter.
      case 'unusable':
        return; // Another version's words: what this page does understand counts.
    }
  }

  private entered(entered: Entered): void {
    const { ticket, peer } = entered;
    this.seat = entered.seat;
    this.options.keepTicket(ticket);
    this.relay.seated(entered, peer.epoch);
    this.options.dispatch({ type: 'entered', peer: peer.state });
    this.locked(entered.locked);
    this.peer.entered(entered, peer.state);
  }

  private locked(on: boolean): void {
    this.options.tell({ lock: { is: on ? 'locked' : 'open' } });
  }

  private refused({ reason }: Extract<SignalingEvent, { type: 'refused' }>): void {
    if (reason === 'unavailable' || reason === 'too-many-requests') {
      return this.options.dispatch({ type: 'trouble', trouble: reason });
    }
    this.options.over({ type: 'refused', reason });
  }

  private mediaStatus(status: MediaStatus): void {
    this.options.signaling.setUrgent(status === 'stalled');
    this.options.dispatch({ type: 'media', status, at: now() });
    if (status !== 'idle') return;
    this.remote.end();
    this.forgetSafety();
  }

  private heard(text: string): void {
    const frame = decodeAppFrame(text);
    switch (frame?.type) {
      case undefined:
        return this.options.keeping.do((keeping) => keeping?.heard(text));
      case 'media':
        return this.peer.theySay(frame);
      case 'bye':
        this.peer.peerGone();
        return this.options.dispatch({ type: 'peer', state: 'left' });
      case 'safety-commit':
      case 'safety-nonce':
        return this.safety?.heard(frame);
    }
  }

  /** Each connection has a safety code of its own. */
  private agreeOnSafety(): void {
    this.forgetSafety();
    this.safety = new SafetyExchange({
      leads: this.seat === 0,
      send: (frame) => this.say(frame),
      onChange: (safety) => this.options.tell({ safety }),
    });
    this.safety.begin(this.peer.fingerprints());
  }

  private forgetSafety(): void {
    if (!this.safety) return;
    this.safety.close();
    this.safety = null;
    this.options.tell({ safety: { is: 'none' } });
  }

  private say(frame: AppFrame): void {
    this.peer.sendApp(encodeAppFrame(frame));
  }

  private sayMedia(): void {
    this.say({ type: 'media', ...this.options.devices.on() });
  }

  private trusting(input: TrustInput): void {
    const before = this.trust.notice;
    this.trust = stepTrust(this.trust, input);
    const { notice } = this.trust;
    if (notice !== before) this.options.tell({ refusedWords: notice });
    this.waitForDoubt();
  }

  /** A link that opens nothing for so long is damaged. Its page leaves, so that the place is free for who has a whole one. */
  private waitForDoubt(): void {
    clearTimeout(this.doubt);
    const at = this.seat === null ? null : damagedFrom(this.trust, this.seat);
    if (at === null) return;
    this.doubt = setTimeout(() => {
      this.options.signaling.leave();
      this.options.over({ type: 'damaged' });
    }, at - now());
  }
}
