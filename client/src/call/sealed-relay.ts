import { fromBase64Url, otherSeat, toBase64Url, type SeatNumber } from '@protocol';
import { afterHearing, afterServerTold, judge, nothingHeard } from '@/privacy/replay-window';
import type { LinkSeal } from '@/privacy/sealing';
import { packPayload, unpackPayload } from '@/signaling/payload';

/**
 * Why something relayed was not taken. `unopened`: sealed with another key, for another call or seat, or changed on the
 * way. `repeated`, `outdated`: true once, and kept back or said again by whoever carries it. `foreign`: nothing of ours.
 */
export type Refusal = 'unopened' | 'repeated' | 'outdated' | 'foreign';

/** Longest payload (characters) that is read. The largest description a browser makes packs into about 2,000. */
const MAX_LENGTH = 16 * 1024;

export interface SealedRelayOptions {
  readonly seal: Promise<LinkSeal>;
  /** To the server, to be carried on. */
  readonly send: (payload: string) => void;
  /** From the other person, beyond doubt; still to be decoded field by field. */
  readonly onMessage: (value: unknown) => void;
  readonly onRefused: (why: Refusal) => void;
}

/**
 * The way through the server, which is not trusted: what goes in is sealed, what comes out is opened, or refused. Sealing
 * and opening take their time and must not change the order in which things were said.
 */
export class SealedRelay {
  readonly #options: SealedRelayOptions;
  #seat: SeatNumber | null = null;
  #epoch = 0;
  #window = nothingHeard;
  #saying: Promise<void> = Promise.resolve();
  #hearing: Promise<void> = Promise.resolve();
  /** What is being opened, or waits for its turn after it. */
  #waiting = 0;
  #closed = false;

  constructor(options: SealedRelayOptions) {
    this.#options = options;
  }

  /** The server gave this page its place. `peerEpoch`: how often somebody took the other, as it says. */
  seated(place: { readonly seat: SeatNumber; readonly epoch: number }, peerEpoch: number): void {
    this.#seat = place.seat;
    this.#epoch = place.epoch;
    this.peerIs(peerEpoch);
  }

  peerIs(epoch: number): void {
    this.#window = afterServerTold(this.#window, epoch);
  }

  /** Before there is a seat nothing can be relayed, and nothing is. */
  say(value: unknown): void {
    const seat = this.#seat;
    if (seat === null) return;
    const epoch = this.#epoch;
    this.#saying = this.#saying.then(async () => {
      const seal = await this.#options.seal;
      const sealed = await seal.seal(seat, epoch, packPayload(value));
      if (!this.#closed) this.#options.send(toBase64Url(sealed));
    });
  }

  /** A payload from the server. */
  take(payload: string): void {
    const seat = this.#seat;
    this.#inTurn(async () => {
      const taken = seat === null ? 'foreign' : await this.#open(payload, otherSeat(seat));
      if (this.#closed) return;
      if (typeof taken === 'string') this.#options.onRefused(taken);
      else this.#options.onMessage(taken.value);
    });
  }

  /** What the server said after payloads that are still being opened has its effect after them. */
  afterwards(act: () => void): void {
    if (this.#waiting === 0) act();
    else
      this.#inTurn(async () => {
        if (!this.#closed) act();
      });
  }

  /** Nothing is said or heard any more. */
  close(): void {
    this.#closed = true;
  }

  #inTurn(act: () => Promise<void>): void {
    this.#waiting += 1;
    this.#hearing = this.#hearing.then(act).finally(() => {
      this.#waiting -= 1;
    });
  }

  async #open(payload: string, from: SeatNumber): Promise<{ readonly value: unknown } | Refusal> {
    const bytes = payload.length > MAX_LENGTH ? null : fromBase64Url(payload);
    if (!bytes?.ok) return 'foreign';
    const seal = await this.#options.seal;
    const opened = await seal.open(from, bytes.value);
    if (!opened.ok) return opened.why;
    const freshness = judge(this.#window, opened.header);
    if (freshness !== 'fresh') return freshness;
    this.#window = afterHearing(this.#window, opened.header);
    const unpacked = unpackPayload(opened.bytes);
    return unpacked.ok ? { value: unpacked.value } : 'foreign';
  }
}
