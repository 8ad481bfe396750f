import type { IceServer, PeerChange, PeerPresence, SeatNumber } from '@protocol';
import {
  connecting,
  RESTART_MS,
  stepHealth,
  type Health,
  type HealthAction,
  type HealthInput,
} from './link-health';
import { PeerLink, type LocalTracks, type PeerLinkEvents, type TrackKind } from './peer-link';
import {
  decodePeerMessage,
  encodePeerMessage,
  type Instance,
  type MediaFlags,
  type PeerBody,
  type PeerMessage,
} from './peer-messages';
import type { RtcFactory } from './rtc';

/** How media is, as the call sees it. `idle`: there is nobody to have media with. */
export type MediaStatus = 'idle' | Health['is'];

export interface PeerSessionEvents {
  status(status: MediaStatus): void;
  /** A track of the other person; the older one of its kind is over. */
  track(track: MediaStreamTrack): void;
  /** What the other person had on when the connection was agreed. */
  remoteMedia(media: MediaFlags): void;
  /** The data channel between the two is open: from now on sendApp reaches the other. */
  appOpen(): void;
  app(text: string): void;
}

export interface PeerSessionOptions {
  readonly rtc: RtcFactory;
  /** This page's name towards the other; eight characters, new with every join. */
  readonly instance: Instance;
  /** Carries a message by way of the server; false when that is not possible now. */
  readonly relay: (message: unknown) => boolean;
  readonly mediaFlags: () => MediaFlags;
  readonly now: () => number;
  readonly events: PeerSessionEvents;
}

/** How often (ms) health is looked at, and how often a sign of life is sent. */
const TICK_MS = 250;
const BEAT_TICKS = 2;
/** After this silence (ms) the packet counters are asked, before silence counts as trouble. */
const LOOK_MS = 700;

type Place = { readonly seat: SeatNumber; readonly iceServers: readonly IceServer[] };

/**
 * Everything between this page and the other: makes, keeps, mends and replaces the connection. It knows nothing of
 * seats beyond the number, and nothing of what a page shows.
 */
export class PeerSession {
  private readonly options: PeerSessionOptions;
  private place: Place | null = null;
  private link: PeerLink | null = null;
  private health: Health = connecting(0);
  private status: MediaStatus = 'idle';
  private tracks: LocalTracks = { audio: null, video: null };
  /** Can both be reached through the server? Own socket entered, the other's seat present. */
  private canSignal = false;
  private peerHere = false;
  private begunAt = 0;
  private ticks = 0;
  private readonly timer: ReturnType<typeof setInterval>;

  constructor(options: PeerSessionOptions) {
    this.options = options;
    this.timer = setInterval(() => {
      this.tick();
    }, TICK_MS);
  }

  /** This page has its seat, for the first time or again. */
  entered(place: Place, peer: PeerPresence): void {
    // Another seat is another role: nothing that was agreed under the old one holds.
    if (this.place && this.place.seat !== place.seat) this.drop();
    this.place = place;
    this.peerHere = peer === 'present';
    this.canSignal = this.peerHere;
    if (peer === 'absent') this.peerIsOut();
    this.feed({ type: 'path-changed', at: this.options.now() });
    if (this.leads()) this.prepare();
    if (!this.peerHere) return;
    if (this.link && this.link.remote === null) this.link.announce();
    else this.say({ kind: 'hello' });
  }

  /** The other's seat changed. */
  peerChanged(state: PeerChange): void {
    this.peerHere = state === 'present';
    this.canSignal = this.peerHere;
    // Who hung up is gone, whatever still arrives. Who only dropped may be audible all the same.
    if (state === 'left') this.drop();
    if (state === 'absent') this.peerIsOut();
    if (this.leads()) this.prepare();
    if (state !== 'present') return;
    this.feed({ type: 'path-changed', at: this.options.now() });
    // A page that is known says hello by itself; whether it is still the same page, only it can tell.
    if (this.link?.remote === null && this.leads()) this.link.announce();
  }

  /** The socket to the server is lost; what flows between the two browsers is not touched. */
  offline(): void {
    this.canSignal = false;
  }

