import type { IceServer, PeerChange, PeerPresence, SeatNumber } from '@protocol';
import { LinkKeeper, type LinkKeeperOptions, type Reach } from './link-keeper';
import { NetworkScout } from './network-scout';
import type { PeerLink } from './peer-link';
import type { PeerSessionOptions } from './peer-session-options';
import {
  decodePeerMessage,
  encodePeerMessage,
  type Instance,
  type PeerBody,
  type PeerMessage,
} from './peer-messages';

export type { MediaStatus } from './link-keeper';
export type { PeerSessionEvent } from './peer-session-options';

/** So long (ms) a page that was never in this call waits to be offered a connection before it says that it is here. */
const GREET_MS = 400;
/** A seat's epoch when somebody takes it for the first time: no page of theirs is known to the other yet. */
const FIRST_EPOCH = 1;

type Description = Extract<PeerBody, { kind: 'offer' | 'answer' }>;

/**
 * Everything between this page and the other: who they are, what they say to each other, and over which way. It knows
 * nothing of seats beyond the number, and nothing of what a page shows.
 */
export class PeerSession {
  private readonly options: PeerSessionOptions;
  private readonly keeper: LinkKeeper;
  private readonly scout: NetworkScout;
  private seat: SeatNumber | null = null;
  private reach: Reach = 'offline';
  private greeting: ReturnType<typeof setTimeout> | undefined;

  constructor(options: PeerSessionOptions) {
    this.options = options;
    this.keeper = new LinkKeeper(this.keeperOptions());
    this.scout = new NetworkScout(options.rtc, {
      own: (network) => options.onEvent({ type: 'network', network }),
      obstacle: (obstacle) => options.onEvent({ type: 'obstacle', obstacle }),
    });
  }

  /** This page has its seat, for the first time or again. */
  entered(
    { seat, epoch, iceServers }: { seat: SeatNumber; epoch: number; iceServers: readonly IceServer[] },
    peer: PeerPresence,
  ): void {
    // Another seat is another role: nothing that was agreed under the old one holds.
    if (this.seat !== null && this.seat !== seat) this.keeper.drop();
    this.seat = seat;
    const servers = iceServers.map(({ urls }) => ({ urls: [...urls] }));
    this.keeper.agree({ leads: this.leads(), iceServers: servers });
    this.scout.ask(servers);
    this.peerIs(peer);
    if (peer !== 'present') return;
    this.keeper.pathChanged();
    if (this.link?.remote === null) this.link.announce();
    else if (epoch > FIRST_EPOCH || this.link) this.say({ kind: 'hello' });
    else this.greetLater();
  }

  /** Seat 0 is told by the server that somebody new is here, and offers by itself; only if that fails it must be asked. */
  private greetLater(): void {
    clearTimeout(this.greeting);
    this.greeting = setTimeout(() => {
      if (this.reach === 'both' && !this.link) this.say({ kind: 'hello' });
    }, GREET_MS);
  }

  /** The other's seat changed. */
  peerChanged(state: PeerChange): void {
    if (state === 'left') this.part();
    this.peerIs(state === 'left' ? 'absent' : state);
    if (state === 'present') this.keeper.reachable();
    // A page that is known says hello by itself; whether it is still the same page, only it can tell.
    if (state === 'present' && this.link?.remote === null) this.link.announce();
  }

  /** The socket to the server is lost; what flows between the two browsers is not touched. */
  offline(): void {
    this.reach = 'offline';
    this.keeper.report();
  }

  /** The other person said goodbye over the data channel. */
  peerGone(): void {
    this.part();
    this.prepare();
  }

  /** A message that came by way of the server. Anything unusable is ignored: another version, or a hostile server. */
  receive(value: unknown): void {
    const decoded = decodePeerMessage(value);
    if (!decoded.ok || this.seat === null) return;
    const message = decoded.value;
    const { to, body } = message;
    if (body.kind === 'hello') return this.takeHello(message);
    // Meant for the page that was here before.
    if (to !== undefined && to !== this.options.instance) return;
    if (body.kind === 'offer') return this.takeOffer(message, body);
    if (body.kind === 'answer') return this.takeAnswer(message, body);
    if (!this.link || !this.isOf(this.link, message)) return;
    if (body.kind === 'network') {
      this.scout.told(body.network);
      return;
    }
    if (body.kind === 'please') {
      if (this.leads()) this.keeper.asked(body.what, body.after);
    } else this.link.receive(body);
  }

  readonly setTrack: LinkKeeper['setTrack'] = (kind, track) => this.keeper.setTrack(kind, track);

  /** The call with the other person is over; words may go on (`parted`). */
  readonly part = (): void => this.keeper.part();

  /** What the other person says to have on, also by other ways than a description. */
  readonly theySay: LinkKeeper['theySay'] = (media) => this.keeper.theySay(media);

  /** False: there is no open data channel. */
  sendApp(text: string): boolean {
    return this.link?.sendApp(text) ?? false;
  }

  /** The certificates of the present connection's two ends. */
  fingerprints(): ReturnType<PeerLink['fingerprints']> {
    return this.link?.fingerprints() ?? null;
  }

