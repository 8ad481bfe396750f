import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { claimTab, stealTab, type Locks } from './tab-claim';
import { FakeLocks } from './testing/fake-locks';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const settled = async <T>(promise: Promise<T>): Promise<T | 'pending'> => {
  let result: T | 'pending' = 'pending';
  void promise.then((value) => (result = value));
  await vi.advanceTimersByTimeAsync(0);
  return result;
};

describe('one tab per person', () => {
  it('the first tab has the call; a second one is told that it is taken', async () => {
    const { tab } = new FakeLocks();
    expect(await settled(claimTab('call', 0, 0, tab))).toMatchObject({
      stolen: expect.anything() as unknown,
    });
    expect(await settled(claimTab('call', 0, 0, tab))).toBeNull();
  });

  it('another call, or the second person of the same browser, is another place', async () => {
    const { tab } = new FakeLocks();
    await claimTab('call', 0, 0, tab);
    expect(await claimTab('call', 1, 0, tab)).not.toBeNull();
    expect(await claimTab('other', 0, 0, tab)).not.toBeNull();
  });

  it('a reload waits for its own dying page and is not a second tab', async () => {
    const { tab } = new FakeLocks();
    const dying = await claimTab('call', 0, 0, tab);
    const reloaded = claimTab('call', 0, 1_500, tab);
    await vi.advanceTimersByTimeAsync(1_000);
    dying?.release();
    await vi.advanceTimersByTimeAsync(0);
    expect(await settled(reloaded)).not.toBeNull();
    expect(await settled(reloaded)).not.toBe('pending');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('waits no longer than it was told', async () => {
    const { tab } = new FakeLocks();
    const first = await claimTab('call', 0, 0, tab);
    const second = claimTab('call', 0, 1_500, tab);
    await vi.advanceTimersByTimeAsync(1_499);
    expect(await settled(second)).toBe('pending');
    await vi.advanceTimersByTimeAsync(1);
    expect(await second).toBeNull();
    first?.release();
    await vi.advanceTimersByTimeAsync(0);
    expect(await claimTab('call', 0, 0, tab)).not.toBeNull();
  });

  it('a tab may take the call from another, which learns of it', async () => {
    const { tab } = new FakeLocks();
    const first = await claimTab('call', 0, 0, tab);
    const lost = vi.fn();
    void first?.stolen.then(lost);
    await vi.advanceTimersByTimeAsync(0);
    expect(lost).not.toHaveBeenCalled();
    const second = await stealTab('call', 0, tab);
    await vi.advanceTimersByTimeAsync(0);
    expect(lost).toHaveBeenCalledOnce();
    first?.release();
    expect(await claimTab('call', 0, 0, tab)).toBeNull();
    second.release();
    await vi.advanceTimersByTimeAsync(0);
    expect(await claimTab('call', 0, 0, tab)).not.toBeNull();
  });

  it('without locks every tab is the only one', async () => {
    expect(await claimTab('call', 0, 0, null)).not.toBeNull();
    expect(await claimTab('call', 0, 0, null)).not.toBeNull();
    expect(await stealTab('call', 0, null)).not.toBeNull();
  });

  it('where the browser forbids locks, too', async () => {
    const forbidden: Locks = { request: () => Promise.reject(new DOMException('no', 'SecurityError')) };
    expect(await claimTab('call', 0, 0, forbidden)).not.toBeNull();
    expect(await stealTab('call', 0, forbidden)).not.toBeNull();
  });
});
