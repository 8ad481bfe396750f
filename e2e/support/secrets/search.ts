import { formsOf, type Form } from './forms.js';

/** Something that must not be found. */
export interface Secret {
  /** What it is, for people who read the result. */
  readonly name: string;
  readonly text: string;
}

export interface Found {
  readonly secret: string;
  readonly as: string;
  readonly where: string;
  /** What stands around it. */
  readonly excerpt: string;
}

/** Shorter than this (bytes) something is found by chance in a large file. */
const LEAST = 6;
/**
 * Long forms are looked for in pieces of so many bytes, so that a part is found, too: of what was cut somewhere, whatever
 * has twice this length.
 */
const PIECE = 12;
const AROUND = 60;

interface Needle {
  readonly secret: string;
  readonly as: string;
  readonly bytes: Buffer;
}

/** A piece of hardly more than zeros stands everywhere. */
const says = (piece: Buffer): boolean => new Set(piece).size >= LEAST;

function piecesOf(bytes: Buffer): Buffer[] {
  if (bytes.length <= 2 * PIECE) return [bytes];
  const starts = Array.from({ length: Math.floor(bytes.length / PIECE) }, (_, n) => n * PIECE);
  const pieces = [...starts, bytes.length - PIECE].map((start) => bytes.subarray(start, start + PIECE));
  return pieces.some(says) ? pieces.filter(says) : [bytes];
}

const needlesOf = ({ name, text }: Secret): Needle[] =>
  formsOf(text).flatMap(({ as, bytes }: Form) =>
    piecesOf(bytes).map((piece) => ({ secret: name, as, bytes: piece })),
  );

const pairAt = (data: Buffer, at: number): number => (data[at] ?? 0) | ((data[at + 1] ?? 0) << 8);

/** Looks for many secrets in all their forms in one pass over what is searched. */
export class SecretSearch {
  /** By their first four bytes. */
  readonly #needles = new Map<number, Needle[]>();
  /** Which first two bytes there are: most places are passed by a look at these. */
  readonly #begins = new Uint8Array(65_536);

  constructor(secrets: readonly Secret[]) {
    for (const needle of secrets.flatMap(needlesOf)) {
      if (needle.bytes.length < LEAST)
        throw new Error(`${needle.secret} (${needle.as}) is too short to be searched for.`);
      const key = needle.bytes.readUInt32LE();
      this.#needles.set(key, [...(this.#needles.get(key) ?? []), needle]);
      this.#begins[pairAt(needle.bytes, 0)] = 1;
    }
  }

  /** Each secret is named once for each form it was found in. */
  in(where: string, what: Buffer | string): Found[] {
    const data = typeof what === 'string' ? Buffer.from(what, 'utf8') : what;
    const found = new Map<string, Found>();
    for (let at = 0; at + LEAST <= data.length; at += 1) {
      if (this.#begins[pairAt(data, at)] !== 1) continue;
      for (const needle of this.#needles.get(data.readUInt32LE(at)) ?? []) {
        const end = at + needle.bytes.length;
        if (end > data.length || needle.bytes.compare(data, at, end) !== 0) continue;
        const excerpt = data.toString('latin1', Math.max(0, at - AROUND), end + AROUND);
        const { secret, as } = needle;
        if (!found.has(`${secret} ${as}`)) found.set(`${secret} ${as}`, { secret, as, where, excerpt });
      }
    }
    return [...found.values()];
  }
}
