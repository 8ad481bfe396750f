import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Subscriptions } from './subscriptions.js';

/** A connection that can break, and forgets its channels when it does. */
class FakeClient {
  readonly channels = new Set<string>();
  isBroken = false;
  asked = 0;

  async ssubscribe(channel: string): Promise<void> {
    this.asked += 1;
    if (this.isBroken) throw new Error('broken');
    this.channels.add(channel);
  }

  async sunsubscribe(channel: string): Promise<void> {
    if (this.isBroken) throw new Error('broken');
    this.channels.delete(channel);
  }

  break(): void {
    this.isBroken = true;
    this.channels.clear();
  }
}

describe('subscriptions', () => {
  let client: FakeClient;
  let subscriptions: Subscriptions;
  let gaps: number;
  beforeEach(() => {
    vi.useFakeTimers();
    client = new FakeClient();
    gaps = 0;
    subscriptions = new Subscriptions(client, () => (gaps += 1));
  });
  afterEach(() => {
    subscriptions.close();
    vi.useRealTimers();
  });

  it('are made again when the connection is another one, and then a gap is told', async () => {
    await subscriptions.add('a');
    client.channels.clear();
    subscriptions.renew();
    expect(gaps).toBe(0);
    await vi.advanceTimersByTimeAsync(0);
    expect(client.channels).toEqual(new Set(['a']));
    expect(gaps).toBe(1);
  });

  it('are tried until they are made, and the gap is told only then', async () => {
    await subscriptions.add('a');
    client.break();
    subscriptions.renew();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(gaps).toBe(0);
    client.isBroken = false;
    await vi.advanceTimersByTimeAsync(1_000);
    expect([client.channels, gaps]).toEqual([new Set(['a']), 1]);
  });

  it('notice within seconds that a connection died without a word', async () => {
    await subscriptions.add('a');
    client.break();
    await vi.advanceTimersByTimeAsync(6_000);
    client.isBroken = false;
    await vi.advanceTimersByTimeAsync(6_000);
    expect([client.channels, gaps]).toEqual([new Set(['a']), 1]);
  });

  it('that nobody wants any more are not made again', async () => {
    await subscriptions.add('a');
    await subscriptions.add('b');
    client.break();
    subscriptions.renew();
    await vi.advanceTimersByTimeAsync(0);
    await expect(subscriptions.remove('a')).rejects.toThrow('broken');
    client.isBroken = false;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(client.channels).toEqual(new Set(['b']));
  });

  it('cost next to nothing while nothing happens', async () => {
    for (let number = 0; number < 1000; number += 1) await subscriptions.add(String(number));
    client.asked = 0;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(client.asked).toBeLessThanOrEqual(12);
    expect(gaps).toBe(0);
  });

  it('are left alone when the process stops', async () => {
    await subscriptions.add('a');
    client.break();
    subscriptions.renew();
    subscriptions.close();
    client.asked = 0;
    await vi.advanceTimersByTimeAsync(60_000);
    expect([client.asked, gaps]).toEqual([0, 0]);
  });
});
