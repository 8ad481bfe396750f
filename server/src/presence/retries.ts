import { StoreUnavailable } from './store-unavailable.js';

interface Job {
  readonly run: () => Promise<void>;
  /** By `performance.now()`. */
  readonly giveUpAt: number;
}

/** Between two attempts, ms. */
const PAUSE_MS = 1000;
/** Jobs at a time: after an outage thousands of calls want something of the store at once. */
const WIDTH = 16;
/** More than this many don't wait: the store has been away for long, and leases settle the rest. */
const MAX_JOBS = 10_000;

/** Does what needs the store, again and again while it is away. */
export class Retries {
  readonly #jobs = new Map<string, Job>();
  readonly #onError: (error: unknown) => void;
  #timer: NodeJS.Timeout | null = null;
  #running = false;
  #closed = false;

  /** @param onError hears what a job threw that was not `StoreUnavailable`; that job is not repeated. */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  /** Starts at once. A job of the same key is replaced. @param forMs after this long it is not tried again. */
  add(key: string, run: () => Promise<void>, forMs = Number.POSITIVE_INFINITY): void {
    if (this.#closed || (this.#jobs.size >= MAX_JOBS && !this.#jobs.has(key))) return;
    this.#jobs.set(key, { run, giveUpAt: performance.now() + forMs });
    if (!this.#running && !this.#timer) void this.#runAll();
  }

  close(): void {
    this.#closed = true;
    this.#jobs.clear();
    if (this.#timer) clearTimeout(this.#timer);
  }

  async #runAll(): Promise<void> {
    this.#timer = null;
    this.#running = true;
    const round = [...this.#jobs];
    for (let start = 0; start < round.length; start += WIDTH) {
      await Promise.all(round.slice(start, start + WIDTH).map(([key, job]) => this.#runOne(key, job)));
    }
    this.#running = false;
    if (this.#jobs.size === 0 || this.#closed) return;
    this.#timer = setTimeout(() => void this.#runAll(), PAUSE_MS * (0.5 + Math.random())).unref();
  }

  async #runOne(key: string, job: Job): Promise<void> {
    try {
      await job.run();
    } catch (error) {
      if (error instanceof StoreUnavailable && performance.now() < job.giveUpAt) return;
      if (!(error instanceof StoreUnavailable)) this.#onError(error);
    }
    // Unless another one has taken its place meanwhile.
    if (this.#jobs.get(key) === job) this.#jobs.delete(key);
  }
}
