import { afterEach, describe, expect, it } from 'vitest';
import { CloseCode } from '../protocol/index.js';
import { meet } from './testing/couple.js';
import { newHolder, type Page } from './testing/page.js';
import {
  newCallId,
  startSignaling,
  type ServerOptions,
  type SignalingServer,
} from './testing/signaling-server.js';

const triesToEnter = async (page: Page) => {
  page.send({ event: 'enter', data: { callId: newCallId(), holder: newHolder() } });
  const frame = await page.next();
  return frame.event === 'refused' ? frame.data.reason : frame.event;
};

describe('abuse', () => {
  let server: SignalingServer;
  const start = async (options?: ServerOptions) => (server = await startSignaling(options));
  afterEach(() => server.stop());

  it('a flood is told so and closed with 1008; the call next to it goes on', async () => {
    const others = await meet(newCallId(), await start());
    const flooder = await server.open();
    await flooder.enter(newCallId());
    for (let count = 0; count < 5000; count += 1) flooder.relay('flood');
    expect(await flooder.until('error')).toMatchObject({ reason: 'too-fast' });
    expect(await flooder.closed).toBe(CloseCode.policy);
    await others.expectUndisturbed();
  });

  it('large frames count for more', async () => {
    await start({ limits: { burst: 20, perSecond: 0.01, bytesPerCost: 1000 } });
    const page = await server.open();
    await page.enter(newCallId());
    page.relay('x'.repeat(10_000));
    expect(await page.rest()).toEqual([]);
    page.relay('x'.repeat(10_000));
    expect(await page.closed).toBe(CloseCode.policy);
  });

  it('whoever floods the other person loses the own connection, not the seat', async () => {
    const { first, second } = await meet(newCallId(), await start());
    for (let count = 0; count < 1000; count += 1) first.relay('flood');
    expect(await first.closed).toBe(CloseCode.policy);
    expect(await second.until('peer')).toMatchObject({ state: 'dropped' });
  });

  // Without the cut, ws itself would give up after 30 s.
  it('who does not answer a close is cut off', { timeout: 20_000 }, async () => {
    await start({ limits: { closingMs: 50 } });
    const { first, second } = await meet(newCallId(), server);
    first.socket.pause();
    first.socket.send(Buffer.from('binary'));
    expect(await second.until('peer')).toMatchObject({ state: 'dropped' });
  });

  it('a reader so slow that what is for it piles up is closed, and the memory is bounded', async () => {
    await start({
      limits: { burst: 1_000_000, perSecond: 1_000_000, unsentBytes: 100_000, closingMs: 50 },
      // Long enough for the heartbeat to have no part in it.
      config: { pulseMs: 600_000 },
    });
    const { first, second } = await meet(newCallId(), server);
    first.socket.pause();
    const large = 'x'.repeat(60_000);
    let told = null as { state: string } | null;
    void second.until('peer').then((change) => (told = change));
    // The operating system's own buffers, of unknown size, have to fill first.
    while (told === null) {
      second.relay(large);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(told).toMatchObject({ state: 'dropped' });
  });

  it('too many enters from one address are refused; another address is not', async () => {
    await start({ limits: { entersPerMinute: 2 }, config: { trustProxy: ['127.0.0.1'] } });
    const from = (address: string) => server.open({ headers: { 'X-Forwarded-For': address } });
    expect(await triesToEnter(await from('192.0.2.1'))).toBe('entered');
    expect(await triesToEnter(await from('192.0.2.1'))).toBe('entered');
    const third = await from('192.0.2.1');
    expect(await triesToEnter(third)).toBe('too-many-requests');
    expect(await third.closed).toBe(CloseCode.refused);
    expect(await triesToEnter(await from('192.0.2.2'))).toBe('entered');
  });

  it('one address may enter at least 120 times a minute', async () => {
    await start();
    for (let count = 0; count < 120; count += 1) {
      const page = await server.open();
      expect(await triesToEnter(page)).toBe('entered');
      page.socket.terminate();
    }
  });

  it('without rate limits nobody is refused for coming often', async () => {
    await start({ limits: { entersPerMinute: 1 }, config: { rateLimits: 'off' } });
    expect(await triesToEnter(await server.open())).toBe('entered');
    expect(await triesToEnter(await server.open())).toBe('entered');
  });
});
