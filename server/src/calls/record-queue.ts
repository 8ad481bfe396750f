import { pause, waitAfter, type Backoff } from '../persistence/backoff.js';

export interface RecordQueueOptions {
  /** Records kept while they cannot be written; what comes on top is lost. Some 200 bytes each. */
  readonly capacity: number;
  /** Records written at once. */
  readonly batch: number;
  /** ms from the first waiting record to the write, so that what happens together is written together. */
  readonly settleMs: number;
  readonly retry: Backoff;
}

export const RECORD_QUEUE: RecordQueueOptions = {
  capacity: 10_000,
  batch: 500,
  settleMs: 500,
  retry: { firstMs: 250, maxMs: 10_000 },
};

/** What the queue says about itself. */
export interface RecordQueueListener {
  lost(records: number): void;
  /** The first failure after things went well, with its reason. */
  stuck(error: unknown): void;
  /** Writing works again; so many records had been lost meanwhile. */
  flowing(lostMeanwhile: number): void;
}

/**
 * Stands between calls and the database: calls never wait for it, and it may be away. Records are written in the order
 * they came, each until it is written or the queue is closed.
 */
export class RecordQueue<R> {
  #waiting: R[] = [];
  #pumping: Promise<void> | null = null;
  #lostMeanwhile = 0;
  #isOpen = true;
  readonly #hurry = new AbortController();
  readonly #giveUp = new AbortController();

  constructor(
    private readonly write: (batch: readonly R[]) => Promise<void>,
    private readonly options: RecordQueueOptions,
    private readonly listener: RecordQueueListener,
  ) {}

  get size(): number {
    return this.#waiting.length;
  }

  add(record: R): void {
    if (!this.#isOpen || this.#waiting.length >= this.options.capacity) {
      this.#lostMeanwhile += 1;
      this.listener.lost(1);
      return;
    }
    this.#waiting.push(record);
    this.#pumping ??= this.#pump();
  }

  /** Writes what still waits, for at most `limitMs`; what is left then is lost. */
  async close(limitMs: number): Promise<void> {
    this.#isOpen = false;
    this.#hurry.abort();
    const limit = setTimeout(() => {
      this.#giveUp.abort();
    }, limitMs);
    await Promise.race([this.#pumping, aborted(this.#giveUp.signal)]);
    clearTimeout(limit);
    this.#giveUp.abort();
    if (this.#waiting.length > 0) this.listener.lost(this.#waiting.length);
    this.#waiting = [];
  }

  async #pump(): Promise<void> {
    let failures = 0;
    while (this.#waiting.length > 0 && !this.#giveUp.signal.aborted) {
      // Each time anew: on a busy server many calls share a write, instead of the database being asked without a pause.
      if (failures === 0 && this.#waiting.length < this.options.batch) {
        await pause(this.options.settleMs, this.#hurry.signal);
      }
      const batch = this.#waiting.slice(0, this.options.batch);
      try {
        await this.write(batch);
      } catch (error) {
        failures += 1;
        if (failures === 1) this.listener.stuck(error);
        await pause(waitAfter(failures, this.options.retry), this.#giveUp.signal);
        continue;
      }
      this.#waiting = this.#waiting.slice(batch.length);
      if (failures > 0) this.listener.flowing(this.#lostMeanwhile);
      failures = 0;
      this.#lostMeanwhile = 0;
    }
    this.#pumping = null;
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
