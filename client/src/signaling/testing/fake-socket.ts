import { encodeFrame, type Entered, type RingFrame, type ServerFrame } from '@protocol';
import type { Socket } from '../signaling-client';

/** A WebSocket whose other end is the test. */
export class FakeSocket implements Socket {
  readyState: number = WebSocket.CONNECTING;
  onopen: Socket['onopen'] = null;
  onmessage: Socket['onmessage'] = null;
  onclose: Socket['onclose'] = null;
  readonly sent: unknown[] = [];

  constructor(readonly url: string) {}

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {
    this.readyState = WebSocket.CLOSED;
  }

  /** The server accepts. */
  accept(): void {
    this.readyState = WebSocket.OPEN;
    this.#call(this.onopen, new Event('open'));
  }

  say(frame: ServerFrame | RingFrame): void {
    this.sayText(encodeFrame(frame));
  }

  sayText(data: string): void {
    this.#call(this.onmessage, new MessageEvent('message', { data }));
  }

  /** The connection is gone, from outside; without a word, or with this code from the server. */
  break(code = 1006): void {
    this.readyState = WebSocket.CLOSED;
    this.#call(this.onclose, new CloseEvent('close', { code }));
  }

  #call<E>(listener: ((this: WebSocket, event: E) => unknown) | null, event: E): void {
    if (listener) Reflect.apply(listener, this, [event]);
  }
}

export const enteredFrame = (changes: Partial<Entered> = {}): ServerFrame => ({
  event: 'entered',
  data: {
    seat: 0,
    epoch: 1,
    ticket: 'ticket-1',
    peer: { state: 'absent', epoch: 0 },
    locked: false,
    iceServers: [{ urls: ['stun:stun.example:3478'] }],
    pulseMs: 25_000,
    graceMs: 60_000,
    ...changes,
  },
});
