import { filesIn, type Remain } from '../../../../e2e/support/secrets/remains.js';
import { SecretSearch } from '../../../../e2e/support/secrets/search.js';
import type { Kind, PrivateThings } from './private-things.js';

/** What may stand where. Everything else that is used in a test must be found nowhere. */
export const MAY_STAND = {
  /** Standard output and error of the servers at their most talkative, and PostgreSQL's own. */
  log: [],
  metrics: [],
  /**
   * Calls have another name there, which only the servers can make of their id. Of rings: random ids of theirs, of links and of
   * devices, which open nothing and name nobody.
   */
  tables: ['ring id', 'device id'],
  /** The folders of the servers and of PostgreSQL, byte by byte, write-ahead logs and temporary files included. */
  files: ['ring id', 'device id'],
  /** Where a server keeps what it signs with. */
  'kept secrets': ['server secret'],
  /** Redis, in its keys. Who reads those knows of a call, but not the key of its link, and holds no seat. */
  store: ['call id'],
  /** What passes through Redis between two servers: payloads, which are sealed, and which ring to look at; kept nowhere. */
  'on its way': ['call id', 'payload', 'ring id'],
} as const satisfies Record<string, readonly Kind[]>;

export type Place = keyof typeof MAY_STAND;

const KEPT_SECRETS = ['file server-secret', 'file vapid.json'];

/** Everything that is left of what was done, and the search through it. */
export class WhatRemains {
  readonly #all: (Remain & { readonly place: Place })[] = [];

  constructor(private readonly things: PrivateThings) {}

  get places(): ReadonlySet<Place> {
    return new Set(this.#all.map(({ place }) => place));
  }

  add(place: Place, ...remains: readonly Remain[]): void {
    this.#all.push(...remains.map((remain) => ({ ...remain, place })));
  }

  /** A folder of a server, with all that is in it now. */
  addFolder(folder: string): void {
    for (const file of filesIn(folder))
      this.add(KEPT_SECRETS.includes(file.where) ? 'kept secrets' : 'files', file);
  }

  /** What stands where it must not, a line each. */
  search(): string[] {
    const searches = new Map<Place, SecretSearch>();
    return this.#all.flatMap(({ place, where, data }) => {
      const search = searches.get(place) ?? new SecretSearch(this.things.allBut(...MAY_STAND[place]));
      searches.set(place, search);
      return search
        .in(where, data)
        .map(
          ({ secret, as, excerpt }) => `${place}, ${where}: ${secret} (${as}): ${JSON.stringify(excerpt)}`,
        );
    });
  }

  /** The names of all that is found in a place, allowed there or not. */
  seenIn(place: Place): ReadonlySet<string> {
    const search = new SecretSearch(this.things.allBut());
    const remains = this.#all.filter((remain) => remain.place === place);
    return new Set(remains.flatMap(({ where, data }) => search.in(where, data).map(({ secret }) => secret)));
  }
}
