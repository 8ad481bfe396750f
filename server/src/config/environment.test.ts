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

it.each(['README.md', 'README.zh-CN.md'])(
  'every setting is described, and none that does not exist: %s',
  (file) => {
    expect(variablesIn(textOf(file)).sort()).toEqual(Object.keys(environmentSchema.shape).sort());
  },
);
