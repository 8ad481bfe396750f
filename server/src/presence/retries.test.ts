import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Retries } from './retries.js';
import { StoreUnavailable } from './store-unavailable.js';

const away = (times: number) => {
  let left = times;
  return vi.fn(async () => {
    left -= 1;
    if (left >= 0) throw new StoreUnavailable(new Error('away'));
  });
};

describe('what needs the store', () => {
  let errors: unknown[];
  let retries: Retries;
  beforeEach(() => {
    vi.useFakeTimers();
    errors = [];
    retries = new Retries((error) => errors.push(error));
  });
  afterEach(() => {
    retries.close();
    vi.useRealTimers();
  });

  it('is done at once when the store is there', async () => {
    const job = away(0);
    retries.add('a', job);
    await vi.advanceTimersByTimeAsync(0);
    expect(job).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(job).toHaveBeenCalledTimes(1);
  });

  it('is tried again until the store is back, about once a second', async () => {
    const job = away(5);
    retries.add('a', job);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(job).toHaveBeenCalledTimes(6);
  });

  it('is given up when it no longer matters', async () => {
    const job = away(1000);
    retries.add('a', job, 10_000);
    await vi.advanceTimersByTimeAsync(60_000);
    const tried = job.mock.calls.length;
    expect(tried).toBeGreaterThanOrEqual(6);
    expect(tried).toBeLessThanOrEqual(22);
  });

  it('is replaced by something newer of the same name, and not kept from running by something else that fails', async () => {
    const [older, newer, other] = [away(1), away(1), away(0)];
    retries.add('a', older);
    retries.add('a', newer);
    retries.add('b', other);
    await vi.advanceTimersByTimeAsync(10_000);
    expect([older, newer, other].map((job) => job.mock.calls.length)).toEqual([1, 2, 1]);
  });

  it('is not tried again when it fails for another reason, which is told', async () => {
    const job = vi.fn(() => Promise.reject(new Error('a mistake')));
    retries.add('a', job);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(job).toHaveBeenCalledTimes(1);
    expect(errors).toEqual([new Error('a mistake')]);
  });

  it('is left when the process stops', async () => {
    const job = away(1000);
    retries.add('a', job);
    await vi.advanceTimersByTimeAsync(0);
    retries.close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(job).toHaveBeenCalledTimes(1);
  });
});
