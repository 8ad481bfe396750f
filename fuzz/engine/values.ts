import type { Random } from '../../e2e/support/random.js';
import { mutateText } from './texts.js';

/** What decoders trip over: no value, the edges of numbers, names that every object inherits, half a character. */
const ODD: readonly [unknown, ...unknown[]] = [
  null,
  true,
  false,
  0,
  1,
  -1,
  1.5,
  2 ** 31,
  2 ** 32,
  2 ** 53 - 1,
  2 ** 53,
  -(2 ** 53),
  1e308,
  5e-324,
  '',
  '0',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '\u0000',
  '\ud800',
  '\u202e🙂',
  'A'.repeat(22),
  'a'.repeat(1_000),
  [],
  [null],
  [[]],
  {},
  { length: 1 },
  { toString: 1, valueOf: null },
];

const NAMES: readonly [string, ...string[]] = ['__proto__', 'constructor', 'toString', 'length', 'then', ''];

const isList = (value: unknown): value is unknown[] => Array.isArray(value);
const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Own members alone, also one named `__proto__`. */
const objectOf = (entries: readonly (readonly [string, unknown])[]): unknown => Object.fromEntries(entries);

const at = (random: Random, length: number): number => Math.floor(random.next() * length);

/** Any value inside another one. */
function anywhereIn(random: Random, value: unknown): unknown {
  if (!isObject(value) || random.next() < 0.3) return value;
  const inside: unknown[] = Object.values(value);
  return inside.length === 0 ? value : anywhereIn(random, inside[at(random, inside.length)]);
}

function retyped(value: unknown): unknown {
  if (typeof value === 'string') return value === '' || Number.isNaN(Number(value)) ? [value] : Number(value);
  if (typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return value ? 1 : 0;
  return isList(value) ? objectOf(Object.entries(value)) : isObject(value) ? Object.values(value) : {};
}

function nested(random: Random, value: unknown): unknown {
  let deep = value;
  for (let left = at(random, random.next() < 0.05 ? 400 : 4) + 1; left > 0; left -= 1)
    deep = random.next() < 0.5 ? [deep] : { data: deep };
  return deep;
}

function other(random: Random, value: unknown): unknown {
  if (typeof value === 'string' && random.next() < 0.6) return mutateText(random, value, value);
  if (typeof value === 'number' && random.next() < 0.5)
    return random.pick([-value, value + 1, value - 1, value * 2 ** 40, value / 3]);
  if (typeof value === 'boolean' && random.next() < 0.5) return !value;
  return random.next() < 0.5 ? random.pick(ODD) : retyped(value);
}

function changedList(random: Random, list: readonly unknown[], from: unknown): unknown[] {
  const place = at(random, list.length + 1);
  switch (at(random, 5)) {
    case 0:
      return list.toSpliced(place, 1);
    case 1:
      return list.toSpliced(place, 0, anywhereIn(random, from));
    case 2:
      return [...list, ...list];
    case 3:
      return list.toReversed();
    default:
      return Array.from({ length: random.next() < 0.1 ? 300 : 17 }, () => list[0] ?? 'a');
  }
}

function changedFields(random: Random, value: object, from: unknown): unknown {
  const entries: [string, unknown][] = Object.entries(value);
  const place = at(random, entries.length);
  const [name, held] = entries[place] ?? ['a', 1];
  switch (at(random, 5)) {
    case 0:
      return objectOf(entries.toSpliced(place, 1));
    case 1:
      return objectOf(entries.toSpliced(place, 1, [random.pick([...NAMES, `${name}s`]), held]));
    case 2:
      return objectOf([...entries, [random.pick(NAMES), anywhereIn(random, from)]]);
    case 3: {
      const stranger = isObject(from) ? Object.entries(from) : [];
      return objectOf([...entries, ...stranger.slice(0, at(random, stranger.length) + 1)]);
    }
    default: {
      const [target] = entries[at(random, entries.length)] ?? [name];
      return objectOf([...entries, [target, held]]);
    }
  }
}

function changedHere(random: Random, value: unknown, from: unknown): unknown {
  const chance = random.next();
  if (chance < 0.1) return nested(random, value);
  if (chance < 0.2) return anywhereIn(random, from);
  if (chance < 0.6 && isList(value)) return changedList(random, value, from);
  if (chance < 0.6 && isObject(value)) return changedFields(random, value, from);
  return other(random, value);
}

/** One change somewhere in a value of JSON: a field dropped, renamed, of another type, taken from another input … */
export function mutateValue(random: Random, value: unknown, from: unknown): unknown {
  if (!isObject(value) || random.next() < 0.2) return changedHere(random, value, from);
  const entries: [string, unknown][] = Object.entries(value);
  const [name, inside] = entries[at(random, entries.length)] ?? [];
  if (name === undefined) return changedHere(random, value, from);
  const changed = mutateValue(random, inside, from);
  if (isList(value)) return value.with(Number(name), changed);
  return objectOf(entries.map(([key, held]) => [key, key === name ? changed : held]));
}
