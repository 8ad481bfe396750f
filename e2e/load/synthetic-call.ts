import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
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

/** How a kind of server is spoken to. */
export interface Dialect {
  readonly url: (call: string, seat: 0 | 1) => string;
  readonly headers: (call: string, seat: 0 | 1) => Readonly<Record<string, string>>;
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
export class Line {
  readonly #waiting: ((frame: string) => void)[] = [];
  readonly #frames: string[] = [];
  readonly #socket: WebSocket;

  constructor(url: string, headers: Readonly<Record<string, string>>) {
    this.#socket = new WebSocket(url, { perMessageDeflate: false, headers });
    this.#socket.on('message', (data: Buffer) => {
      const frame = data.toString('utf8');
      const next = this.#waiting.shift();
      if (next) next(frame);
      else this.#frames.push(frame);
    });
  }

  send(frame: string): void {
    this.#socket.send(frame);
  }

  opened(): Promise<void> {
    return new Promise((done, fail) => {
      this.#socket.once('open', done);
      this.#socket.once('error', fail);
    });
  }

  closed(): Promise<void> {
    return new Promise((done) => this.#socket.once('close', () => done()));
  }

  close(): void {
    this.#socket.close();
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

/** One person: connected, entered, and told so. */
export async function enter(dialect: Dialect, call: string, seat: 0 | 1): Promise<Line> {
  const line = new Line(dialect.url(call, seat), dialect.headers(call, seat));
  await line.opened();
  const frame = dialect.enter(call, seat);
  if (frame !== null) line.send(frame);
  await line.next();
  return line;
}

/** The two of one call. */
export type Pair = readonly [Line, Line];

export const meet = async (dialect: Dialect, call: string): Promise<Pair> => [
  await enter(dialect, call, 0),
  await enter(dialect, call, 1),
];

/** Noise of this length, as sealed payloads are. */
export const payloadOf = (size: number): string =>
  randomBytes(Math.ceil((size * 3) / 4))
    .toString('base64url')
    .slice(0, size);

/** One message from one to the other. */
export async function say(
  dialect: Dialect,
  call: string,
  lines: Pair,
  from: 0 | 1,
  payload: string,
): Promise<void> {
  lines[from].send(dialect.relay(call, from, payload));
  await lines[from === 0 ? 1 : 0].nextWhere(dialect.isRelay);
}

const isPulse = (frame: string): boolean => frame.includes('pulse');

/** One sign of life of each. */
export async function pulse(dialect: Dialect, lines: Pair): Promise<void> {
  for (const line of lines) {
    line.send(dialect.pulse);
    if (dialect.pulseAnswered) await line.nextWhere(isPulse);
  }
}

export async function part(dialect: Dialect, lines: Pair): Promise<void> {
  for (const line of lines) {
    if (dialect.leave === null) line.close();
    else line.send(dialect.leave);
    await line.closed();
  }
}

/** What a call consists of. */
export interface CallPlan {
  readonly script: Script;
  /** Signs of life of each person. */
  readonly pulses: number;
  /** ms before each of them; 0: as fast as it goes. */
  readonly pulseMs: number;
}

/** One whole call as the server sees it, with no time but before the signs of life. */
export async function wholeCall(
  dialect: Dialect,
  call: string,
  { script, pulses, pulseMs }: CallPlan,
): Promise<void> {
  const lines = await meet(dialect, call);
  for (const { from, size } of script) await say(dialect, call, lines, from, payloadOf(size));
  for (let n = 0; n < pulses; n += 1) {
    if (pulseMs > 0) await pause(pulseMs);
    await pulse(dialect, lines);
  }
  await part(dialect, lines);
}
