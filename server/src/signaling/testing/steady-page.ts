import { WebSocket, type ClientOptions } from 'ws';
import {
  CloseCode,
  decodeServerFrame,
  encodeFrame,
  type ClientFrame,
  type PeerChange,
  type PeerPresence,
  type RefusedReason,
  type SeatNumber,
  type ServerFrame,
} from '../../protocol/index.js';

export interface SteadyPageOptions {
  /** ws://… of the signaling socket; asked for each attempt: another server may have its turn. */
  readonly url: () => string;
  readonly callId: string;
  readonly holder: string;
  /** How the socket is opened, where it is not a plain one. */
  readonly client?: ClientOptions;
  /** 0 ≤ random < 1 */
  readonly random?: () => number;
}

/** ms: at most this long until the first new attempt; each further one waits twice as long, up to the cap. */
const FIRST_MS = 250;
const CAP_MS = 2000;

/** A person's page without a browser: it pulses, and comes back with its ticket whenever it loses its socket. */
export class SteadyPage {
  /** Every final or passing refusal that was heard, in order. */
  readonly refusals: RefusedReason[] = [];
  readonly seats = new Set<SeatNumber>();
  /** Everything that was said about the other person, in order. */
  readonly peerStates: (PeerPresence | PeerChange)[] = [];
  /** What the sockets that had a seat were closed with. */
  readonly closeCodes: number[] = [];
  readonly received: string[] = [];
  epoch = 0;
  readonly #options: SteadyPageOptions;
  #socket: WebSocket | null = null;
  #ticket: string | undefined;
  #isIn = false;
  #failures = 0;
  #over = false;
  #pulse: NodeJS.Timeout | undefined;
  #retry: NodeJS.Timeout | undefined;

  constructor(options: SteadyPageOptions) {
    this.#options = options;
    this.#connect();
  }

  /** Has its seat, and knows the other in theirs. */
  get isTogether(): boolean {
    return this.#isIn && this.peerStates.at(-1) === 'present';
  }

  get isIn(): boolean {
    return this.#isIn;
  }

  /** Refused or superseded for good. */
  get isOver(): boolean {
    return this.#over;
  }

  relay(payload: string): void {
    this.#send({ event: 'relay', data: { payload } });
  }

  /** The network under it is cut off. */
  drop(): void {
    this.#socket?.terminate();
  }

  /** Gone for good, without a word. */
  end(): void {
    this.#over = true;
    clearInterval(this.#pulse);
    clearTimeout(this.#retry);
    this.#socket?.terminate();
  }

  #connect(): void {
    const socket = new WebSocket(this.#options.url(), { perMessageDeflate: false, ...this.#options.client });
    this.#socket = socket;
    const { callId, holder } = this.#options;
    socket.on('error', () => undefined); // shows in the close that follows
    socket.once('open', () => {
      const ticket = this.#ticket;
      this.#send({
        event: 'enter',
        data: ticket === undefined ? { callId, holder } : { callId, holder, ticket },
      });
    });
    socket.on('message', (data: Buffer) => {
      const frame = decodeServerFrame(data.toString());
      if (!frame.ok) throw new Error(`the server sent what no page can read: ${frame.problem.detail}`);
      this.#heard(frame.value);
    });
    socket.once('close', (code) => {
      this.#lost(code);
    });
  }

  #heard(frame: ServerFrame): void {
    switch (frame.event) {
      case 'entered':
        this.#entered(frame.data);
        return;
      case 'peer':
        this.peerStates.push(frame.data.state);
        return;
      case 'relay':
        this.received.push(frame.data.payload);
        return;
      case 'refused':
        this.refusals.push(frame.data.reason);
        this.#isIn = false;
        this.#over ||= !['unavailable', 'too-many-requests'].includes(frame.data.reason);
        return;
      case 'superseded':
        this.#over = true;
        return;
      default:
    }
  }

  #entered({ seat, epoch, ticket, peer, pulseMs }: Extract<ServerFrame, { event: 'entered' }>['data']): void {
    this.#isIn = true;
    this.#failures = 0;
    this.#ticket = ticket;
    this.epoch = epoch;
    this.seats.add(seat);
    this.peerStates.push(peer.state);
    clearInterval(this.#pulse);
    this.#pulse = setInterval(() => {
      this.#send({ event: 'pulse', data: { peerAlive: true } });
    }, pulseMs);
  }

  #lost(code: number): void {
    if (this.#isIn) this.closeCodes.push(code);
    this.#isIn = false;
    clearInterval(this.#pulse);
    if (this.#over || code === CloseCode.superseded) return;
    const most = Math.min(FIRST_MS * 2 ** this.#failures, CAP_MS);
    this.#failures += 1;
    this.#retry = setTimeout(
      () => {
        this.#connect();
      },
      (this.#options.random ?? Math.random)() * most,
    );
  }

  #send(frame: ClientFrame): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(encodeFrame(frame));
  }
}
