import { keepsCertificate } from './fingerprint';
import type { MediaFlags, PeerBody } from './peer-messages';
import type { RtcConnection } from './rtc';

/** The bodies that are about one connection. */
export type NegotiationBody = Exclude<PeerBody, { kind: 'hello' | 'please' | 'network' }>;

export interface NegotiationOptions {
  readonly connection: RtcConnection;
  /** Seat 1 gives way when both offer at once; seat 0 does not. By seat, never by who came first. */
  readonly polite: boolean;
  readonly send: (body: PeerBody) => void;
  /** The prepared offer as it stands now; it is said when the other person comes. */
  readonly ready: (body: PeerBody) => void;
  readonly mediaFlags: () => MediaFlags;
  readonly now: () => number;
  /** Before the first answer: the moment to put own tracks on what the other offered. */
  readonly beforeAnswer: () => void;
  readonly onAnswered: () => void;
  /** Something the browser refused although it should not have. The connection is not to be trusted any more. */
  readonly onBroken: () => void;
}

/** Candidates found within this time (ms) travel together; the first ones travel inside the description. */
const BUNDLE_MS = 40;

/** TCP candidates of a browser only reach servers, never another browser: not worth their bytes. */
const isUseful = (candidate: string): boolean => candidate !== '' && !/ tcp /i.test(candidate);

const withoutTcpCandidates = (sdp: string): string =>
  sdp
    .split('\r\n')
    .filter((line) => !line.startsWith('a=candidate:') || isUseful(line))
    .join('\r\n');

const ufragOf = (candidate: string): string | undefined => / ufrag (\S+)/.exec(candidate)?.[1];

type Offered = { readonly id: number; at: number };

/**
 * Perfect negotiation for one RTCPeerConnection. Everything runs through one queue, so that an offer that comes while
 * another is being made is seen as what it is: a collision.
 */
export class Negotiation {
  private readonly options: NegotiationOptions;
  private queue: Promise<void> = Promise.resolve();
  private state: 'open' | 'closed' = 'open';
  private lastId = 0;
  /** Own offer that waits for its answer. */
  private offered: Offered | null = null;
  /** The newest offer of the other side that was taken. */
  private taken = 0;
  private said = '';
  private early: string[] = [];
  private unsent: string[] = [];
  private bundle: ReturnType<typeof setTimeout> | null = null;
  /** Prepared but not yet said: while one waits alone, there is nobody to say it to. */
  private announced: boolean;

  constructor(options: NegotiationOptions, announced: boolean) {
    this.options = options;
    this.announced = announced;
    options.connection.onnegotiationneeded = () => {
      // The first offer is made by prepare(); this event is for what changes later.
      if (this.announced) void this.offer();
    };
    options.connection.onicecandidate = ({ candidate }) => {
      if (candidate) this.found(candidate.candidate);
    };
  }

  /** Makes the first offer and gathers, without telling anybody. */
  prepare(): Promise<void> {
    return this.run(() => this.makeOffer());
  }

  get isAnnounced(): boolean {
    return this.announced;
  }

  /** Says the prepared offer, with every candidate found so far. */
  announce(): Promise<void> {
    return this.run(() => {
      this.announced = true;
      this.sayOffer();
    });
  }

  offer(): Promise<void> {
    return this.run(() => this.makeOffer());
  }

  restart(): void {
    this.options.connection.restartIce();
    // In "stable" the browser asks for an offer by itself; with an offer pending it would wait for an answer that is lost.
    if (this.options.connection.signalingState !== 'stable') void this.offer();
  }

  /** Ids of the newest own offer, and of the newest one taken from the other side. */
  get offers(): { readonly own: number; readonly taken: number } {
    return { own: this.lastId, taken: this.taken };
  }

  /** ms since the pending offer was last said; null when none is pending. */
  pendingMs(): number | null {
    return this.offered && this.announced ? this.options.now() - this.offered.at : null;
  }

  resend(): void {
    void this.run(() => {
      if (this.announced && this.offered) this.sayOffer();
    });
  }

  receive(body: NegotiationBody): Promise<void> {
    return this.run(() => {
      if (body.kind === 'candidates') return this.takeCandidates(body.candidates);
      // Of another connection; should it have this one's name, it is mended by a new one for both.
      if (!keepsCertificate(this.options.connection.remoteDescription, body.sdp)) return;
      if (body.kind === 'offer') return this.takeOffer(body.id, body.sdp);
      return this.takeAnswer(body.id, body.sdp);
    });
  }

  close(): void {
    this.state = 'closed';
    if (this.bundle !== null) clearTimeout(this.bundle);
  }

