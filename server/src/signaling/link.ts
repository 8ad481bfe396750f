import { randomBytes } from 'node:crypto';
import type { WebSocket } from 'ws';
import type { ConnectionId } from '../presence/call-state.js';
import { CloseCode, encodeFrame, type SeatNumber, type ServerFrame } from '../protocol/index.js';
import { closeSocket } from './close-socket.js';
import type { SocketLimits } from './limits.js';

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
      /** The other seat's epoch as last told here; what is older is stale. */
      readonly peerEpoch: number;
    }
  /** Superseded, refused or hung up: whatever it still says is ignored. */
  | { readonly is: 'over' };

/** One socket and for whom it speaks. Knows no rule; sends, and closes who does not read. */
export class Link {
  readonly connection: ConnectionId = randomBytes(12).toString('base64url');
  readonly #socket: WebSocket;
  readonly #limits: SocketLimits;
  #standing: Standing = { is: 'new' };
  #verdict: (() => void) | null = null;

  constructor(socket: WebSocket, limits: SocketLimits) {
    this.#socket = socket;
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
  verdict(): Promise<void> {
    if (this.#standing.is !== 'entering' || !this.isOpen) return Promise.resolve();
    return new Promise((resolve) => {
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

  send(frame: ServerFrame): void {
    this.sendText(encodeFrame(frame));
  }

  sendText(text: string): void {
    if (!this.isOpen) return;
    if (this.#socket.bufferedAmount > this.#limits.unsentBytes) {
      this.close(CloseCode.tooSlow, 'too much unread');
    } else {
      this.#socket.send(text);
    }
  }

  /** `reason`: a few words for whoever looks into a browser's developer tools. */
  close(code: number, reason: string): void {
    closeSocket(this.#socket, code, reason, this.#limits.closingMs);
  }
}
