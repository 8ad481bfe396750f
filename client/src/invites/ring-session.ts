import { decodeRingFrame } from '@protocol';
import type { DevicesOn, Identity } from '@/call/identity';
import { goStraightIn } from '@/call/in-call-mark';
import { forgetKey, keepKey } from '@/calls/call-keys';
import { startCall } from '@/calls/start-call';
import type { SignalingClient, SignalingEvent } from '@/signaling/signaling-client';
import { callerAt } from './caller';
import * as api from './invites-api';
import type { RingAddress } from './invites-db';
import { forgetPlace, keepPlace, keptPlace } from './kept-place';
import { askForMedia } from './media-permission';
import {
  initialCaller,
  nextAsk,
  stepCaller,
  type CallerEffect,
  type CallerInput,
  type CallerState,
  type MadeCall,
} from './ring-machine';

/** What the caller says of themselves, and has on when they are let in. */
export interface CallerWishes {
  readonly name: string;
  readonly back: RingAddress | null;
  readonly devices: DevicesOn;
}

const SILENT: CallerWishes = { name: '', back: null, devices: { camera: false, microphone: true } };

/** Sealing is some 20 KB of library: fetched while the person looks at the page, needed when they ring. */
const loadSeal = () => import('./ring-seal');
/** The socket, and who one is in a call: with what the call itself needs, should it be answered. */
const loadCalling = () => import('@/call/opened-call');

/** The seat in the call that somebody is rung for. */
interface Seat {
  readonly callId: string;
  readonly signaling: SignalingClient;
  readonly identity: Identity;
}

/**
 * One ring link, opened by somebody who may ring: from looking it up to being let in, or not. What events mean is decided
 * in ring-machine.ts; here are the server, the socket and the clock.
 */
export class RingSession {
  private state: CallerState = initialCaller;
  private seat: Seat | null = null;
  /** A socket held ready, as a lobby has one: ringing then costs fewer ways and back. */
  private ready: SignalingClient | null = null;
  private wishes = SILENT;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private closed = false;
  /** The devices the person wants are to be had; null: not asked yet. */
  permitted: boolean | null = null;

  constructor(
    private readonly link: RingAddress,
    private readonly tell: (state: CallerState) => void,
  ) {}

  /** Looks the link up, or goes on waiting where this tab waited before. */
  async open(devices: DevicesOn): Promise<void> {
    this.wishes = { ...SILENT, devices };
    if (!isSecureContext) return this.put({ type: 'unavailable', why: 'insecure' });
    if (typeof RTCPeerConnection !== 'function') return this.put({ type: 'unavailable', why: 'no-webrtc' });
    const place = keptPlace(this.link.slug);
    if (place) this.put({ type: 'resume', ...place });
    // Needed when they ring; asked for again then, should it not come now.
    loadCalling().catch(() => undefined);
    const [usable] = await Promise.all([this.isUsable(), this.look()]);
    if (!usable) this.put({ type: 'unavailable', why: 'damaged' });
    await this.prepare().catch(() => undefined);
  }

  /** What the server says of the link; again when the network is back. */
  async look(): Promise<void> {
    const seen = await api.lookAtLink(this.link.slug);
    if (seen.ok) this.put({ type: 'looked', ...seen.value });
    else if (seen.problem === 'gone') this.put({ type: 'unavailable', why: 'gone' });
  }

  ring(wishes: CallerWishes): void {
    this.wishes = wishes;
    const before = this.state.attempt;
    this.put({ type: 'ring' });
    const { attempt } = this.state;
    if (attempt !== before) void this.permit(attempt);
  }

  cancel(): void {
    this.put({ type: 'cancel' });
  }

  /** The page goes away, perhaps only to be loaded anew. */
  pageGoes(): void {
    this.put({ type: 'page-goes' });
  }

  /** Another page is shown in this tab. Who was answered keeps the seat for the call's own page. */
  close(): void {
    if (this.state.phase.is !== 'answered') this.put({ type: 'cancel' });
    this.closed = true;
    this.ready?.close();
    clearTimeout(this.timer);
  }

  private put(input: CallerInput): void {
    if (this.closed) return;
    const { state, effects } = stepCaller(this.state, input, performance.now());
    this.state = state;
    this.keepPlace();
    for (const effect of effects) this.run(effect);
    this.schedule();
    this.tell(this.state);
  }

  private run(effect: CallerEffect): void {
    switch (effect.type) {
      case 'make-call':
        return void this.makeCall(effect.attempt);
      case 'enter':
        return void this.enter(effect.call).catch(() => this.put({ type: 'thrown-out' }));
      case 'post':
        return void this.post(effect.attempt, effect.call).catch(() => this.notPosted(effect.attempt));
      case 'ask':
        return void this.ask(effect.ringId);
      case 'cancel':
        // The page may be on its way out.
        return void api.cancelRing(effect.ringId, true);
      case 'leave-call':
        return this.leaveCall();
      case 'go-in':
        // As after a reload in the call: straight in, the same person, these devices on.
        return goStraightIn(effect.call.callId, this.wishes.devices);
    }
  }

