import type { DoorwayLimits } from './doorway.js';

/**
 * What one socket may do. Whole calls stay far below: a call's start is some 10 to 40 frames, later ones are rare. Injected so
 * that a test can reach a limit quickly.
 */
export interface SocketLimits extends DoorwayLimits {
  /** What a socket may spend at once. A frame costs 1 and another 1 for every `bytesPerCost` of its size. */
  readonly burst: number;
  /** What it gets back per second. */
  readonly perSecond: number;
  /** Bytes that cost as much as one more frame. */
  readonly bytesPerCost: number;
  /** Unusable frames in a row after which the socket is closed. */
  readonly unusableInARow: number;
  /** Bytes waiting unsent after which a reader counts as too slow. Sixteen of the largest frames. */
  readonly unsentBytes: number;
  /** ms the verdict about an `enter` may take (two Redis round trips and a publish) before the server gives up on it. */
  readonly verdictMs: number;
  /** ms the other side has to answer a close before the connection is cut. */
  readonly closingMs: number;
  /** ms per open socket over which a server that stops spreads its goodbyes: few are not kept waiting, and neither is who stops it. */
  readonly movePerSocketMs: number;
  /** ms over which they are spread at most; with `closingMs` it is how long a stop takes in the worst case. */
  readonly moveWithinMs: number;
  /** `enter`s a minute per address. Whole offices share one; the contract promises at least 120. */
  readonly entersPerMinute: number;
  /** Sockets one address may open a minute: each `enter` needs one, and a lobby another. */
  readonly socketsPerMinute: number;
}

export const SOCKET_LIMITS: SocketLimits = {
  burst: 400,
  perSecond: 50,
  bytesPerCost: 8 * 1024,
  unusableInARow: 30,
  unsentBytes: 1024 * 1024,
  verdictMs: 5000,
  closingMs: 3000,
  movePerSocketMs: 20,
  moveWithinMs: 2000,
  entersPerMinute: 240,
  socketsPerMinute: 600,
  // A whole office in its lobbies.
  waitingPerAddress: 64,
  // Some 5 KB each at most (10,000 that have entered, `npm run load`), and an open file: half of what a process commonly may have.
  waitingInAll: 10_000,
  // A lobby left open longer makes a new one when somebody joins.
  waitingMs: 600_000,
};

/** Injection token of the `SocketLimits`. */
export const LIMITS = Symbol('SocketLimits');
