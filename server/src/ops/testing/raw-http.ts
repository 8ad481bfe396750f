import { connect, type Socket } from 'node:net';

/** A connection over which bytes go as they are: what no well-behaved client would send. */
export class RawConnection {
  /** All that came until the other end closed. */
  readonly ended: Promise<string>;
  readonly #socket: Socket;
  #text = '';

  constructor(port: number, localAddress?: string) {
    const to = { port, host: '127.0.0.1' };
    this.#socket = connect(localAddress === undefined ? to : { ...to, localAddress });
    this.#socket.on('data', (part: Buffer) => (this.#text += part.toString('latin1')));
    // A cut shows in `ended`.
    this.#socket.on('error', () => undefined);
    this.ended = new Promise((resolve) => {
      this.#socket.once('close', () => {
        resolve(this.#text);
      });
    });
  }

  send(text: string): this {
    this.#socket.write(text, 'latin1');
    return this;
  }

  destroy(): void {
    this.#socket.destroy();
  }
}

/** The first line of an answer: its status, without the words for people. */
export const statusIn = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1] ?? 0);
