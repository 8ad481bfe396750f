import { randomBytes } from 'node:crypto';
import type { Secret } from '../../../../e2e/support/secrets/search.js';

/** What a thing is, as far as it decides where it may stand. */
export type Kind = 'call id' | 'payload' | 'server secret' | 'ring id' | 'device id' | 'private';

/** Everything that is used in a test and must not be found afterwards. */
export class PrivateThings {
  readonly #all: (Secret & { readonly kind: Kind })[] = [];

  note(kind: Kind, name: string, text: string): string {
    this.#all.push({ kind, name, text });
    return text;
  }

  /** A text that occurs nowhere else, not even in part. */
  made(name: string, kind: Kind = 'private'): string {
    return this.note(kind, name, randomBytes(12).toString('base64url'));
  }

  /** All that must not be found where these kinds may stand. */
  allBut(...kinds: readonly Kind[]): readonly Secret[] {
    return this.#all.filter(({ kind }) => !kinds.includes(kind));
  }
}
