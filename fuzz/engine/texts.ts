import type { Random } from '../../e2e/support/random.js';

/** Longest text that is made (characters): above every limit a decoder sets itself, and what a socket lets through. */
export const LONGEST = 70_000;

const TOKENS: readonly [string, ...string[]] = [
  '"',
  '\\',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '.',
  '-',
  '/',
  '#',
  '?',
  '%',
  '%00',
  '%E0%A4%A',
  '=',
  '@',
  ' ',
  '\t',
  '\r\n',
  '\u0000',
  '\u007f',
  '\u2028',
  '\ud83d',
  '\ude00',
  'é',
  '🙂',
  '0',
  '1',
  '-0',
  '1e999',
  '00',
  '9007199254740993',
  '\\u0000',
  '\\ud800',
  'null',
  'true',
  '"__proto__":',
  '::ffff:127.0.0.1',
  '2001:db8::1',
  '10.0.0.1',
  'https://',
  '//',
  '..',
];

const at = (random: Random, length: number): number => Math.floor(random.next() * length);

/** Mostly short pieces; now and then the whole rest. */
function piece(random: Random, text: string): [start: number, end: number] {
  const start = at(random, text.length + 1);
  const length = random.next() < 0.8 ? at(random, 8) + 1 : at(random, text.length - start + 1);
  return [start, Math.min(text.length, start + length)];
}

const replaced = (text: string, start: number, end: number, by: string): string =>
  text.slice(0, start) + by + text.slice(end);

/** Few are long: they cost time, and find the same. */
const times = (random: Random): number => (random.next() < 0.01 ? 5_000 : at(random, 40));

const CHANGES: readonly [
  (random: Random, text: string, other: string) => string,
  ...((random: Random, text: string, other: string) => string)[],
] = [
  (random, text) => replaced(text, ...piece(random, text), ''),
  (random, text) => {
    const [start, end] = piece(random, text);
    return replaced(text, end, end, text.slice(start, end).repeat(times(random)));
  },
  (random, text) => {
    const place = at(random, text.length + 1);
    return replaced(text, place, place, random.pick(TOKENS));
  },
  (random, text) => replaced(text, ...piece(random, text), random.pick(TOKENS)),
  (random, text) => {
    const place = at(random, text.length);
    const flipped = (text.charCodeAt(place) || 0) ^ (1 << at(random, random.next() < 0.9 ? 7 : 16));
    return replaced(text, place, place + 1, String.fromCharCode(flipped));
  },
  (random, text) => text.slice(0, at(random, text.length + 1)),
  (random, text, other) => replaced(text, ...piece(random, text), other.slice(...piece(random, other))),
  (random, text, other) => text.slice(0, at(random, text.length + 1)) + other.slice(at(random, other.length)),
  (random, text) => random.pick(TOKENS).repeat(times(random)) + text,
  (random, text) => (random.next() < 0.5 ? text.toUpperCase() : text.toLowerCase()),
];

export function mutateText(random: Random, text: string, other: string): string {
  return random.pick(CHANGES)(random, text, other).slice(0, LONGEST);
}