  /** While the browser worked, this connection may have been given up. */
  private isClosed(): boolean {
    return this.state === 'closed';
  }

  private run(work: () => Promise<void> | void): Promise<void> {
    this.queue = this.queue
      .then(() => (this.isClosed() ? undefined : work()))
      .catch(() => {
        if (!this.isClosed()) this.options.onBroken();
      });
    return this.queue;
  }

  private async makeOffer(): Promise<void> {
    await this.options.connection.setLocalDescription();
    const { localDescription } = this.options.connection;
    if (this.isClosed() || localDescription?.type !== 'offer') return;
    this.lastId += 1;
    this.offered = { id: this.lastId, at: this.options.now() };
    if (this.announced) this.sayOffer();
  }

  private sayOffer(): void {
    const { localDescription } = this.options.connection;
    if (!this.offered || localDescription?.type !== 'offer') return;
    this.offered.at = this.options.now();
    this.say('offer', this.offered.id, localDescription.sdp);
  }

  private say(kind: 'offer' | 'answer', id: number, sdp: string): void {
    // Whatever was found up to now stands in the description. Said again it is ignored by whoever took it the first
    // time, what it newly holds included: candidates found since then still travel by themselves.
    const name = `${kind} ${id}`;
    if (this.said !== name) this.unsent = [];
    this.said = name;
    this.options.send(this.description(kind, id, sdp));
  }

  private description(kind: 'offer' | 'answer', id: number, sdp: string): PeerBody {
    return { kind, id, sdp: withoutTcpCandidates(sdp), media: this.options.mediaFlags() };
  }

  private async takeOffer(id: number, sdp: string): Promise<void> {
    const { connection, polite } = this.options;
    if (id < this.taken) return;
    if (id === this.taken) {
      this.sayAnswer(id);
      return;
    }
    if (connection.signalingState !== 'stable' && !polite) return;
    this.offered = null;
    await connection.setRemoteDescription({ type: 'offer', sdp });
    if (this.isClosed()) return;
    this.taken = id;
    this.announced = true;
    this.options.beforeAnswer();
    await connection.setLocalDescription();
    if (this.isClosed()) return;
    this.sayAnswer(id);
    this.options.onAnswered();
    await this.takeEarly();
  }

  private sayAnswer(id: number): void {
    const { localDescription } = this.options.connection;
    if (localDescription?.type === 'answer') this.say('answer', id, localDescription.sdp);
  }

  private async takeAnswer(id: number, sdp: string): Promise<void> {
    if (this.offered?.id !== id) return;
    await this.options.connection.setRemoteDescription({ type: 'answer', sdp });
    this.offered = null;
    if (this.isClosed()) return;
    this.options.onAnswered();
    await this.takeEarly();
  }

  private async takeCandidates(candidates: readonly string[]): Promise<void> {
    if (!this.options.connection.remoteDescription) {
      this.early.push(...candidates);
      return;
    }
    for (const candidate of candidates) await this.add(candidate);
  }

  private takeEarly(): Promise<void> {
    const early = this.early;
    this.early = [];
    return this.takeCandidates(early);
  }

  private async add(candidate: string): Promise<void> {
    const { connection } = this.options;
    const usernameFragment = ufragOf(candidate);
    // Candidates of an ICE generation that is no longer, or not yet, the current one are of no use.
    const known =
      connection.remoteDescription?.sdp.includes(`a=ice-ufrag:${usernameFragment ?? ''}`) ?? false;
    if (!known) return;
    const init = {
      candidate,
      sdpMLineIndex: 0,
      ...(usernameFragment === undefined ? {} : { usernameFragment }),
    };
    try {
      await connection.addIceCandidate(init);
    } catch {
      // One candidate the browser cannot use (an address family it lacks, a name it cannot resolve) leaves the others.
    }
  }

  private found(candidate: string): void {
    if (!isUseful(candidate)) return;
    if (this.announced) this.unsent.push(candidate);
    this.bundle ??= setTimeout(() => {
      this.bundle = null;
      if (this.announced) this.sayCandidates();
      else this.tellReady();
    }, BUNDLE_MS);
  }

  private sayCandidates(): void {
    const candidates = this.unsent;
    this.unsent = [];
    if (candidates.length > 0) this.options.send({ kind: 'candidates', candidates });
  }

  private tellReady(): void {
    const { localDescription } = this.options.connection;
    if (!this.offered || localDescription?.type !== 'offer') return;
    this.options.ready(this.description('offer', this.offered.id, localDescription.sdp));
  }
}