  private async prepare(): Promise<void> {
    const { SignalingClient: Client } = await loadCalling();
    if (this.closed || this.state.phase.is !== 'idle' || this.ready) return;
    this.ready = this.newSocket(Client);
    this.ready.open();
  }

  private newSocket(Client: typeof SignalingClient): SignalingClient {
    const signaling: SignalingClient = new Client({
      peerAlive: () => false,
      decodeRing: decodeRingFrame,
      onEvent: (event) => {
        if (this.seat?.signaling === signaling) this.heard(event, this.seat);
      },
    });
    return signaling;
  }

  private async permit(attempt: number): Promise<void> {
    this.permitted = await askForMedia(this.wishes.devices);
    this.put({ type: 'permitted', attempt });
  }

  private async makeCall(attempt: number): Promise<void> {
    const made = await startCall();
    if (!made.ok) return this.put({ type: 'not-made', attempt, problem: made.problem });
    const { callId, key } = made;
    this.put({ type: 'made', attempt, call: { callId, key } });
  }

  private async enter({ callId, key }: MadeCall): Promise<void> {
    keepKey(callId, { key, madeHere: true });
    const { Identity: Person, SignalingClient: Client } = await loadCalling();
    // Fetching took its time: cancelled meanwhile, or another try.
    const { phase } = this.state;
    if (this.closed || !('call' in phase) || phase.call?.callId !== callId) return;
    const identity = new Person(callId);
    const signaling = this.ready ?? this.newSocket(Client);
    this.ready = null;
    this.seat = { callId, signaling, identity };
    signaling.enter({ callId, ...identity.credentials(0) });
  }

  private heard(event: SignalingEvent, { identity }: Seat): void {
    switch (event.type) {
      case 'entered':
        identity.keepTicket(0, event.entered.ticket);
        return this.put({ type: 'entered' });
      case 'ring':
        if (event.frame.event === 'ring') this.put({ type: 'news', news: event.frame.data });
        return;
      case 'offline':
        return this.put({ type: 'cut-off' });
      case 'peer':
        if (event.state === 'present') this.put({ type: 'somebody-came' });
        return;
      case 'superseded':
        return this.put({ type: 'thrown-out' });
      case 'refused':
        if (event.final) this.put({ type: 'thrown-out' });
        return;
      default:
        return; // What goes on in the call is for the call's own page.
    }
  }

  private async post(attempt: number, call: MadeCall): Promise<void> {
    const { slug, publicKey } = this.link;
    const { name, back } = this.wishes;
    const { sealRing } = await loadSeal();
    const { callId, key } = call;
    const [sealedKey, caller] = await Promise.all([
      sealRing(publicKey, { slug, callId }, { key, name, back }),
      callerAt(slug),
    ]);
    if (sealedKey === null) return this.put({ type: 'unavailable', why: 'damaged' });
    const made = await api.makeRing(slug, { callId, sealedKey, caller });
    if (made.ok) this.put({ type: 'posted', attempt, news: made.value });
    else this.put({ type: 'not-posted', attempt, problem: made.problem });
  }

  private async ask(ringId: string): Promise<void> {
    const news = await api.askRing(ringId);
    if (news.ok) this.put({ type: 'news', news: news.value });
    else if (news.problem === 'gone') this.put({ type: 'unknown-ring', ringId });
  }

  /** The script that seals did not come. */
  private notPosted(attempt: number): void {
    this.put({ type: 'not-posted', attempt, problem: 'offline' });
  }

  private async isUsable(): Promise<boolean> {
    try {
      return await (await loadSeal()).isUsableRingKey(this.link.publicKey);
    } catch {
      // No network: nothing is known yet.
      return true;
    }
  }

  /** Nobody needs that call any more, and nothing of it is kept. */
  private leaveCall(): void {
    if (!this.seat) return;
    const { callId, signaling, identity } = this.seat;
    this.seat = null;
    signaling.leave();
    identity.forget();
    forgetKey(callId);
  }

  /** A place in a line outlives the page; a ring does not. */
  private keepPlace(): void {
    const { phase } = this.state;
    if (phase.is === 'waiting') keepPlace(this.link.slug, { ringId: phase.ringId, call: phase.call });
    else forgetPlace(this.link.slug);
  }

  private schedule(): void {
    clearTimeout(this.timer);
    const due = nextAsk(this.state);
    if (due === null || this.closed) return;
    this.timer = setTimeout(() => this.put({ type: 'tick' }), Math.max(0, due - performance.now()));
  }
}
