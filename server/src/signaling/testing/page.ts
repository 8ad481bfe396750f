import { randomBytes } from 'node:crypto';
import { WebSocket, type ClientOptions } from 'ws';
import {
  decodeRingFrame,
  decodeServerFrame,
  encodeFrame,
  type ClientFrame,
  type Entered,
  type RingFrame,
  type ServerFrame,
} from '../../protocol/index.js';

type Heard = ServerFrame | RingFrame;
type FrameOf<E extends Heard['event']> = Extract<Heard, { event: E }>;

/** A secret as a browser makes it. */
export const newHolder = (): string => randomBytes(16).toString('base64url');

/** The other end of a signaling socket: a page without a browser. Frames wait until somebody asks for them. */
export class Page {
  readonly socket: WebSocket;
  /** The code this socket was closed with. */
  readonly closed: Promise<number>;
  readonly #arrived: Heard[] = [];
  readonly #waiting: ((frame: Heard) => void)[] = [];

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data: Buffer) => {
      const ring = decodeRingFrame(data.toString());
      const frame = ring.ok ? ring : decodeServerFrame(data.toString());
      if (!frame.ok) throw new Error(`the server sent what no page can read: ${frame.problem.detail}`);
      const waiting = this.#waiting.shift();
      if (waiting) waiting(frame.value);
      else this.#arrived.push(frame.value);
    });
    // A refused upgrade or a cut connection shows in `opened` and `closed`.
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      socket.once('close', (code) => {
        resolve(code);
      });
    });
  }

  /** Rejects with the HTTP status when the server lets nobody in. */
  static open(url: string, options: ClientOptions = {}): Promise<Page> {
    const socket = new WebSocket(url, options);
    const page = new Page(socket);
    return new Promise((resolve, reject) => {
      socket.once('open', () => {
        resolve(page);
      });
      socket.once('error', reject);
    });
  }

  send(frame: ClientFrame | string): void {
    this.socket.send(typeof frame === 'string' ? frame : encodeFrame(frame));
  }

  relay(payload: string): void {
    this.send({ event: 'relay', data: { payload } });
  }

  /** The next frame, whatever it is. */
  next(): Promise<Heard> {
    const arrived = this.#arrived.shift();
    return arrived ? Promise.resolve(arrived) : new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** The next frame of this event; those before it are read and dropped. */
  async until<E extends Heard['event']>(event: E): Promise<FrameOf<E>['data']> {
    for (;;) {
      const frame = await this.next();
      if (isOf(frame, event)) return dataOf<FrameOf<E>>(frame);
    }
  }

  /** Everything that arrived and nobody asked for. What the server said before its answer to this pulse is in it. */
  async rest(): Promise<Heard[]> {
    this.send({ event: 'pulse', data: { peerAlive: false } });
    const frames: Heard[] = [];
    for (let frame = await this.next(); frame.event !== 'pulse'; frame = await this.next())
      frames.push(frame);
    return frames;
  }

  async enter(callId: string, holder = newHolder(), ticket?: string): Promise<Entered> {
    const data = ticket === undefined ? { callId, holder } : { callId, holder, ticket };
    this.send({ event: 'enter', data });
    const frame = await this.next();
    if (frame.event !== 'entered') throw new Error(`not entered: ${JSON.stringify(frame)}`);
    return frame.data;
  }
}

const isOf = <E extends Heard['event']>(frame: Heard, event: E): frame is FrameOf<E> => frame.event === event;

const dataOf = <F extends Heard>(frame: F): F['data'] => frame.data;
