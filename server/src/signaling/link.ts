import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { Caller } from '../ops/callers.js';
import type { ConnectionId } from '../presence/call-state.js';
import {
  CloseCode,
  encodeFrame,
  type PeerPresence,
  type RingFrame,
  type SeatNumber,
  type ServerFrame,
} from '../protocol/index.js';
import type { Heartbeat } from './heartbeat.js';
import type { SocketLimits } from './limits.js';
import { UNKNOWN_DEVICE } from './refusals.js';
import type { TaskLine } from './task-line.js';
import { asciiFrame } from './text-frame.js';

/** For whom a socket speaks. */
export type Standing =
  /** Whose socket it is, for limits only; null when there are none. Who has entered is not known by it any more. */
  | { readonly is: 'new'; readonly caller: Caller | null }
  /** `enter` was read; presence has not told the verdict yet. */
  | { readonly is: 'entering'; readonly callId: string }
  | {
      readonly is: 'seated';
      readonly callId: string;
      readonly seat: SeatNumber;
      readonly epoch: number;
      /** The other seat as last told here; what comes from an older epoch of it is stale. */
      readonly peer: { readonly state: PeerPresence; readonly epoch: number };
    }
  /** It is no seat's: an open page of a device, which hears who rings. */
  | { readonly is: 'attending' }
  /** Superseded, refused or hung up: whatever it still says is ignored. */
  | { readonly is: 'over' };

/** Begins the names of this process' connections: no two of any servers are the same. */
const PROCESS = randomBytes(12).toString('base64url');
let connections = 0;
const nextName = (): ConnectionId => `${PROCESS}${(connections += 1).toString(36)}`;

export interface LinkParts {
  readonly socket: WebSocket;
  /** The TCP connection below the socket. */
  readonly wire: Socket;
  readonly limits: SocketLimits;
  readonly caller: Caller | null;
  readonly heartbeat: Heartbeat;
  readonly line: TaskLine;
}

/**
 * One socket, for whom it speaks, and what lives as long as it does. Knows no rule; sends, and closes who does not read. A silent
 * one costs what is kept here, thousands of times: no part of it is an object without need.
 */
export class Link {
  readonly connection = nextName();
  readonly heartbeat: Heartbeat;
  /** What this socket said, in order; its farewell is the last. */
  readonly line: TaskLine;
  readonly #socket: WebSocket;
  readonly #wire: Socket;
  readonly #limits: SocketLimits;
  #standing: Standing;
  #verdict: (() => void) | null = null;
  #end: 'to come' | 'over' | (() => void) = 'to come';

  constructor({ socket, wire, limits, caller, heartbeat, line }: LinkParts) {
    this.#standing = { is: 'new', caller };
    this.#socket = socket;
    this.#wire = wire;
    this.#limits = limits;
    this.heartbeat = heartbeat;
    this.line = line;
  }

  get standing(): Standing {
    return this.#standing;
  }

  /** Changes for whom it speaks; who waited for the verdict about `enter` has it. */
  become(standing: Standing): void {
    this.#standing = standing;
    if (standing.is !== 'entering') this.wake();
  }

  /** Ends the wait for a verdict, told or not (the socket may be gone). */
  wake(): void {
    this.#verdict?.();
    this.#verdict = null;
  }

  /** Resolves once presence told what became of `enter`, the socket closed, or `verdictMs` passed. */
  async verdict(): Promise<void> {
    // A store in this process has its word out within this turn: no timer is needed then.
    await Promise.resolve();
    if (this.#standing.is !== 'entering' || !this.isOpen) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.#limits.verdictMs);
      this.#verdict = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** The socket is closed and presence knows. */
  finish(): void {
    if (typeof this.#end === 'function') this.#end();
    this.#end = 'over';
  }

  /** Resolves when it has finished. For the one who stops the server: nobody else waits for that. */
  finished(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#end === 'over') resolve();
      else this.#end = resolve;
    });
  }

  /** Bytes that have arrived so far. */
  get received(): number {
    return this.#wire.bytesRead;
  }

  /** Asks the other end for a sign of life. */
  ping(): void {
    if (this.isOpen) this.#socket.ping();
  }

  /** Ends it without a word. */
  cut(): void {
    this.#socket.terminate();
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  send(frame: ServerFrame | RingFrame): void {
    this.sendText(encodeFrame(frame));
  }

  /** As `attend` of a device that is none is answered. */
  refuseDevice(): void {
    this.send({ event: 'refused', data: { reason: 'bad-message', detail: UNKNOWN_DEVICE } });
    this.become({ is: 'over' });
    this.close(CloseCode.refused, 'bad-message');
  }

  sendText(text: string): void {
    if (!this.isOpen) return;
    if (this.#socket.bufferedAmount > this.#limits.unsentBytes) {
      this.close(CloseCode.tooSlow, 'too much unread');
      return;
    }
    const frame = asciiFrame(text);
    // At once, and before anything else is done: whoever waits for it may still be awake.
    if (frame === null) this.#socket.send(text);
    else this.#wire.write(frame, 'latin1');
  }

  /**
   * Says why in a few words (for whoever looks into a browser's developer tools). `ws` cuts the connection when the other end does
   * not answer the close in time (`closeTimeout`).
   */
  close(code: number, reason: string): void {
    if (!this.isOpen) return;
    this.#socket.close(code, reason);
    // Both have said goodbye and the last byte is out: nothing is left to wait for.
    this.#wire.once('finish', () => this.#wire.destroy());
  }
}
