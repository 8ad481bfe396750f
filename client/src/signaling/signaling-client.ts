import {
  decodeServerFrame,
  encodeFrame,
  type AttendFrame,
  type ClientFrame,
  type Decoded,
  type DeviceCredentials,
  type RingFrame,
} from '@protocol';
import { signalUrl } from './signal-url';
import { watchNetwork, type NetworkEvent } from './network-watch';
import { step } from './socket-machine';
import {
  initialState,
  nextChange,
  type Effect,
  type Identity,
  type Input,
  type SignalingEvent,
  type SocketState,
  type Speaker,
} from './socket-state';

export type { Identity, SignalingEvent } from './socket-state';

/** What is used of a browser's WebSocket. */
export type Socket = Pick<WebSocket, 'send' | 'close' | 'onopen' | 'onmessage' | 'onclose'> & {
  readonly readyState: number;
};

export interface SignalingOptions {
  /** `https://…` of the server; default: the page's own. */
  readonly origin?: string;
  readonly onEvent: (event: SignalingEvent) => void;
  /** Does media from the other person still arrive? Asked for each pulse; a yes keeps their seat while they are cut off. */
  readonly peerAlive: () => boolean;
  /**
   * Reads what is about ringing (`decodeRingFrame`); it is told as `ring`. Default: nothing is, as most pages neither ring
   * nor are rung, and need not carry the words for it.
   */
  readonly decodeRing?: (text: string) => Decoded<RingFrame>;
  /** A socket to this server that was opened before; it belongs to this client now, and is its first one. */
  readonly opened?: Socket;
  /** Makes a socket; tests put a fake here. */
  readonly connect?: (url: string) => Socket;
  /** 0 ≤ random < 1; spreads retries. */
  readonly random?: () => number;
  /** Calls back when the network may have changed or the page was woken; returns how to stop that. */
  readonly watchNetwork?: (happened: (what: NetworkEvent) => void) => () => void;
}

const greetingOf = (speaker: Speaker): ClientFrame | AttendFrame =>
  'callId' in speaker ? { event: 'enter', data: speaker } : { event: 'attend', data: speaker };

/**
 * The page's connection to the server: one entering of one call, through as many sockets as it takes. The rules are in
 * socket-machine.ts; here are the socket, the timer and the clock.
 */
export class SignalingClient {
  readonly #options: SignalingOptions;
  readonly #url: string;
  readonly #inputs: Input[] = [];
  #ahead: Socket | null;
  readonly #unwatch: () => void;
  #state: SocketState = initialState;
  #socket: Socket | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #running = false;

