/**
 * What a spender has left, said as the time at which the bucket is full again (ms, any monotonic clock). One whole number: every
 * socket has one, and every frame changes it.
 */
export type FullAt = number;

export interface BucketSize {
  /** Tokens a full bucket holds. */
  readonly burst: number;
  /** Tokens that come back per second. */
  readonly perSecond: number;
}

/** The bucket after paying `cost` at `now`; null when there was not enough in it. */
export function spend(fullAt: FullAt, cost: number, now: number, size: BucketSize): FullAt | null {
  const tokenMs = 1000 / size.perSecond;
  const next = Math.max(fullAt, now) + cost * tokenMs;
  return next - now <= size.burst * tokenMs ? next : null;
}
