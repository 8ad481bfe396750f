import {
  connecting,
  DOUBT_MS,
  flowing,
  RESTART_MS,
  stepHealth,
  type Health,
  type HealthAction,
  type HealthInput,
} from './link-health';
import type { Arrived } from './arrived';
import type { Leftover } from './leftover';
import { PeerLink, type LocalTracks, type PeerLinkEvent, type TrackKind } from './peer-link';
import type { Instance, MediaFlags } from './peer-messages';
import type { RtcFactory } from './rtc';
import { KINDS, shownOf, stepTheirMedia, unheard, type TheirMedia } from './their-media';

/** How media is, as the call sees it. `idle`: there is nobody to have media with. */
export type MediaStatus = 'idle' | Health['is'];

/** How far the server reaches: not even this page, this page alone, or the other one too. */
export type Reach = 'offline' | 'alone' | 'both';

/** What a connection is made with; by the seat, which the server gave. */
export interface Terms {
  /** Seat 0 leads: first offers, restarts and new connections are its own. */
  readonly leads: boolean;
  readonly iceServers: readonly RTCIceServer[];
}

/** What the other person has on, as far as it is known. */
export interface TheirMediaEvent {
  readonly type: 'remote-media';
  readonly media: MediaFlags;
}

/** The call over a connection is over, and it still carries words: whoever is told owns it, and closes it. */
export interface PartedEvent {
  readonly type: 'parted';
  readonly left: Leftover;
}

export interface LinkKeeperOptions {
  readonly rtc: RtcFactory;
  readonly mediaFlags: () => MediaFlags;
  readonly now: () => number;
  readonly reach: () => Reach;
  readonly onLink: (
    event: Exclude<PeerLinkEvent, { type: 'heard' | 'answered' | 'broken' }> | TheirMediaEvent | PartedEvent,
  ) => void;
  readonly onStatus: (status: MediaStatus) => void;
  /** Connecting takes long: both should tell each other what they know of their networks. */
  readonly onSlow: () => void;
  /** Only seat 0 may do this itself; seat 1 has to ask for it. */
  readonly ask: (what: 'restart' | 'renew') => void;
}

/** How often (ms) health is looked at, and every how many looks a sign of life is sent. */
const TICK_MS = 250;
const BEAT_TICKS = 2;
/** Every how many ticks what arrived is counted. */
const COUNT_TICKS = 4;
/** The data channel tries again ever more seldom, seconds apart, what was lost: so long (ms) after trouble it is slow. */
const CALM_MS = 5000;

/** Keeps one connection with the other page: makes it, watches its health, mends it, replaces it. */
export class LinkKeeper {
  private readonly options: LinkKeeperOptions;
  private current: PeerLink | null = null;
  private terms: Terms = { leads: false, iceServers: [] };
  private health: Health = connecting(0);
  private shown: MediaStatus = 'idle';
  private tracks: LocalTracks = { audio: null, video: null };
  private theirs: TheirMedia = unheard;
  private begunAt = 0;
  private troubledAt = -Infinity;
  private ticks = 0;
  private readonly timer: ReturnType<typeof setInterval>;

  constructor(options: LinkKeeperOptions) {
    this.options = options;
    this.timer = setInterval(() => {
      this.tick();
    }, TICK_MS);
  }

  get link(): PeerLink | null {
    return this.current;
  }

  get status(): MediaStatus {
    return this.shown;
  }

  /** The data channel carries at once whatever is said on it. */
  get isCalm(): boolean {
    return this.shown === 'flowing' && this.options.now() - this.troubledAt > CALM_MS;
  }

  agree(terms: Terms): void {
    this.terms = terms;
  }

  /** A new connection in the place of the one before. `remote`: with whom; null while nobody has spoken yet. */
  begin(generation: number, remote: Instance | null): PeerLink {
    const sameTrouble = remote !== null && this.current?.remote === remote ? this.health : null;
    this.current?.close();
    this.begunAt = this.options.now();
    const link: PeerLink = new PeerLink({
      rtc: this.options.rtc,
      iceServers: this.terms.iceServers,
      leads: this.terms.leads,
      generation,
      remote,
      tracks: () => this.tracks,
      mediaFlags: this.options.mediaFlags,
      now: this.options.now,
      // Events of a connection that was replaced are nobody's business any more.
      onEvent: (event) => {
        if (this.current === link) this.linkSaid(event);
      },
    });
    this.current = link;
    this.health = this.healthOfNew(sameTrouble);
    this.report();
    return link;
  }

  drop(): void {
    this.current?.close();
    this.current = null;
    this.report();
  }

  /** The call with the other page is over; whatever still carries words is given away. */
  part(): void {
    const { current } = this;
    this.current = null;
    const left = current?.part();
    if (left) this.options.onLink({ type: 'parted', left });
    this.report();
  }

  /** The one the connection was prepared for has spoken. */
  bind(link: PeerLink, remote: Instance): void {
    link.remote = remote;
    this.report();
  }

  /** Own network is another one, or the own way to the server is new: whatever was tried before is void. */
  pathChanged(): void {
    this.feed({ type: 'path-changed', at: this.options.now() });
    this.check();
  }