  /** The other person said goodbye over the data channel. */
  peerGone(): void {
    this.drop();
    if (this.leads()) this.prepare();
  }

  /** A message that came by way of the server. Anything unusable is ignored: another version, or a hostile server. */
  receive(value: unknown): void {
    const decoded = decodePeerMessage(value);
    if (!decoded.ok || !this.place) return;
    const message = decoded.value;
    if (message.to !== undefined && message.to !== this.options.instance && message.body.kind !== 'hello')
      return;
    switch (message.body.kind) {
      case 'hello':
        this.takeHello(message);
        return;
      case 'offer':
        this.takeOffer(message);
        return;
      case 'please':
        if (this.isCurrent(message) && this.leads()) this.asked(message.body.what);
        return;
      default:
        if (this.isCurrent(message)) this.link?.receive(message.body);
    }
  }

  setTrack(kind: TrackKind, track: MediaStreamTrack | null): void {
    this.tracks = { ...this.tracks, [kind]: track };
    this.link?.setTrack(kind, track);
  }

  /** False: there is no open data channel. */
  sendApp(text: string): boolean {
    return this.link?.sendApp(text) ?? false;
  }

  /** Own network changed: what is agreed about paths is worth nothing. */
  networkChanged(): void {
    if (this.status === 'idle' && this.link) this.drop();
    this.feed({ type: 'path-changed', at: this.options.now() });
    if (this.place && this.leads()) this.prepare();
  }

  get isFlowing(): boolean {
    return this.status === 'flowing';
  }

  close(): void {
    clearInterval(this.timer);
    this.drop();
    this.place = null;
  }

  /** The other's seat is free. If they are audible all the same, they are in the call. */
  private peerIsOut(): void {
    if (this.link && this.link.remote !== null && this.status !== 'flowing') this.drop();
  }

  private leads(): boolean {
    return this.place?.seat === 0;
  }

  /** The one who leads has the connection ready before the other comes: the other's wait is then one round shorter. */
  private prepare(): void {
    if (!this.link) this.begin(1, null);
  }

  private begin(generation: number, remote: Instance | null): PeerLink | null {
    if (!this.place) return null;
    this.link?.close();
    this.begunAt = this.options.now();
    this.health = connecting(this.begunAt);
    const link: PeerLink = new PeerLink({
      rtc: this.options.rtc,
      iceServers: this.place.iceServers.map(({ urls }) => ({ urls: [...urls] })),
      leads: this.leads(),
      generation,
      remote,
      tracks: () => this.tracks,
      mediaFlags: this.options.mediaFlags,
      now: this.options.now,
      events: this.linkEvents(() => this.link === link),
    });
    this.link = link;
    this.report();
    return link;
  }

  /** Events of a link that was replaced are nobody's business any more. */
  private linkEvents(isCurrent: () => boolean): PeerLinkEvents {
    const only =
      <A extends readonly unknown[]>(act: (...args: A) => void) =>
      (...args: A): void => {
        if (isCurrent()) act(...args);
      };
    const { events, now } = this.options;
    return {
      send: only((body) => {
        this.say(body);
      }),
      track: only((track) => {
        events.track(track);
      }),
      heard: only(() => {
        this.feed({ type: 'heard', at: now() });
      }),
      answered: only(() => {
        this.feed({ type: 'answered', at: now() });
      }),
      broken: only(() => {
        this.feed({ type: 'broken', at: now() });
      }),
      open: only(() => {
        this.feed({ type: 'heard', at: now() });
        events.appOpen();
      }),
      control: only((value) => {
        this.receive(value);
      }),
      app: only((text) => {
        events.app(text);
      }),
    };
  }

  private drop(): void {
    this.link?.close();
    this.link = null;
    this.report();
  }

  private say(body: PeerBody): void {
    const remote = this.link?.remote ?? null;
    const message = encodePeerMessage({
      from: this.options.instance,
      ...(remote === null ? {} : { to: remote }),
      generation: this.link?.generation ?? 0,
      body,
    });
    // While media flows the data channel carries everything: the server may be gone. In trouble both ways are tried;
    // repeated messages are harmless.
    const direct = body.kind !== 'hello' && (this.link?.sendControl(message) ?? false);
    if (!direct || this.status !== 'flowing') this.options.relay(message);
  }

