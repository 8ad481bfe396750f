import type { RawData } from 'ws';
import {
  CloseCode,
  decodeClientFrame,
  type ClientFrame,
  type DecodedFrame,
  type FrameProblem,
} from '../protocol/index.js';
import type { SocketLimits } from './limits.js';
import type { Link } from './link.js';
import { fullBucket, spend, type Bucket } from './token-bucket.js';

/** What ws delivers, without copying where it is one piece already. */
function bytesOf(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}

/** Reads one socket's frames: what is usable is handed on, what is not is answered, abuse closes. */
export class FrameReader {
  readonly #link: Link;
  readonly #limits: SocketLimits;
  #bucket: Bucket;
  #unusable = 0;

  constructor(link: Link, limits: SocketLimits) {
    this.#link = link;
    this.#limits = limits;
    this.#bucket = fullBucket(limits, performance.now());
  }

  /** The frame, or null when it was none: then everything due has been said. */
  read(data: RawData, isBinary: boolean): ClientFrame | null {
    // Still arriving on a socket that this server is closing: nobody listens any more.
    if (!this.#link.isOpen) return null;
    if (isBinary) return this.#close(CloseCode.unsupported, 'text frames only');
    const bytes = bytesOf(data);
    if (!this.#afford(bytes.length)) {
      this.#answer({ reason: 'too-fast', detail: 'Too many messages at once. Connect again and go slower.' });
      return this.#close(CloseCode.policy, 'a flood');
    }
    return this.#usable(decodeClientFrame(bytes.toString('utf8')));
  }

  #usable(frame: DecodedFrame<ClientFrame>): ClientFrame | null {
    if (frame.ok) {
      this.#unusable = 0;
      return frame.value;
    }
    this.#answer(frame.problem);
    this.#unusable += 1;
    return this.#unusable < this.#limits.unusableInARow
      ? null
      : this.#close(CloseCode.policy, 'unusable messages again and again');
  }

  #afford(bytes: number): boolean {
    const cost = 1 + Math.floor(bytes / this.#limits.bytesPerCost);
    const left = spend(this.#bucket, cost, performance.now(), this.#limits);
    if (left) this.#bucket = left;
    return left !== null;
  }

  #answer(problem: FrameProblem): void {
    this.#link.send({ event: 'error', data: problem });
  }

  #close(code: number, reason: string): null {
    this.#link.close(code, reason);
    return null;
  }
}
