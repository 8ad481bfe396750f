import type { Locks } from '../tab-claim';

interface Waiting {
  readonly run: (lock: Lock | null) => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

interface Held {
  readonly reject: (reason: unknown) => void;
}

const abortError = (): DOMException => new DOMException('given up', 'AbortError');

/** Web Locks of one browser, exclusive ones only: what several tabs share. */
export class FakeLocks {
  readonly #held = new Map<string, Held>();
  readonly #waiting = new Map<string, Waiting[]>();

  /** As one tab sees them. */
  readonly tab: Locks = {
    request: (name, options, run) =>
      new Promise((resolve, reject) => {
        // As in a browser: never granted within the call itself.
        queueMicrotask(() => this.#request(name, options, { run, resolve, reject }));
      }),
  };

  isHeld(name: string): boolean {
    return this.#held.has(name);
  }

  #request(name: string, options: LockOptions, waiting: Waiting): void {
    if (options.steal) {
      this.#held.get(name)?.reject(abortError());
      this.#held.delete(name);
    }
    if (!this.#held.has(name)) return this.#grant(name, waiting);
    if (options.ifAvailable) return waiting.resolve(waiting.run(null));
    const queue = this.#waiting.get(name) ?? [];
    this.#waiting.set(name, [...queue, waiting]);
    options.signal?.addEventListener('abort', () => {
      const left = this.#waiting.get(name) ?? [];
      if (!left.includes(waiting)) return;
      this.#waiting.set(
        name,
        left.filter((other) => other !== waiting),
      );
      waiting.reject(abortError());
    });
  }

  #grant(name: string, { run, resolve, reject }: Waiting): void {
    const held: Held = { reject };
    this.#held.set(name, held);
    void Promise.resolve(run({ name, mode: 'exclusive' })).then((value) => {
      resolve(value);
      if (this.#held.get(name) !== held) return;
      this.#held.delete(name);
      const [next, ...rest] = this.#waiting.get(name) ?? [];
      this.#waiting.set(name, rest);
      if (next) this.#grant(name, next);
    });
  }
}