  private takeHello({ from, to }: PeerMessage): void {
    if (this.link?.remote === from) {
      this.link.resend();
      return;
    }
    if (this.leads()) {
      // Who says hello heard of an offer that was announced to nobody in particular, or will now.
      if (this.link?.remote === null) {
        // The offer was said when the server told of this person; it has reached them.
        this.link.remote = from;
        if (!this.link.isAnnounced) this.link.announce();
        this.report();
      } else this.begin(1, from)?.announce();
      return;
    }
    // Seat 0 is a page not known here: answering tells it who is.
    if (to !== this.options.instance) this.say({ kind: 'hello' });
  }

  private takeOffer(message: PeerMessage): void {
    const { from, generation, body } = message;
    if (body.kind !== 'offer') return;
    if (this.link?.remote === from) {
      if (generation < this.link.generation) return;
      if (generation === this.link.generation) {
        this.accept(this.link, body);
        return;
      }
    }
    // A new page, or a new connection of the same one. Only seat 0 begins those.
    if (this.leads()) return;
    const sameTrouble = this.link?.remote === from ? this.health : null;
    const link = this.begin(generation, from);
    if (!link) return;
    if (sameTrouble) this.keepHealth(sameTrouble);
    this.accept(link, body);
  }

  private accept(link: PeerLink, body: Extract<PeerBody, { kind: 'offer' | 'answer' }>): void {
    this.options.events.remoteMedia(body.media);
    link.receive(body);
  }

  /** Is this about the connection there is now? An answer may be the first word of the other page. */
  private isCurrent({ from, generation, body }: PeerMessage): boolean {
    if (!this.link || this.link.generation !== generation) return false;
    if (this.link.remote === null && body.kind === 'answer') this.link.remote = from;
    if (this.link.remote === from && body.kind === 'answer') this.options.events.remoteMedia(body.media);
    return this.link.remote === from;
  }

  private asked(what: 'restart' | 'renew'): void {
    const at = this.options.now();
    if (what === 'restart') this.feed({ type: 'asked', at });
    // A connection this young is the answer to the wish.
    else if (at - this.begunAt >= RESTART_MS) this.act('renew');
  }

  private tick(): void {
    const { link } = this;
    if (!link) return;
    this.ticks += 1;
    if (this.ticks % BEAT_TICKS === 0) link.beat();
    const at = this.options.now();
    if (this.isSilent(at)) link.look().catch(() => undefined);
    if (this.status === 'idle') return;
    this.feed({ type: 'tick', at, canSignal: this.canSignal, pendingMs: link.pendingMs() });
  }

  private isSilent(at: number): boolean {
    const { health } = this;
    return health.is === 'stalled' || (health.is === 'flowing' && at - health.heardAt > LOOK_MS);
  }

  private feed(input: HealthInput): void {
    if (!this.link) return;
    const { health, actions } = stepHealth(this.health, input);
    this.health = health;
    this.report();
    for (const action of actions) this.act(action);
  }

  private act(action: HealthAction): void {
    const { link } = this;
    if (!link) return;
    if (action === 'resend') link.resend();
    else if (!this.leads()) this.say({ kind: 'please', what: action });
    else if (action === 'restart') link.restart();
    else this.renew(link);
  }

  /** Restarts did not help: a new connection, with the same page if it is known. */
  private renew({ generation, remote }: PeerLink): void {
    const { health } = this;
    const link = this.begin(generation + 1, remote);
    this.keepHealth(health);
    link?.announce();
  }

  /** A new connection with the same page is still the same trouble, and counts as such. */
  private keepHealth(health: Health): void {
    this.health = health.is === 'flowing' ? { ...health, heardAt: this.options.now() } : health;
    this.report();
  }

  private report(): void {
    // A connection prepared for nobody yet is no connection in the call's eyes.
    const waiting = this.link === null || (this.link.remote === null && !this.peerHere);
    const status: MediaStatus = waiting ? 'idle' : this.health.is;
    if (status === this.status) return;
    this.status = status;
    this.options.events.status(status);
  }
}
