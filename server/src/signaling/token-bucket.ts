/** What a spender has left, and when that was true (ms, any monotonic clock). */
export interface Bucket {
  readonly tokens: number;
  readonly at: number;
}

export interface BucketSize {
  /** Tokens a full bucket holds. */
  readonly burst: number;
  /** Tokens that come back per second. */
  readonly perSecond: number;
}

export const fullBucket = ({ burst }: BucketSize, at: number): Bucket => ({ tokens: burst, at });

/** The bucket after paying `cost` at `now`; null when there was not enough in it. */
export function spend(bucket: Bucket, cost: number, now: number, size: BucketSize): Bucket | null {
  const refilled = bucket.tokens + (Math.max(0, now - bucket.at) * size.perSecond) / 1000;
  const tokens = Math.min(size.burst, refilled) - cost;
  return tokens < 0 ? null : { tokens, at: now };
}
