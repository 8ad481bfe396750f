import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { Logger } from '@nestjs/common';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { StartupProblem, type StunSource } from '../config/app-config.js';
import { Metrics } from '../ops/metrics.js';
import { StunService } from './stun.service.js';

const ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
  vi.restoreAllMocks();
});

async function bound(port = 0): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.bind(port);
  await once(socket, 'listening');
  return socket;
}

const closed = (socket: Socket) =>
  new Promise<void>((resolve) => {
    socket.close(() => {
      resolve();
    });
  });

/** Two UDP ports in a row that nobody uses just now. */
async function freePair(): Promise<number> {
  for (;;) {
    const first = await bound();
    const { port } = first.address();
    const second = await bound(port + 1).catch(() => null);
    await closed(first);
    if (second === null) continue;
    await closed(second);
    return port;
  }
}

async function started(stun: StunSource): Promise<Metrics> {
  const metrics = new Metrics();
  const service = new StunService({ stun } as ConstructorParameters<typeof StunService>[0], metrics);
  ends.push(() => service.onApplicationShutdown());
  await service.onApplicationBootstrap();
  return metrics;
}

const REQUEST = Buffer.from('000100002112a442b7e7a701bc34d686fa87dfae', 'hex');

async function ask(port: number, host: string, type: 'udp4' | 'udp6'): Promise<Buffer> {
  const socket = createSocket(type);
  ends.push(() => closed(socket));
  socket.send(REQUEST, port, host);
  const [reply] = (await once(socket, 'message')) as [Buffer];
  return reply;
}

describe('the embedded STUN responder', () => {
  it('answers on both its ports, over IPv4 and IPv6', async () => {
    const port = await freePair();
    const metrics = await started({ is: 'embedded', port, chosen: true });
    for (const each of [port, port + 1]) {
      expect((await ask(each, '127.0.0.1', 'udp4')).readUInt16BE(0)).toBe(0x0101);
      expect((await ask(each, '::1', 'udp6')).readUInt16BE(0)).toBe(0x0101);
    }
    expect(metrics.stunAnswers.value).toBe(4);
  });

  it('whose default port is taken warns with what to do, and serves on the other', async () => {
    const warn = vi.spyOn(Logger.prototype, 'warn').mockReturnValue(undefined);
    const port = await freePair();
    const other = await bound(port);
    ends.push(() => closed(other));
    await started({ is: 'embedded', port, chosen: false });
    expect(warn).toHaveBeenCalledTimes(1);
    expect(String(warn.mock.calls[0]?.[0])).toMatch(new RegExp(`^UDP port ${port} .*STUN_PORT`));
    expect((await ask(port + 1, '127.0.0.1', 'udp4')).readUInt16BE(0)).toBe(0x0101);
  });

  it('whose chosen port, or the next one, is taken stops the start and says what to do', async () => {
    for (const offset of [0, 1]) {
      const port = await freePair();
      const other = await bound(port + offset);
      ends.push(() => closed(other));
      const problem: unknown = await started({ is: 'embedded', port, chosen: true }).catch(
        (error: unknown) => error,
      );
      expect(problem).toBeInstanceOf(StartupProblem);
      expect(String(problem)).toMatch(new RegExp(`UDP port ${port + offset} .*STUN_PORT`));
    }
  });

  it('is off when browsers are sent elsewhere', async () => {
    const port = await freePair();
    await started({ is: 'elsewhere', urls: [] });
    await closed(await bound(port));
  });
});
