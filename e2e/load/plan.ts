/** How much is measured; `npm run load -- --help` names the options. */
export interface Plan {
  /** Whole calls in each round. */
  readonly calls: number;
  /** Rounds that count; the median is told. */
  readonly rounds: number;
  /** Sockets that are open besides. */
  readonly sockets: readonly number[];
  /** Server processes on one Redis Cluster. */
  readonly processes: readonly number[];
}

function numbers(name: string, fallback: readonly number[]): readonly number[] {
  const text = process.env[`LOAD_${name}`];
  if (text === undefined) return fallback;
  const given = text.split(',').map(Number);
  if (given.every((number) => Number.isSafeInteger(number) && number > 0)) return given;
  throw new Error(`--${name.toLowerCase()} takes whole numbers above 0, for example ${fallback.join(',')}.`);
}

export function readPlan(): Plan {
  return {
    calls: numbers('CALLS', [450])[0] ?? 450,
    rounds: numbers('ROUNDS', [3])[0] ?? 3,
    sockets: numbers('SOCKETS', [100, 1_000, 10_000]),
    processes: numbers('PROCESSES', [1, 2, 4]),
  };
}
