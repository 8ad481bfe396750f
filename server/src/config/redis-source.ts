/** Where presence is kept when several processes share it; `memory`: in this process alone. */
export type RedisSource =
  | { readonly is: 'memory' }
  | { readonly is: 'single'; readonly url: string }
  | { readonly is: 'cluster'; readonly urls: readonly [string, ...string[]] }
  | {
      readonly is: 'sentinel';
      /** The Sentinels; user and password in the first are those of the Redis they watch, `rediss:` stands for all of them. */
      readonly urls: readonly [string, ...string[]];
      /** What they call the Redis they watch. */
      readonly name: string;
      /** The Sentinels' own; null: they ask for none. */
      readonly password: string | null;
    };

export const REDIS_MODES = ['auto', 'single', 'cluster', 'sentinel'] as const;
export type RedisMode = (typeof REDIS_MODES)[number];

export interface SentinelSettings {
  readonly name: string;
  readonly password: string | null;
}

const SENTINEL: SentinelSettings = { name: 'mymaster', password: null };

/**
 * Addresses → what they lead to. `auto`: one is one Redis, several are nodes of a Cluster; a Cluster behind one address has to be
 * named, and so have Sentinels.
 * @returns null: the mode does not fit these addresses
 */
export function redisSource(
  urls: readonly string[],
  mode: RedisMode = 'auto',
  sentinel: SentinelSettings = SENTINEL,
): RedisSource | null {
  const [url, ...others] = urls;
  if (url === undefined) return mode === 'auto' ? { is: 'memory' } : null;
  switch (mode) {
    case 'auto':
      return others.length === 0 ? { is: 'single', url } : { is: 'cluster', urls: [url, ...others] };
    case 'single':
      return others.length === 0 ? { is: 'single', url } : null;
    case 'cluster':
      return { is: 'cluster', urls: [url, ...others] };
    case 'sentinel':
      return { is: 'sentinel', urls: [url, ...others], ...sentinel };
  }
}
