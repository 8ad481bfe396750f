import { callLink, fromBase64Url, keyOfFragment } from '@protocol';
import { forgetKey, keepKey, keptKey } from '@/calls/call-keys';
import type { LocalMedia } from '@/media/local-media';
import { hasRtc } from '@/peer/rtc';
import { LinkSeal } from '@/privacy/sealing';
import { watchNetwork } from '@/signaling/network-watch';
import { SignalingClient, type Socket } from '@/signaling/signaling-client';
import { opening, screenOf, stepCall, type CallInput, type CallState } from './call-machine';
import type { Tell } from './call-view';
import type { DevicesOn } from './identity';
import { Entry } from './entry';
import { KeepingLater } from './keeping-later';
import { Lobby } from './lobby';
import { OwnDevices } from './own-devices';
import { Visitor } from './visitor';

const now = (): number => performance.now();
const EVERYTHING_ON: DevicesOn = { camera: true, microphone: true };

/**
 * A call from its link's opening to the page's end: who this is, which tab this is, the own devices, and the run of the
 * call while one is in. What events mean is decided in call-machine.ts.
 */
export class CallSession {
  /** Outlives a run: the two may say so for some minutes after it. */
  readonly keeping: KeepingLater;
  private state: CallState = opening;
  private entry: Entry | null = null;
  private lobby: Lobby | null = null;
  private closed = false;
  private readonly visitor: Visitor;
  private readonly stopListening: readonly (() => void)[];
  private readonly callId: string;
  /** Null: it got lost on the way. */
  private readonly key: string | null;
  private readonly seal: Promise<LinkSeal> | null;
  private readonly media: LocalMedia;
  private readonly devices: OwnDevices;
  private readonly tell: Tell;
  private opened: Socket | null;

  /** @param opened A socket that was opened ahead; the first one of this session. */
  constructor(callId: string, fragment: string, media: LocalMedia, tell: Tell, opened: Socket | null = null) {
    this.callId = callId;
    this.key = keyOf(callId, fragment);
    this.seal = sealOf(this.key, callId);
    this.media = media;
    this.devices = new OwnDevices(media);
    this.tell = tell;
    this.opened = opened;
    this.keeping = new KeepingLater((keep) => tell({ keep }));
    // In the call the server says that another tab has it; in the lobby nobody else would.
    this.visitor = new Visitor(callId, () => this.leaveLobby('second-tab'));
    this.stopListening = [
      media.onChange(() => this.mediaChanged()),
      watchNetwork((what) => this.entry?.networkIs(what)),
    ];
  }

  get link(): string {
    return callLink(location.origin, this.callId, this.key ?? '');
  }

  /** The page was opened: lobby, straight back in, or the question which tab it shall be. */
  async open(): Promise<void> {
    if (this.key === null) return this.dispatch({ type: 'opened', as: 'damaged-link' });
    if (!this.seal) return this.dispatch({ type: 'opened', as: 'insecure' });
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
    const { seal } = this;
    if (this.closed || this.state.stage === 'in' || !seal) return;
    this.dispatch({ type: 'join', metAt });
    this.keeping.do((keeping) => keeping?.close());
    const signaling = this.lobby?.leave() ?? this.newSignaling();
    this.lobby = null;
    this.entry = this.newEntry(signaling, seal);
    // Before anything is kept: the answer takes its time, and so does a browser's storage (3 ms in Chromium).
    signaling.enter({ callId: this.callId, ...this.visitor.credentials() });
    this.mediaChanged();
  }

  /** *Join* was pressed in a lobby that was there before this session had one. */
  joinEarly(): void {
    if (this.lobby) this.join();
  }

  hangUp(): void {
    this.entry?.leave('leave');
    this.entry?.goQuiet();
    this.over({ type: 'hang-up', at: now() });
  }

  /** Hangs up, and the other person cannot come back into this call. */
  block(): void {
    this.entry?.leave('block');
    this.keeping.do((keeping) => keeping?.close());
    this.over({ type: 'hang-up', at: now() });
  }

  /** Binds the call to its two people, or opens it again. */
  setLock(on: boolean): void {
    this.entry?.lock(on);
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
    this.entry?.signaling.close();
    this.finish();
    this.keeping.do((keeping) => keeping?.close());
    this.lobby?.close();
    this.opened?.close();
    for (const stop of this.stopListening) stop();
    this.media.close();
    this.visitor.release();
  }

  /** Another tab has the call. If the person has joined here meanwhile, this is the tab they want it in. */
  private async secondTab(): Promise<void> {
    if (this.entry) await this.visitor.moveHere();
    else if (this.lobby) this.leaveLobby('second-tab');
    else this.dispatch({ type: 'opened', as: 'second-tab' });
  }

  private toLobby(): void {
    if (this.closed || this.lobby || this.entry) return;
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
    const { opened } = this;
    this.opened = null;
    const signaling: SignalingClient = new SignalingClient({
      ...(opened ? { opened } : {}),
      peerAlive: () => this.entry?.isFlowing ?? false,
      onEvent: (event) => {
        if (this.entry?.signaling === signaling) this.entry.signaled(event);
      },
    });
    return signaling;
  }

  private newEntry(signaling: SignalingClient, seal: Promise<LinkSeal>): Entry {
    return new Entry({
      signaling,
      seal,
      madeHere: keptKey(this.callId)?.madeHere ?? false,
      devices: this.devices,
      keeping: this.keeping,
      keepTicket: (ticket) => this.visitor.keepTicket(ticket),
      dispatch: (input) => this.dispatch(input),
      over: (input) => this.over(input),
      tell: this.tell,
    });
  }

  private mediaChanged(): void {
    if (!this.entry) return;
    this.entry.mediaChanged();
    this.visitor.markIn(this.devices.wanted(), this.metAt);
  }

  /** Ends the run: the connection, the picture, the lights. */
  private finish(): void {
    const { entry } = this;
    if (!entry) return;
    this.entry = null;
    entry.close();
    this.devices.stop();
  }

  private over(input: CallInput): void {
    if (input.type === 'damaged') forgetKey(this.callId);
    this.finish();
    if (input.type === 'hang-up') this.keeping.do((keeping) => keeping?.ended());
    else this.keeping.do((keeping) => keeping?.close());
    this.visitor.leave();
    this.dispatch(input);
  }

  private dispatch(input: CallInput): void {
    const before = this.metAt;
    this.state = stepCall(this.state, input);
    const { metAt } = this;
    if (metAt !== null && before === null) this.visitor.markIn(this.devices.wanted(), metAt);
    this.tell({ connectedSince: metAt, screen: screenOf(this.state) });
  }

  private get metAt(): number | null {
    return this.state.stage === 'in' ? this.state.metAt : null;
  }
}

/** The key in the address; where it was taken out of it, the one this tab kept. Null: it got lost on the way. */
function keyOf(callId: string, fragment: string): string | null {
  const kept = keptKey(callId);
  const key = keyOfFragment(fragment) ?? kept?.key ?? null;
  if (key !== null && key !== kept?.key) keepKey(callId, { key, madeHere: false });
  return key;
}

/** Null: there is no key, or this browser seals nothing here (a page that is not secure). */
function sealOf(key: string | null, callId: string): Promise<LinkSeal> | null {
  const bytes = key === null ? null : fromBase64Url(key);
  return bytes?.ok && isSecureContext ? LinkSeal.of(bytes.value, callId) : null;
}
