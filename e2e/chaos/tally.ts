import { percentile } from './percentile.js';

/** What became of one fault. */
export interface Outcome {
  readonly fault: string;
  /** ms from its end until both saw and heard each other again. */
  readonly togetherMs: number;
  /** ms from its end until both had their places at the server again, too. */
  readonly seatedMs: number;
}

const seconds = (ms: number | undefined): string =>
  (ms === undefined ? '' : (ms / 1000).toFixed(1)).padStart(7);

function line(name: string, outcomes: readonly Outcome[]): string {
  const together = outcomes.map(({ togetherMs }) => togetherMs);
  const seated = outcomes.map(({ seatedMs }) => seatedMs);
  const figures = [together, seated].map((each) =>
    [0.5, 0.9, 1].map((share) => seconds(percentile(each, share))).join(''),
  );
  return `  ${name.padEnd(34)}${String(outcomes.length).padStart(4)} ${figures.join('  |')}`;
}

/** Recovery times per kind of fault, in seconds. */
export function table(outcomes: readonly Outcome[]): string {
  const kinds = [...new Set(outcomes.map(({ fault }) => fault))].sort();
  const lines = kinds.map((kind) =>
    line(
      kind,
      outcomes.filter(({ fault }) => fault === kind),
    ),
  );
  const head = ' median    p90    max';
  return [
    `  ${'seconds until both are'.padEnd(39)}${'together again'.padEnd(21)}  |  in their places`,
    `  ${'fault'.padEnd(34)}   n${head}  |${head}`,
    ...lines,
    line('all', outcomes),
  ].join('\n');
}
