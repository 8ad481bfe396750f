import { Script } from 'node:vm';
import type { Fault, Target } from './target.js';
import type { Watchdog } from './watchdog.js';

/** ms. Given, so that a test can be about a hang without waiting for long. */
export interface Patience {
  /** For one input. */
  readonly slowMs: number;
  /** After which one input is stopped. */
  readonly stuckMs: number;
  /** After which a whole batch is stopped, and looked at one by one. */
  readonly batchMs: number;
}

/** The slowest honest input takes some 50 ms, blocks being counted. */
export const PATIENCE: Patience = { slowMs: 1_000, stuckMs: 4_000, batchMs: 20_000 };

const HOOK = Symbol.for('fuzz: work under a time limit');
const UNDER_LIMIT = new Script(`globalThis[Symbol.for('${HOOK.description ?? ''}')]()`);

/** Stops even a loop that never ends, or a regular expression. Nothing that runs can catch it. */
function inTime(work: () => void, limitMs: number): boolean {
  Object.assign(globalThis, { [HOOK]: work });
  try {
    UNDER_LIMIT.runInThisContext({ timeout: limitMs });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT')
      return false;
    throw error;
  }
}

const told = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);

/** The faster of two: what else this machine does takes time, too, but hardly twice in a row. */
function fastestOf(decode: () => void, { slowMs, stuckMs }: Patience): number {
  let fastest = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 2 && fastest > slowMs; attempt += 1) {
    const began = performance.now();
    if (inTime(decode, stuckMs)) fastest = Math.min(fastest, performance.now() - began);
  }
  return fastest;
}

const hang = <T>(input: T, ms: number): Fault<T> => ({
  is: 'hang',
  detail: Number.isFinite(ms) ? `it takes ${ms.toFixed(0)} ms` : 'it had to be stopped',
  input,
});

/** What is wrong with this one input, looked at alone; null: nothing. */
export function faultAt<T>(decode: (input: T) => void, input: T, patience: Patience): Fault<T> | null {
  const thrown: unknown[] = [];
  const ms = fastestOf(() => {
    try {
      decode(input);
    } catch (error) {
      thrown.push(error);
    }
  }, patience);
  if (ms > patience.slowMs) return hang(input, ms);
  return thrown.length === 0 ? null : { is: 'crash', detail: told(thrown[0]), input };
}

/** Runs them all; whatever looks wrong is looked at alone. */
export function runAtOnce<T>(
  decode: (input: T) => void,
  inputs: readonly T[],
  patience: Patience,
): Fault<T> | null {
  const suspects: number[] = [];
  let place = 0;
  const rest = () => {
    for (; place < inputs.length; place += 1) {
      const began = performance.now();
      try {
        decode(inputs[place] as T);
      } catch {
        suspects.push(place);
      }
      if (performance.now() - began > patience.slowMs) suspects.push(place);
    }
  };
  while (!inTime(rest, patience.batchMs)) {
    const fault = faultAt(decode, inputs[place] as T, patience);
    if (fault) return fault;
    place += 1;
  }
  for (const suspect of suspects) {
    const fault = faultAt(decode, inputs[suspect] as T, patience);
    if (fault) return fault;
  }
  return null;
}

async function faultLater<T>(
  decode: (input: T) => Promise<void>,
  input: T,
  limitMs: number,
): Promise<Fault<T> | null> {
  const late = Symbol('late');
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<typeof late>((resolve) => {
    timer = setTimeout(() => resolve(late), limitMs);
  });
  try {
    const first = await Promise.race([decode(input), limit]);
    return first === late ? { is: 'hang', detail: `no answer in ${limitMs} ms`, input } : null;
  } catch (error) {
    return { is: 'crash', detail: told(error), input };
  } finally {
    clearTimeout(timer);
  }
}

type Later<T> = Extract<Target<T>, { is: 'later' }>;

/** As many at a time as the target takes. */
export async function runLater<T>(
  { decode, width, kind }: Later<T>,
  inputs: readonly T[],
  watchdog: Watchdog,
  { batchMs }: Patience,
): Promise<Fault<T> | null> {
  let [next, found]: [number, Fault<T> | null] = [0, null];
  const lane = async () => {
    while (next < inputs.length && !found) {
      const input = inputs[next] as T;
      next += 1;
      watchdog.at(kind.show(input));
      const fault = await faultLater(decode, input, batchMs);
      found ??= fault;
    }
  };
  await Promise.all(Array.from({ length: width }, lane));
  return found;
}
