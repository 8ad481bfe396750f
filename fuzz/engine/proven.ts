import { expect } from 'vitest';
import { fuzz } from './fuzz.js';
import type { Target } from './target.js';

const { SEED } = process.env;

/** Repeats a run: `SEED=… npx vitest run --project fuzz`. */
export const seed = SEED === undefined ? Math.floor(Math.random() * 2 ** 32) : Number(SEED);

/** Feeds it, says what was done, and fails with the smallest input that breaks it, or with the code nothing reached. */
export async function holds<T>(target: Target<T>): Promise<void> {
  const began = performance.now();
  const { fault, inputs, kept, unreached } = await fuzz(target, seed);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const counts = `${inputs} inputs, ${kept} kept, ${seconds} s, SEED=${seed}`;
  process.stdout.write(`fuzz: ${target.name}: ${counts}\n`);
  if (fault) {
    const input = fault.input === null ? '' : `\n  input: ${target.kind.show(fault.input)}`;
    expect.fail(`${target.name}: ${fault.is}: ${fault.detail}; SEED=${seed}${input}`);
  }
  expect(unreached, `code of ${target.name} that no input reached; SEED=${seed}`).toEqual([]);
}
