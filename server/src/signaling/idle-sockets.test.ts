import { afterEach, describe, expect, it, vi } from 'vitest';
import { Metrics } from '../ops/metrics.js';
import { CloseCode } from '../protocol/index.js';
import { meet } from './testing/couple.js';
import type { Page } from './testing/page.js';
import {
  newCallId,
  startSignaling,
  type ServerOptions,
  type SignalingServer,
} from './testing/signaling-server.js';

const lives = async (page: Page) => {
  expect(await page.rest()).toEqual([]);
};

describe('sockets that have not entered a call', () => {
  let server: SignalingServer;
  const start = async (options?: ServerOptions) => (server = await startSignaling(options));
  const from = (address: string) => server.open({ headers: { 'X-Forwarded-For': address } });
  afterEach(() => server.stop());

  it('are closed with 1001 when their time is up; those in a call and those that wait in one stay', async () => {
    await start({ limits: { waitingMs: 200 } });
    const { first, second } = await meet(newCallId(), server);
    const alone = await server.open();
    await alone.enter(newCallId());
    const lobby = await server.open();
    // Pulses are no use of a socket: whoever holds thousands of them could send these too.
    const pulses = setInterval(() => {
      lobby.send({ event: 'pulse', data: { peerAlive: false } });
    }, 20);
    expect(await lobby.closed).toBe(CloseCode.goingAway);
    clearInterval(pulses);
    await Promise.all([first, second, alone].map(lives));
  });

  it('are few per address: the oldest makes room, so that who comes to enter is never locked out', async () => {
    await start({ limits: { waitingPerAddress: 3 }, config: { trustProxy: ['127.0.0.1'] } });
    const neighbour = await from('192.0.2.2');
    const holders = [];
    for (let n = 0; n < 6; n += 1) holders.push(await from('192.0.2.1'));
    const codes = await Promise.all(holders.slice(0, 3).map(({ closed }) => closed));
    expect(codes).toEqual([CloseCode.goingAway, CloseCode.goingAway, CloseCode.goingAway]);
    const honest = await from('192.0.2.1');
    expect(await honest.enter(newCallId())).toMatchObject({ seat: 0 });
    await Promise.all([neighbour, honest, ...holders.slice(4)].map(lives));
  });

  it('are few in all: the oldest of all makes room', async () => {
    await start({ limits: { waitingInAll: 2 }, config: { trustProxy: ['127.0.0.1'] } });
    const { first, second } = await meet(newCallId(), server);
    const [oldest, newer, newest] = [
      await from('192.0.2.1'),
      await from('192.0.2.2'),
      await from('192.0.2.3'),
    ];
    expect(await oldest.closed).toBe(CloseCode.goingAway);
    await Promise.all([first, second, newer, newest].map(lives));
  });

  it('of one address cannot be opened without end: then the upgrade is answered with 429, of another one it is not', async () => {
    await start({ limits: { socketsPerMinute: 2 }, config: { trustProxy: ['127.0.0.1'] } });
    await from('192.0.2.1');
    await from('192.0.2.1');
    await expect(from('192.0.2.1')).rejects.toThrow('429');
    await lives(await from('192.0.2.2'));
  });

  it('may wait without end where there are no rate limits', async () => {
    const limits = { waitingPerAddress: 1, waitingInAll: 1, waitingMs: 50, socketsPerMinute: 1 };
    await start({ limits, config: { rateLimits: 'off' } });
    const pages = [await server.open(), await server.open(), await server.open()];
    const limited = await startSignaling({ limits });
    await (
      await limited.open()
    ).closed;
    await limited.stop();
    await Promise.all(pages.map(lives));
  });

  it('are seen by an operator as a number', async () => {
    await start();
    const { registry } = server.app.get(Metrics);
    const lobby = await server.open();
    const other = await server.open();
    await other.enter(newCallId());
    expect(await registry.metrics()).toMatch(/^o_to_o_sockets_waiting 1$/m);
    lobby.socket.terminate();
    await vi.waitFor(async () => {
      expect(await registry.metrics()).toMatch(/^o_to_o_sockets_waiting 0$/m);
    });
  });
});
