import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { environmentSchema } from './environment.js';

const textOf = (file: string): string => readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');

/** The names in the first column of a table, where they are written in capitals. */
const variablesIn = (text: string): string[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .flatMap((line) => line.split('|')[1]?.match(/(?<=`)[A-Z][A-Z_]+(?=`)/g) ?? []);

/** What stands in the second column where the first names one variable alone. */
function defaultsIn(text: string): Map<string, string> {
  const rows = text.split('\n').filter((line) => line.startsWith('|'));
  return new Map(
    rows.map((line) => [/^\| `([A-Z_]+)` +\|/.exec(line)?.[1] ?? '', line.split('|')[2]?.trim() ?? '']),
  );
}

const READMES = ['README.md', 'README.zh-CN.md'];

it.each(READMES)('a default that is one word or number is described as it is: %s', (file) => {
  const told = defaultsIn(textOf(file));
  let checked = 0;
  for (const [name, schema] of Object.entries(environmentSchema.shape)) {
    const value: unknown = schema.safeParse(undefined).data;
    if (!told.has(name) || (typeof value !== 'string' && typeof value !== 'number')) continue;
    expect([name, told.get(name)]).toEqual([name, `\`${value}\``]);
    checked += 1;
  }
  expect(checked).toBeGreaterThan(9);
});

it.each(READMES)('every setting is described, and none that does not exist: %s', (file) => {
  expect(variablesIn(textOf(file)).sort()).toEqual(Object.keys(environmentSchema.shape).sort());
});
