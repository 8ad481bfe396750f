/** Waits between tries: doubled each time, up to a limit. */
export interface Backoff {
  readonly firstMs: number;
  readonly maxMs: number;
}

/** ms to wait after the `tries`-th failure (from 1). Jitter keeps processes that failed together from coming back together. */
export function waitAfter(tries: number, { firstMs, maxMs }: Backoff, random = Math.random()): number {
  const full = Math.min(maxMs, firstMs * 2 ** Math.min(tries - 1, 30));
  return Math.round(full * (0.5 + random / 2));
}

/** Resolves after `ms`, or at once when the signal aborts; never keeps the process alive. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    timer.unref();
    signal.addEventListener('abort', done);
  });
}
