import { Worker } from 'node:worker_threads';

/** Longest text of an input that is told. */
const ROOM = 8_192;

/**
 * For what stands still between two turns of the event loop, where nothing can interrupt it: the whole process is ended,
 * and its last words say where it stood.
 */
export const WATCHDOG = `
  const { workerData: { memory, limitMs } } = require('node:worker_threads');
  const { writeSync } = require('node:fs');
  const counter = new Int32Array(memory, 0, 2);
  const text = new Uint8Array(memory, 8);
  let [seen, since] = [0, performance.now()];
  setInterval(() => {
    const now = Atomics.load(counter, 0);
    if (now !== seen || Atomics.load(counter, 1) === 0) [seen, since] = [now, performance.now()];
    else if (performance.now() - since > limitMs) {
      const words = Buffer.from(text.slice(0, Atomics.load(counter, 1)));
      writeSync(2, 'Nothing moves any more at: ' + words.toString() + '\\n');
      process.kill(process.pid, 'SIGKILL');
    }
  }, 250);
`;

/** Ends this process when it stands still at one thing for too long. */
export class Watchdog {
  readonly #memory = new SharedArrayBuffer(8 + ROOM);
  readonly #counter = new Int32Array(this.#memory, 0, 2);
  readonly #text = new Uint8Array(this.#memory, 8);
  readonly #worker: Worker;

  constructor(limitMs: number) {
    this.#worker = new Worker(WATCHDOG, { eval: true, workerData: { memory: this.#memory, limitMs } });
    this.#worker.unref();
  }

  /** What is worked on from now. */
  at(what: string): void {
    const bytes = Buffer.from(what).subarray(0, ROOM);
    this.#text.set(bytes);
    Atomics.store(this.#counter, 1, bytes.length);
    Atomics.add(this.#counter, 0, 1);
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }
}
