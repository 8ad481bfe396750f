import type { Random } from '../../e2e/support/random.js';
import type { Watched } from './coverage.js';

/** A kind of input: how a new one is made of those that are known, shown to people, and made smaller. */
export interface Kind<T> {
  mutate(random: Random, input: T, other: T): T;
  /** In one line, escaped, so that it can be pasted into a test. */
  show(input: T): string;
  /** Smaller ones, the smallest first. */
  smaller(input: T): Iterable<T>;
  /** Characters or bytes. */
  size(input: T): number;
}

interface Named<T> {
  readonly name: string;
  readonly kind: Kind<T>;
  /** Valid examples above all: what is made of them reaches deeper than noise. */
  readonly seeds: readonly [T, ...T[]];
  /** Tried as they are: what takes long is not made more of. */
  readonly alone?: readonly T[];
  /** Every block of this code must have been reached. */
  readonly watched: readonly Watched[];
}

/** Throwing is a crash; so is an answer that is not among the declared ones, which `decode` itself checks. */
export type Target<T> =
  | (Named<T> & { readonly is: 'at once'; readonly decode: (input: T) => void })
  /** `width`: so many at the same time. */
  | (Named<T> & {
      readonly is: 'later';
      readonly width: number;
      readonly decode: (input: T) => Promise<void>;
    });

/** What must never happen. */
export type Fault<T> = {
  readonly is: 'crash' | 'hang' | 'growth';
  readonly detail: string;
  /** null: no single input did it. */
  readonly input: T | null;
};
