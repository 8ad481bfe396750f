import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { decodeServerFrame, encodeFrame } from '../../server/src/protocol/index.js';

/** ms between two attempts to get in. */
const AGAIN_MS = 300;

/** A third person with the link: tries to get into the call again and again, without a browser. */
export class Intruder {
  /** Final refusals heard, in order. */
  readonly refusals: string[] = [];
  /** How often they got in for a moment, while the store knew of nobody. */
  entered = 0;
  #isIn = false;
  #ended = false;
  #socket: WebSocket | null = null;
  readonly #over: Promise<void>;

  constructor(
    private readonly url: string,
    private readonly callId: string,
  ) {
    this.#over = this.#try();
  }

  get isIn(): boolean {
    return this.#isIn;
  }

  /** Goes away without a word. */
  async end(): Promise<void> {
    this.#ended = true;
    this.#socket?.terminate();
    await this.#over;
  }

  async #try(): Promise<void> {
    while (!this.#ended) {
      await this.#once();
      await pause(AGAIN_MS);
    }
  }

  /** One socket, from its opening to its end; a new person each time, who knows nothing but the link. */
  #once(): Promise<void> {
    const socket = new WebSocket(`${this.url.replace('http', 'ws')}/api/signal`, {
      perMessageDeflate: false,
    });
    this.#socket = socket;
    const holder = randomBytes(16).toString('base64url');
    socket.once('open', () => {
      socket.send(encodeFrame({ event: 'enter', data: { callId: this.callId, holder } }));
    });
    socket.on('message', (data: Buffer) => this.#heard(data.toString()));
    socket.on('error', () => undefined); // shows in the close that follows
    return new Promise((done) => {
      socket.once('close', () => {
        this.#isIn = false;
        done();
      });
    });
  }

  #heard(text: string): void {
    const frame = decodeServerFrame(text);
    if (!frame.ok) return;
    if (frame.value.event === 'entered') {
      this.#isIn = true;
      this.entered += 1;
    } else if (frame.value.event === 'refused') {
      this.#isIn = false;
      this.refusals.push(frame.value.data.reason);
    }
  }
}
