import type { RawData } from 'ws';
import {
  CloseCode,
  decodeClientFrame,
  encodeFrame,
  type ClientFrame,
  type DecodedFrame,
  type FrameProblem,
} from '../protocol/index.js';
import type { SocketLimits } from './limits.js';
import type { Link } from './link.js';
import { spend, type FullAt } from './token-bucket.js';

/** What ws delivers, without copying where it is one piece already. */
function bytesOf(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}

/** A frame and how every page writes it. */
function written(frame: ClientFrame): { readonly frame: ClientFrame; readonly bytes: Buffer } {
  return { frame, bytes: Buffer.from(encodeFrame(frame)) };
}

/** Nearly all frames of a long call: known at a look, without a text or an object being made of them. */
const PULSES = [true, false].map((peerAlive) => written({ event: 'pulse', data: { peerAlive } }));

const pulseIn = (bytes: Buffer): ClientFrame | undefined =>
  PULSES.find((pulse) => pulse.bytes.length === bytes.length && pulse.bytes.equals(bytes))?.frame;

/** Reads one socket's frames: what is usable is handed on, what is not is answered, abuse closes. */
export class FrameReader {
  readonly #link: Link;
  readonly #limits: SocketLimits;
  #bucket: FullAt = 0;
  #unusable = 0;

  constructor(link: Link, limits: SocketLimits) {
    this.#link = link;
    this.#limits = limits;
  }

  /**
   * The frame, or null when it was none: then everything due has been said.
   * @param now whole ms on a clock that only goes forward.
   */
  read(data: RawData, isBinary: boolean, now: number): ClientFrame | null {
    // Still arriving on a socket that this server is closing: nobody listens any more.
    if (!this.#link.isOpen) return null;
    if (isBinary) return this.#close(CloseCode.unsupported, 'text frames only');
    const bytes = bytesOf(data);
    if (!this.#afford(bytes.length, now)) {
      this.#answer({ reason: 'too-fast', detail: 'Too many messages at once. Connect again and go slower.' });
      return this.#close(CloseCode.policy, 'a flood');
    }
    const pulse = pulseIn(bytes);
    return pulse ? this.#usable(pulse) : this.#judge(decodeClientFrame(bytes.toString('utf8')));
  }

  #usable(frame: ClientFrame): ClientFrame {
    this.#unusable = 0;
    return frame;
  }

  #judge(frame: DecodedFrame<ClientFrame>): ClientFrame | null {
    if (frame.ok) return this.#usable(frame.value);
    this.#answer(frame.problem);
    this.#unusable += 1;
    return this.#unusable < this.#limits.unusableInARow
      ? null
      : this.#close(CloseCode.policy, 'unusable messages again and again');
  }

  #afford(bytes: number, now: number): boolean {
    const cost = 1 + Math.floor(bytes / this.#limits.bytesPerCost);
    const left = spend(this.#bucket, cost, now, this.#limits);
    if (left !== null) this.#bucket = left;
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
