import { expect } from '@playwright/test';

/** One line of a benchmark: what was measured, and the most it may be. */
export interface Measure {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** The most `value` may be; without one it is only told. */
  readonly limit?: number;
}

/** @param share 0 to 1: so many of them are not above it. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  if (value === undefined) throw new Error('There is no quantile of nothing.');
  return value;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  if (low === undefined || high === undefined) throw new Error('There is no median of nothing.');
  return (low + high) / 2;
}

const figure = (value: number): string => (Number.isInteger(value) ? String(value) : value.toFixed(2));

function line({ what, value, unit, limit }: Measure): string {
  const left = `  ${what.padEnd(58)} ${figure(value).padStart(10)} ${unit.padEnd(8)}`;
  if (limit === undefined) return left;
  return `${left} limit ${figure(limit).padStart(8)}   ${value <= limit ? 'kept' : 'OVER'}`;
}

/** Prints the table. Returns what is over its limit. */
export function print(title: string, measures: readonly Measure[]): string[] {
  process.stdout.write(`\n${title}\n${measures.map(line).join('\n')}\n\n`);
  const over = measures.filter(({ value, limit }) => limit !== undefined && value > limit);
  return over.map(({ what }) => what.trim());
}

/** Prints the table; fails when anything is over its limit. */
export function report(title: string, measures: readonly Measure[]): void {
  expect(print(title, measures), 'over the limit').toEqual([]);
}
