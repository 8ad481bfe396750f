import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { ConnectionId } from '../presence/call-state.js';
import {
  CloseCode,
  encodeFrame,
  type PeerPresence,
  type RingFrame,
  type SeatNumber,
  type ServerFrame,
} from '../protocol/index.js';
import type { SocketLimits } from './limits.js';
import { UNKNOWN_DEVICE } from './refusals.js';

/** For whom a socket speaks. */
export type Standing =
  | { readonly is: 'new' }
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

/** One socket and for whom it speaks. Knows no rule; sends, and closes who does not read. */
export class Link {
  readonly connection: ConnectionId = randomUUID();
  readonly #socket: WebSocket;
  readonly #wire: Socket;
  readonly #limits: SocketLimits;
  #standing: Standing = { is: 'new' };
  #verdict: (() => void) | null = null;
  #gathering = false;

  /** @param wire the TCP connection below the socket. */
  constructor(socket: WebSocket, wire: Socket, limits: SocketLimits) {
    this.#socket = socket;
    this.#wire = wire;
    this.#limits = limits;
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
    this.#gather();
    this.#socket.send(text);
  }

  /**
   * Says why in a few words (for whoever looks into a browser's developer tools), and cuts the connection when the other end does
   * not answer the close in time.
   */
  close(code: number, reason: string): void {
    if (!this.isOpen) return;
    this.#socket.close(code, reason);
    const cut = setTimeout(() => {
      this.#socket.terminate();
    }, this.#limits.closingMs).unref();
    // Both have said goodbye and the last byte is out: nothing is left to wait for.
    this.#wire.once('finish', () => this.#wire.destroy());
    this.#socket.once('close', () => {
      clearTimeout(cut);
    });
  }

  /** What is sent in one turn of the event loop goes out in one write: writes are most of what a frame costs. */
  #gather(): void {
    if (this.#gathering) return;
    this.#gathering = true;
    this.#wire.cork();
    process.nextTick(release, this);
  }

  /** The end of the turn. */
  letGo(): void {
    this.#gathering = false;
    this.#wire.uncork();
  }
}

const release = (link: Link): void => {
  link.letGo();
};
