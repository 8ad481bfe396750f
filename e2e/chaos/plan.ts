import type { Lengths } from './faults.js';

/** How long chaos goes on, and how hard it strikes. */
export interface Plan extends Lengths {
  /** It ends after so many faults … */
  readonly faults: number;
  /** … or when so much time (ms) has passed. */
  readonly forMs: number;
  readonly seed: number;
}

const MINUTE = 60_000;

function numberFrom(name: string, otherwise: number): number {
  const text = process.env[name];
  if (text === undefined || text === '') return otherwise;
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0)
    throw new Error(`${name} must be a number, for example ${name}=60.`);
  return value;
}

/** SEED repeats the faults of an earlier run; where each meets the call is up to the machine. */
const seed = (): number => numberFrom('SEED', Math.floor(Math.random() * 2 ** 32));

/** Part of all tests: many faults in few minutes. */
export const shortPlan = (): Plan => ({
  faults: numberFrom('CHAOS_FAULTS', 52),
  forMs: 60 * MINUTE,
  longestCutMs: 6_000,
  longestOutageMs: 2_000,
  seed: seed(),
});

/** `npm run chaos`: CHAOS_MINUTES (60) of it, or CHAOS_FAULTS faults, with cuts of up to a minute. */
export const longPlan = (): Plan => ({
  faults: numberFrom('CHAOS_FAULTS', Number.POSITIVE_INFINITY),
  forMs: numberFrom('CHAOS_MINUTES', process.env.CHAOS_FAULTS ? 24 * 60 : 60) * MINUTE,
  longestCutMs: 60_000,
  longestOutageMs: 30_000,
  seed: seed(),
});