  constructor(options: SignalingOptions) {
    this.#options = options;
    this.#url = signalUrl(options.origin ?? location.origin);
    this.#ahead = options.opened ?? null;
    this.#unwatch = (options.watchNetwork ?? watchNetwork)((what) => {
      if (what === 'lost') this.#put({ type: 'network-lost' });
      else this.poke();
    });
  }

  /** Has a socket ready before anybody enters, so that entering costs one way and back. */
  open(): void {
    this.#put({ type: 'open' });
  }

  /** Takes or resumes a seat as soon as there is a socket, and again after each return. Once per client. */
  enter(identity: Identity): void {
    this.#put({ type: 'enter', identity });
  }

  /** Hears who rings this device, from now on and after each return. Once per client, and instead of entering. */
  attend(device: DeviceCredentials): void {
    this.#put({ type: 'enter', identity: device });
  }

  /** To the other person; false: there is no way just now, and nothing was sent. */
  relay(payload: string): boolean {
    return this.#sendSeated({ event: 'relay', data: { payload } });
  }

  /** Binds the call to its two people, or opens it; `locked` tells when it is done. False: there is no way just now. */
  lock(on: boolean): boolean {
    return this.#sendSeated({ event: 'lock', data: { on } });
  }

  /** The network may have changed: look at once instead of waiting. */
  poke(): void {
    this.#put({ type: 'poke' });
  }

  /** Media is in trouble: the socket must be known to live, and be replaced quickly when it does not. */
  setUrgent(on: boolean): void {
    this.#put({ type: 'urgent', on });
  }

  /** Hangs up. For good. */
  leave(): void {
    this.#put({ type: 'leave' });
  }

  /** Hangs up, and keeps whoever has the other seat out of this call. For good. */
  block(): void {
    this.#put({ type: 'block' });
  }

  /** The page goes away without hanging up: the seat is kept for a while. For good. */
  close(): void {
    this.#put({ type: 'close' });
  }

  /** One input at a time: what an event's listener asks for comes after the effects of the present one. */
  #put(input: Input): void {
    this.#inputs.push(input);
    if (this.#running) return;
    this.#running = true;
    try {
      for (let next = this.#inputs.shift(); next; next = this.#inputs.shift()) this.#take(next);
    } finally {
      this.#running = false;
      this.#schedule();
    }
  }

  #take(input: Input): void {
    const random = (this.#options.random ?? Math.random)();
    const { state, effects } = step(this.#state, input, { at: performance.now(), random });
    this.#state = state;
    for (const effect of effects) this.#run(effect);
    if (state.link.is === 'ended') this.#unwatch();
  }

  #run(effect: Effect): void {
    switch (effect.type) {
      case 'connect':
        return this.#connect();
      case 'disconnect':
        return this.#drop();
      case 'send-enter':
        return void this.#send(greetingOf(effect.identity));
      case 'send-pulse':
        return void this.#send({ event: 'pulse', data: { peerAlive: this.#options.peerAlive() } });
      case 'send-leave':
        return void this.#send({ event: 'leave', data: {} });
      case 'send-block':
        return void this.#send({ event: 'block', data: {} });
      case 'tell':
        return this.#options.onEvent(effect.event);
    }
  }

  #connect(): void {
    this.#drop();
    const socket = this.#takeAhead() ?? (this.#options.connect ?? ((url) => new WebSocket(url)))(this.#url);
    this.#socket = socket;
    socket.onopen = () => this.#put({ type: 'opened' });
    socket.onclose = ({ code }) => this.#put({ type: 'lost', closeCode: code });
    socket.onmessage = ({ data }: MessageEvent<unknown>) => this.#heard(data);
    // One that was opened ahead has said so before anybody listened.
    if (socket.readyState === WebSocket.OPEN) this.#put({ type: 'opened' });
  }

  /** Null: there is none, or it is gone already. */
  #takeAhead(): Socket | null {
    const ahead = this.#ahead;
    this.#ahead = null;
    return ahead && ahead.readyState <= WebSocket.OPEN ? ahead : null;
  }

  /** A socket that was let go is not listened to: whatever it still says is about the past. */
  #drop(): void {
    const socket = this.#socket;
    if (!socket) return;
    this.#socket = null;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  #heard(data: unknown): void {
    const text = typeof data === 'string' ? data : '';
    const ring = this.#options.decodeRing?.(text);
    if (ring?.ok) {
      this.#put({ type: 'heard', frame: ring.value });
      return;
    }
    const decoded = decodeServerFrame(text);
    this.#put({ type: 'heard', frame: decoded.ok ? decoded.value : null });
    if (!decoded.ok) this.#options.onEvent({ type: 'unusable', by: 'page', problem: decoded.problem });
  }

  /** Only a page that has its seat has anything to say about the call. */
  #sendSeated(frame: ClientFrame): boolean {
    const { link } = this.#state;
    return link.is === 'open' && link.seat.is === 'entered' && this.#send(frame);
  }

  #send(frame: ClientFrame | AttendFrame): boolean {
    // A socket on its way out takes no more; its end is told by its own event.
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(encodeFrame(frame));
    return true;
  }

  #schedule(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const due = nextChange(this.#state);
    if (due === null) return;
    const planned = Math.max(due, performance.now());
    this.#timer = setTimeout(
      () => this.#put({ type: 'tick', late: performance.now() - planned }),
      Math.ceil(planned - performance.now()),
    );
  }
}
