import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { CallIds } from '../presence/call-id.js';
import { PresenceService } from '../presence/presence.service.js';
import { meet } from './testing/couple.js';
import { newHolder, type Page } from './testing/page.js';
import {
  newCallId,
  SECRET,
  startSignaling,
  type ServerOptions,
  type SignalingServer,
} from './testing/signaling-server.js';

const guess = () => randomBytes(21).toString('base64url');

const answerTo = async (page: Page, callId: string) => {
  page.send({ event: 'enter', data: { callId, holder: newHolder() } });
  const frame = await page.next();
  return frame.event === 'refused' ? frame.data.reason : frame.event;
};

describe('guessing the id of a call', () => {
  let server: SignalingServer;
  const start = async (options?: ServerOptions) => (server = await startSignaling(options));
  const from = (address: string) => server.open({ headers: { 'X-Forwarded-For': address } });
  afterEach(() => server.stop());

  it('is counted by itself: who guesses too often is told so, and a good link from there still opens', async () => {
    await start({
      requestLimits: { wrongIdsPerMinute: 3, unknownAfterMs: 0 },
      config: { trustProxy: ['127.0.0.1'] },
    });
    for (let n = 0; n < 3; n += 1)
      expect(await answerTo(await from('192.0.2.1'), guess())).toBe('unknown-call');
    expect(await answerTo(await from('192.0.2.1'), guess())).toBe('too-many-requests');
    expect(await answerTo(await from('192.0.2.1'), newCallId())).toBe('entered');
    expect(await answerTo(await from('192.0.2.2'), guess())).toBe('unknown-call');
  });

  it('is not counted without rate limits', async () => {
    const requestLimits = { wrongIdsPerMinute: 1, unknownAfterMs: 0 };
    await start({ requestLimits, config: { rateLimits: 'off' } });
    for (let n = 0; n < 3; n += 1) expect(await answerTo(await server.open(), guess())).toBe('unknown-call');
  });

  it('takes its time, the same whether the proof is wrong or the call is over', async () => {
    const [unknownAfterMs, storeMs] = [400, 200];
    const over = new CallIds(SECRET).make(Date.UTC(2024, 5, 1));
    // A store that is far away: it is asked only where the proof fits.
    const slow = {
      attach: () => undefined,
      enter: async (callId: string) => {
        if (callId === over) await new Promise((resolve) => setTimeout(resolve, storeMs));
        return 'unknown-call';
      },
    };
    await start({
      requestLimits: { unknownAfterMs },
      replace: (builder) => builder.overrideProvider(PresenceService).useValue(slow),
    });
    const timeOf = async (callId: string) => {
      const page = await server.open();
      const began = performance.now();
      expect(await answerTo(page, callId)).toBe('unknown-call');
      return performance.now() - began;
    };
    const medianOf = async (callId: string) => {
      const times = [await timeOf(callId), await timeOf(callId), await timeOf(callId)];
      return times.sort((a, b) => a - b)[1] ?? 0;
    };
    const [wrong, old] = [await medianOf(guess()), await medianOf(over)];
    // Timers may ring a part of one ms early.
    expect(wrong).toBeGreaterThan(unknownAfterMs - 1);
    expect(Math.abs(old - wrong)).toBeLessThan(storeMs / 2);
  });

  it('and finding a call that is full tells nothing of who is in: every refusal is the same bytes', async () => {
    await start();
    const texts = new Set<string>();
    for (let n = 0; n < 3; n += 1) {
      const callId = newCallId();
      const { first, second } = await meet(callId, server);
      for (let knocks = 0; knocks < 2; knocks += 1) {
        const page = await server.open();
        page.socket.on('message', (data: Buffer) => texts.add(data.toString()));
        expect(await answerTo(page, callId)).toBe('full');
        await page.closed;
      }
      // Dropped is still full for others.
      first.socket.terminate();
      await second.until('peer');
      const page = await server.open();
      page.socket.on('message', (data: Buffer) => texts.add(data.toString()));
      expect(await answerTo(page, callId)).toBe('full');
    }
    expect([...texts]).toHaveLength(1);
  });
});
