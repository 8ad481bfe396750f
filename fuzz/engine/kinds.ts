import type { Random } from '../../e2e/support/random.js';
import type { Kind } from './target.js';
import { LONGEST, mutateText } from './texts.js';
import { mutateValue } from './values.js';

/** Bytes that nobody else changes. */
export type Bytes = Uint8Array<ArrayBuffer>;

const at = (random: Random, length: number): number => Math.floor(random.next() * length);

/** One change, mostly; now and then many at once. */
function severalTimes<T>(random: Random, input: T, change: (input: T) => T): T {
  let changed = change(input);
  while (random.next() < 0.3) changed = change(changed);
  return changed;
}

/** Without this half, that quarter … down to without one element. */
function* without<T extends { readonly length: number }>(
  whole: T,
  cut: (start: number, end: number) => T,
): Generator<T> {
  for (let size = Math.ceil(whole.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = 0; start < whole.length; start += size) yield cut(start, start + size);
  }
}

const escaped = (text: string): string =>
  JSON.stringify(text).replace(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** Any text. */
export const TEXT: Kind<string> = {
  mutate: (random, text, other) =>
    severalTimes(random, text, (changed) => mutateText(random, changed, other)),
  show: escaped,
  smaller: (text) => without(text, (start, end) => text.slice(0, start) + text.slice(end)),
  size: (text) => text.length,
};

/** A value that JSON can say, always. */
const textOf = (value: unknown): string => (value === undefined ? '' : JSON.stringify(value));

const parsed = (text: string): { readonly value: unknown } | null => {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return null;
  }
};

/** Text that is JSON, or was: its structure is changed, and now and then the text itself. */
export const JSON_TEXT: Kind<string> = {
  ...TEXT,
  mutate(random, text, other) {
    const json = random.next() < 0.75 ? parsed(text) : null;
    if (!json) return TEXT.mutate(random, text, other);
    const from = parsed(other)?.value;
    const changed = severalTimes(random, json.value, (value) => mutateValue(random, value, from));
    return textOf(changed).slice(0, LONGEST);
  },
};

/** What JSON.parse makes: decoders that are handed values meet no others. */
export const VALUE: Kind<unknown> = {
  mutate: (random, value, other) =>
    severalTimes(random, value, (changed) => mutateValue(random, changed, other)),
  show: (value) => `JSON.parse(${escaped(textOf(value))})`,
  *smaller(value) {
    for (const text of TEXT.smaller(textOf(value))) {
      const json = parsed(text);
      if (json) yield json.value;
    }
  },
  size: (value) => textOf(value).length,
};

const EDGES: readonly [number, ...number[]] = [
  0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0xffffffff,
];

const joined = (...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let place = 0;
  for (const part of parts) {
    whole.set(part, place);
    place += part.length;
  }
  return whole;
};

const overwritten = (
  bytes: Uint8Array,
  place: number,
  width: 1 | 2 | 4,
  value: number,
): Uint8Array<ArrayBuffer> => {
  const copy = joined(bytes);
  const [view, fits] = [new DataView(copy.buffer), place + width <= copy.length];
  if (fits && width === 1) view.setUint8(place, value);
  if (fits && width === 2) view.setUint16(place, value);
  if (fits && width === 4) view.setUint32(place, value);
  return copy;
};

function mutateBytes(random: Random, bytes: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  const place = at(random, bytes.length + 1);
  const end = Math.min(bytes.length, place + at(random, random.next() < 0.8 ? 9 : bytes.length + 1));
  const from = at(random, other.length + 1);
  switch (at(random, 7)) {
    case 0:
      return overwritten(bytes, place, 1, (bytes[place] ?? 0) ^ (1 << at(random, 8)));
    case 1:
      return overwritten(bytes, place, random.pick([1, 2, 4]), random.pick(EDGES));
    case 2:
      return joined(bytes.subarray(0, place), bytes.subarray(end));
    case 3:
      return joined(bytes.subarray(0, end), bytes.subarray(place));
    case 4:
      return joined(bytes.subarray(0, place), other.subarray(from));
    case 5:
      return joined(bytes.subarray(0, place));
    default:
      return joined(
        bytes.subarray(0, place),
        new Uint8Array(at(random, 64)).fill(at(random, 256)),
        bytes.subarray(place),
      );
  }
}

/** Any bytes. */
export const BYTES: Kind<Uint8Array<ArrayBuffer>> = {
  mutate: (random, bytes, other) =>
    severalTimes(random, bytes, (changed) => mutateBytes(random, changed, other).slice(0, LONGEST)),
  show: (bytes) => `Buffer.from('${Buffer.from(bytes).toString('hex')}', 'hex')`,
  smaller: (bytes) => without(bytes, (start, end) => joined(bytes.subarray(0, start), bytes.subarray(end))),
  size: (bytes) => bytes.length,
};
