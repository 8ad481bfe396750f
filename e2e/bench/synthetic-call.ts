import { randomBytes } from 'node:crypto';
import { WebSocket } from 'ws';

/** What is relayed in a call, in order: who says it, and how long the payload is (characters). */
export type Script = readonly { readonly from: 0 | 1; readonly size: number }[];

/** Recorded from two pages of this project in Chromium: the offer and the answer with their candidates. */
export const OUR_CALL: Script = [
  { from: 0, size: 583 },
  { from: 1, size: 469 },
];

/** Recorded from two minimal pages (minimal-call.html) in Chromium: plain descriptions, each candidate by itself. */
export const PLAIN_CALL: Script = [
  { from: 1, size: 6092 },
  ...Array.from({ length: 7 }, () => ({ from: 1 as const, size: 203 })),
  { from: 0, size: 5783 },
  { from: 1, size: 208 },
  { from: 1, size: 18 },
  ...Array.from({ length: 4 }, () => ({ from: 0 as const, size: 204 })),
  { from: 0, size: 18 },
];

/** Pulses of each person in a minute, one each 25 s. */
const PULSES = 2;

/** How a kind of server is spoken to. */
export interface Dialect {
  readonly url: (call: string, seat: 0 | 1) => string;
  /** Frames after opening; the first answer says one is in. */
  readonly enter: (call: string, seat: 0 | 1) => string | null;
  readonly relay: (call: string, from: 0 | 1, payload: string) => string;
  readonly pulse: string;
  /** Whether a pulse is answered. */
  readonly pulseAnswered: boolean;
  readonly leave: string | null;
  /** Is this frame what the other side relayed? */
  readonly isRelay: (frame: string) => boolean;
  readonly newCall: () => Promise<string>;
}

/** Frames of one socket, awaited one by one. */
class Line {
  readonly #waiting: ((frame: string) => void)[] = [];
  readonly #frames: string[] = [];
  readonly socket: WebSocket;

  constructor(url: string) {
    this.socket = new WebSocket(url, { perMessageDeflate: false });
    this.socket.on('message', (data: Buffer) => {
      const frame = data.toString('utf8');
      const next = this.#waiting.shift();
      if (next) next(frame);
      else this.#frames.push(frame);
    });
  }

  opened(): Promise<void> {
    return new Promise((done, fail) => {
      this.socket.once('open', done);
      this.socket.once('error', fail);
    });
  }

  closed(): Promise<void> {
    return new Promise((done) => this.socket.once('close', () => done()));
  }

  next(): Promise<string> {
    const frame = this.#frames.shift();
    if (frame !== undefined) return Promise.resolve(frame);
    return new Promise((done) => this.#waiting.push(done));
  }

  async nextWhere(is: (frame: string) => boolean): Promise<string> {
    for (;;) {
      const frame = await this.next();
      if (is(frame)) return frame;
    }
  }
}

async function enter(dialect: Dialect, call: string, seat: 0 | 1): Promise<Line> {
  const line = new Line(dialect.url(call, seat));
  await line.opened();
  const frame = dialect.enter(call, seat);
  if (frame !== null) line.socket.send(frame);
  await line.next();
  return line;
}

/** One whole call as the server sees it, with no time between the messages. */
export async function wholeCall(dialect: Dialect, call: string, script: Script): Promise<void> {
  const lines = [await enter(dialect, call, 0), await enter(dialect, call, 1)] as const;
  for (const { from, size } of script) {
    const payload = randomBytes(Math.ceil((size * 3) / 4))
      .toString('base64url')
      .slice(0, size);
    lines[from].socket.send(dialect.relay(call, from, payload));
    await lines[from === 0 ? 1 : 0].nextWhere(dialect.isRelay);
  }
  for (let n = 0; n < PULSES; n += 1) {
    for (const line of lines) {
      line.socket.send(dialect.pulse);
      if (dialect.pulseAnswered) await line.nextWhere((frame) => frame.includes('pulse'));
    }
  }
  for (const line of lines) {
    if (dialect.leave === null) line.socket.close();
    else line.socket.send(dialect.leave);
    await line.closed();
  }
}
