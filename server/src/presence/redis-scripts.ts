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

/** ms that a change may be decided by another time than the store's: longer than a command may take, far below what a person is given. */
const MAX_OFF_MS = 3_000;

/**
 * KEYS: call, channel. ARGV: version and time by which it was decided, state, ms to keep it, message or nothing. Answers the new
 * version and the store's clock; or, where somebody was faster or that time is wrong, what LOAD would answer, its state in a third
 * place. A version is the time (µs) it was written: what was loaded before the store lost a call never fits what came after.
 */
export const SWAP = {
  numberOfKeys: 2,
  lua: `
local stored = redis.call('HGET', KEYS[1], 'v')
local now = redis.call('TIME')
local at = now[1] * 1000 + math.floor(now[2] / 1000)
local clock = string.format('%.0f', at)
local before = tonumber(stored or '0')
if before ~= tonumber(ARGV[1]) or math.abs(at - tonumber(ARGV[2])) > ${MAX_OFF_MS} then
  return { stored, clock, redis.call('HGET', KEYS[1], 's') }
end
local version = string.format('%.0f', math.max(before + 1, now[1] * 1000000 + now[2]))
redis.call('HSET', KEYS[1], 'v', version, 's', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
if ARGV[5] then redis.call('SPUBLISH', KEYS[2], ARGV[5]) end
return { version, clock }
`,
};

declare module 'ioredis' {
  interface RedisCommander<Context> {
    presenceLoad(key: string): Result<[version: string | null, state: string | null, at: string], Context>;
    presenceSwap(
      key: string,
      channel: string,
      version: number,
      at: number,
      state: string,
      ttlMs: number,
      ...message: string[]
    ): Result<
      [version: string, at: string] | [version: string | null, at: string, state: string | null],
      Context
    >;
  }
}
