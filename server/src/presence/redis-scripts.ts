import type { Result } from 'ioredis';

/** Both names of a call carry one hash tag, so that on a Cluster they live on the same node. */
export const keyOf = (callId: string): string => `o-to-o:{${callId}}:call`;
export const channelOf = (callId: string): string => `o-to-o:{${callId}}:news`;

/** Whose news a channel brings. */
export const callOf = (channel: string): string =>
  channel.slice(channel.indexOf('{') + 1, channel.lastIndexOf('}'));

/** KEYS: call. Answers version, state (both null when there is none), and the store's clock in ms. */
export const LOAD = {
  numberOfKeys: 1,
  lua: `
local now = redis.call('TIME')
local stored = redis.call('HMGET', KEYS[1], 'v', 's')
return { stored[1], stored[2], string.format('%.0f', now[1] * 1000 + math.floor(now[2] / 1000)) }
`,
};

/**
 * KEYS: call, channel. ARGV: version that was loaded, state, ms to keep it, message or nothing. Answers 1: done; 0:
 * somebody was faster. A version is the time (µs) it was written: what was loaded before the store lost a call never fits
 * what came after.
 */
export const SWAP = {
  numberOfKeys: 2,
  lua: `
local stored = tonumber(redis.call('HGET', KEYS[1], 'v') or '0')
if stored ~= tonumber(ARGV[1]) then return 0 end
local now = redis.call('TIME')
local version = math.max(stored + 1, now[1] * 1000000 + now[2])
redis.call('HSET', KEYS[1], 'v', string.format('%.0f', version), 's', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
if ARGV[4] then redis.call('SPUBLISH', KEYS[2], ARGV[4]) end
return 1
`,
};

declare module 'ioredis' {
  interface RedisCommander<Context> {
    presenceLoad(key: string): Result<[version: string | null, state: string | null, at: string], Context>;
    presenceSwap(
      key: string,
      channel: string,
      version: number,
      state: string,
      ttlMs: number,
      ...message: string[]
    ): Result<number, Context>;
  }
}