  /** The other page can be reached again. */
  reachable(): void {
    this.feed({
      type: 'reachable',
      at: this.options.now(),
      pendingMs: this.current?.pendingMs() ?? null,
    });
    this.check();
  }

  /** The browser says that its network is gone. */
  networkLost(): void {
    this.feed({ type: 'network-lost', at: this.options.now() });
  }

  /** The other page asks for what it may not do itself. `after`: the newest offer it knew when it asked. */
  asked(what: 'restart' | 'renew', after: number): void {
    const at = this.options.now();
    if (what === 'restart') {
      // A newer offer is under way, or was agreed meanwhile: the wish comes late.
      if ((this.current?.offers.own ?? 0) <= after) this.feed({ type: 'asked', at });
    }
    // A connection this young is the answer to the wish.
    else if (at - this.begunAt >= RESTART_MS) this.renew();
  }

  setTrack(kind: TrackKind, track: MediaStreamTrack | null): void {
    if (this.tracks[kind] === track) return;
    this.tracks = { ...this.tracks, [kind]: track };
    this.current?.setTrack(kind, track);
  }

  /** What the other person says to have on. What arrives has the last word. */
  theySay(media: MediaFlags): void {
    this.theirs = stepTheirMedia(this.theirs, { type: 'said', at: this.options.now(), media });
    this.tellTheirs();
  }

  close(): void {
    clearInterval(this.timer);
    this.drop();
  }

  /** A new connection with the same page is still the same trouble, and counts as such. */
  private healthOfNew(sameTrouble: Health | null): Health {
    if (!sameTrouble) return connecting(this.begunAt);
    return sameTrouble.is === 'flowing' ? flowing(this.begunAt) : sameTrouble;
  }

  private linkSaid(event: PeerLinkEvent): void {
    if (event.type === 'heard' || event.type === 'answered' || event.type === 'broken') {
      this.feed({ type: event.type, at: this.options.now() });
      return;
    }
    if (event.type === 'open') this.feed({ type: 'heard', at: this.options.now() });
    this.options.onLink(event);
  }

  private tick(): void {
    const link = this.current;
    if (!link) return;
    this.ticks += 1;
    if (this.ticks % BEAT_TICKS === 0) link.beat();
    if (this.ticks % COUNT_TICKS === 0) this.count(link);
    const at = this.options.now();
    // Statistics of a connection that has just been closed are refused; there is another one to look at by then.
    if (this.isSilent(at)) link.look().catch(() => undefined);
    this.check();
  }

  /** What arrives from the other person, for a word of theirs that is not true. */
  private count(link: PeerLink): void {
    // In trouble nothing arrives, whatever they have on; and what nobody sees is not worth the work.
    if (this.shown !== 'flowing' || document.hidden) this.counted(null);
    else {
      link.arrived().then(
        (arrived) => {
          if (this.current === link) this.counted(arrived);
        },
        () => undefined,
      );
    }
  }

  private counted(arrived: Arrived | null): void {
    const before = this.theirs;
    this.theirs = stepTheirMedia(before, { type: 'counted', at: this.options.now(), arrived });
    const changed = KINDS.some((kind) => this.theirs[kind].shown !== before[kind].shown);
    if (changed) this.tellTheirs();
  }

  private tellTheirs(): void {
    this.options.onLink({ type: 'remote-media', media: shownOf(this.theirs) });
  }

  /** Does what is due. */
  private check(): void {
    if (!this.current || this.shown === 'idle') return;
    this.feed({
      type: 'tick',
      at: this.options.now(),
      canSignal: this.options.reach() === 'both',
      pendingMs: this.current.pendingMs(),
    });
  }

  private isSilent(at: number): boolean {
    const { health } = this;
    return health.is === 'stalled' || (health.is === 'flowing' && at - health.heardAt > DOUBT_MS);
  }

  private feed(input: HealthInput): void {
    if (!this.current) return;
    const { health, actions } = stepHealth(this.health, input);
    if (this.health.is === 'stalled' && health.is === 'flowing') this.current.refreshPicture();
    this.health = health;
    if (health.is === 'stalled') this.troubledAt = input.at;
    this.report();
    for (const action of actions) this.act(action);
  }

  private act(action: HealthAction): void {
    if (action === 'tell-network') this.options.onSlow();
    else if (action === 'resend') this.current?.resend();
    else if (!this.terms.leads) this.options.ask(action);
    else if (action === 'restart') this.current?.restart();
    else this.renew();
  }

  /** Restarts did not help: a new connection, with the same page if it is known. */
  private renew(): void {
    if (this.current) this.begin(this.current.generation + 1, this.current.remote).announce();
  }

  report(): void {
    const { current } = this;
    // A connection prepared for nobody yet is no connection in the call's eyes.
    const waiting = current === null || (current.remote === null && this.options.reach() !== 'both');
    const status: MediaStatus = waiting ? 'idle' : this.health.is;
    if (status === this.shown) return;
    this.shown = status;
    this.options.onStatus(status);
  }
}
