import { decodeRingFrame } from '@protocol';
import { Identity, type DevicesOn } from '@/call/identity';
import { forgetKey, keepKey } from '@/calls/call-keys';
import { startCall } from '@/calls/start-call';
import { SignalingClient, type SignalingEvent } from '@/signaling/signaling-client';
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

/**
 * One ring link, opened by somebody who may ring: from looking it up to being let in, or not. What events mean is decided
 * in ring-machine.ts; here are the server, the socket and the clock.
 */
export class RingSession {
  private state: CallerState = initialCaller;
  private signaling: SignalingClient | null = null;
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
    const place = keptPlace(this.link.slug);
    if (place) this.put({ type: 'resume', ...place });
    else void loadSeal().catch(() => undefined);
    const { isUsableRingKey } = await loadSeal();
    if (!(await isUsableRingKey(this.link.publicKey))) {
      return this.put({ type: 'unavailable', why: 'damaged' });
    }
    await this.look();
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
        return this.enter(effect.call);
      case 'post':
        return void this.post(effect.attempt, effect.call);
      case 'ask':
        return void this.ask(effect.ringId);
      case 'cancel':
        // The page may be on its way out.
        return void api.cancelRing(effect.ringId, true);
      case 'leave-call':
        return this.leaveCall();
      case 'go-in':
        // As after a reload in the call: straight in, the same person, these devices on.
        return new Identity(effect.call.callId).markInCall(0, this.wishes.devices, null);
    }
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

  private enter({ callId, key }: MadeCall): void {
    keepKey(callId, { key, madeHere: true });
    const identity = new Identity(callId);
    const signaling = new SignalingClient({
      peerAlive: () => false,
      decodeRing: decodeRingFrame,
      onEvent: (event) => {
        if (this.signaling === signaling) this.heard(event, identity);
      },
    });
    this.signaling = signaling;
    signaling.enter({ callId, ...identity.credentials(0) });
  }

  private heard(event: SignalingEvent, identity: Identity): void {
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
    const sealed = await sealRing(publicKey, { slug, callId: call.callId }, { key: call.key, name, back });
    if (sealed === null) return this.put({ type: 'unavailable', why: 'damaged' });
    const made = await api.makeRing(slug, call.callId, sealed);
    if (made.ok) this.put({ type: 'posted', attempt, news: made.value });
    else this.put({ type: 'not-posted', attempt, problem: made.problem });
  }

  private async ask(ringId: string): Promise<void> {
    const news = await api.askRing(ringId);
    if (news.ok) this.put({ type: 'news', news: news.value });
    else if (news.problem === 'gone') this.put({ type: 'unknown-ring', ringId });
  }

  private leaveCall(): void {
    this.signaling?.leave();
    this.signaling = null;
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