  /** `lost`: the browser says so. `changed`: what was found out about paths is worth nothing. */
  networkIs(what: 'lost' | 'changed'): void {
    if (what === 'lost') {
      this.keeper.networkLost();
      return;
    }
    if (this.keeper.status === 'idle') this.keeper.drop();
    this.prepare();
    this.keeper.pathChanged();
    this.scout.forget();
    if (this.reach === 'alone') void this.scout.look();
  }

  get isFlowing(): boolean {
    return this.keeper.status === 'flowing';
  }

  close(): void {
    this.seat = null;
    clearTimeout(this.greeting);
    this.scout.close();
    this.keeper.close();
  }

  private get link(): PeerLink | null {
    return this.keeper.link;
  }

  private leads(): boolean {
    return this.seat === 0;
  }

  private keeperOptions(): LinkKeeperOptions {
    const { rtc, mediaFlags, now, onEvent } = this.options;
    return {
      rtc,
      mediaFlags,
      now,
      reach: () => this.reach,
      onStatus: (status) => {
        onEvent({ type: 'status', status });
      },
      onLink: (event) => {
        this.linkSaid(event);
      },
      onSlow: () => {
        void this.tellNetwork();
      },
      ask: (what) => {
        this.say({ kind: 'please', what, after: this.link?.offers.taken ?? 0 });
      },
    };
  }

  private async tellNetwork(): Promise<void> {
    const network = await this.scout.look();
    if (network) this.say({ kind: 'network', network });
  }

  private linkSaid(event: Parameters<LinkKeeperOptions['onLink']>[0]): void {
    switch (event.type) {
      case 'send':
        return this.say(event.body);
      case 'ready':
        return this.options.relaySoon(this.messageOf(event.body));
      case 'control':
        return this.receive(event.value);
      case 'open':
        return this.options.onEvent({ type: 'app-open', page: this.link?.remote ?? null });
      default:
        return this.options.onEvent(event);
    }
  }

  private peerIs(peer: PeerPresence): void {
    this.reach = peer === 'present' ? 'both' : 'alone';
    // Who waits has time to learn what the own network does, and to be warned early.
    if (peer === 'absent') void this.scout.look();
    // Whose seat is free is out; unless they are audible all the same: then they are in the call.
    const known = this.link !== null && this.link.remote !== null;
    if (peer === 'absent' && known && !this.isFlowing) this.keeper.drop();
    this.prepare();
    this.keeper.report();
  }

  /** The one who leads has the connection ready before the other comes: the other's wait is then one round shorter. */
  private prepare(): void {
    if (this.leads() && !this.link) this.keeper.begin(1, null);
  }

  private messageOf(body: PeerBody, remote = this.link?.remote ?? null): unknown {
    return encodePeerMessage({
      from: this.options.instance,
      ...(remote === null ? {} : { to: remote }),
      generation: this.link?.generation ?? 0,
      body,
    });
  }

  private say(body: PeerBody): void {
    const message = this.messageOf(body);
    // While media flows the data channel carries everything: the server may be gone. In trouble, and just after it, both
    // ways are tried; repeated messages are harmless.
    const direct = body.kind !== 'hello' && (this.link?.sendControl(message) ?? false);
    if (!direct || !this.keeper.isCalm) this.options.relay(message);
  }

  private takeHello({ from, to }: PeerMessage): void {
    const { link } = this;
    const heardUs = to === this.options.instance;
    if (link?.remote === from) link.resend();
    else if (!heardUs && link?.remote) this.prove(from);
    else if (this.leads()) this.welcome(from, heardUs);
    // Seat 0 is a page not known here: answering tells it who is.
    else if (heardUs) this.prove(from);
    else this.say({ kind: 'hello' });
  }

  /**
   * A page that is not known says it is here, while another one is known. Old words that were kept on the way and said
   * again sound just so; who is really there hears this and answers by this page's name, which nobody knew before.
   */
  private prove(stranger: Instance): void {
    this.options.relay(this.messageOf({ kind: 'hello' }, stranger));
  }

  private welcome(from: Instance, heardUs: boolean): void {
    const { link } = this;
    if (link?.remote !== null) {
      this.keeper.begin(1, from).announce();
      return;
    }
    this.keeper.bind(link, from);
    // The prepared offer was said when the server told of this person, and has reached them; unless they ask again.
    if (!link.isAnnounced) link.announce();
    else if (heardUs) link.resend();
  }

  private takeOffer(message: PeerMessage, offer: Description): void {
    const { from, to, generation } = message;
    const { link } = this;
    const known = link?.remote === from;
    if (known && generation <= link.generation) {
      if (generation === link.generation) this.accept(link, offer);
      return;
    }
    // A new page, or a new connection of the same one. Only seat 0 begins those.
    if (this.leads()) return;
    if (!known && link?.remote && to !== this.options.instance) this.prove(from);
    else this.accept(this.keeper.begin(generation, from), offer);
  }

  private takeAnswer(message: PeerMessage, answer: Description): void {
    const { link } = this;
    if (link?.generation !== message.generation) return;
    // An answer may be the first word of the other page.
    if (link.remote === null) this.keeper.bind(link, message.from);
    if (this.isOf(link, message)) this.accept(link, answer);
  }

  private accept(link: PeerLink, description: Description): void {
    this.keeper.theySay(description.media);
    link.receive(description);
  }

  private isOf(link: PeerLink, { from, generation }: PeerMessage): boolean {
    return link.remote === from && link.generation === generation;
  }
}
