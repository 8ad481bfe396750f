import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { CloseCode } from '../protocol/index.js';
import { Metrics } from '../ops/metrics.js';
import { PresenceService, type Outlet } from '../presence/presence.service.js';
import { meet } from './testing/couple.js';
import { newHolder } from './testing/page.js';
import {
  newCallId,
  startSignaling,
  type ServerOptions,
  type SignalingServer,
} from './testing/signaling-server.js';

/** A text frame as a browser writes it (RFC 6455, 5.2): masked, shorter than 126 bytes. */
function clientFrame(text: string): Buffer {
  const [mask, bytes] = [randomBytes(4), Buffer.from(text)];
  const masked = bytes.map((byte, index) => byte ^ (mask[index % 4] ?? 0));
  return Buffer.concat([Buffer.from([0x81, 0x80 | bytes.length]), mask, masked]);
}

/** Upgrades and enters over bare TCP, then never says or answers anything again. Resolves when the server cuts it off. */
async function enterAndFallSilent(port: number, callId: string): Promise<{ cut: Promise<void> }> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  const key = randomBytes(16).toString('base64');
  socket.write(
    `GET /api/signal HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      `Sec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\n\r\n`,
  );
  await new Promise((resolve) => socket.once('data', resolve));
  const [id, holder] = [JSON.stringify(callId), JSON.stringify(newHolder())];
  socket.write(clientFrame(`{"event":"enter","data":{"callId":${id},"holder":${holder}}}`));
  await new Promise((resolve) => socket.once('data', resolve));
  return {
    cut: new Promise((resolve) =>
      socket.once('close', () => {
        resolve();
      }),
    ),
  };
}

describe('lifetimes of sockets', () => {
  let server: SignalingServer;
  const start = async (options?: ServerOptions) => (server = await startSignaling(options));
  afterEach(() => server.stop());

  it('a dead socket is cut off after two pulses, and the other is told', async () => {
    const callId = newCallId();
    await start({ config: { pulseMs: 500 } });
    const other = await server.open();
    await other.enter(callId);
    const silent = await enterAndFallSilent(server.port, callId);
    expect(await other.until('peer')).toMatchObject({ state: 'present' });
    expect(await other.until('peer')).toMatchObject({ state: 'dropped' });
    await silent.cut;
  });

  it('a socket that only answers pings lives on', async () => {
    const callId = newCallId();
    await start({ config: { pulseMs: 500 } });
    const { first, second } = await meet(callId, server);
    for (let pings = 0; pings < 3; pings += 1) {
      await new Promise((resolve) => first.socket.once('ping', resolve));
    }
    expect(await second.rest()).toEqual([]);
  });

  it('a pulse is answered, before enter and after', async () => {
    await start();
    const page = await server.open();
    page.send({ event: 'pulse', data: { peerAlive: false } });
    expect(await page.next()).toEqual({ event: 'pulse', data: {} });
    await page.enter(newCallId());
    page.send({ event: 'pulse', data: { peerAlive: true } });
    expect(await page.next()).toEqual({ event: 'pulse', data: {} });
  });

  it('who hears somebody whose socket is gone keeps their seat with each pulse, however soon the last one came', async () => {
    const callId = newCallId();
    const graceMs = 1_500;
    await start({ config: { pulseMs: 60_000, seatGraceMs: graceMs } });
    const { first, second } = await meet(callId, server);
    second.socket.terminate();
    expect(await first.until('peer')).toMatchObject({ state: 'dropped' });
    for (const since = performance.now(); performance.now() - since < 2 * graceMs;) {
      first.send({ event: 'pulse', data: { peerAlive: true } });
      expect(await first.next()).toEqual({ event: 'pulse', data: {} });
      await new Promise((resolve) => setTimeout(resolve, graceMs / 20));
    }
    expect(await first.until('peer')).toMatchObject({ state: 'absent' });
  });

  it('a newer connection of the same person supersedes the older, which is closed with 4001 and no longer heard', async () => {
    const [callId, holder] = [newCallId(), newHolder()];
    await start();
    const [older, newer, other] = [await server.open(), await server.open(), await server.open()];
    await older.enter(callId, holder);
    await other.enter(callId);
    await older.until('peer');
    expect(await newer.enter(callId, holder)).toMatchObject({ seat: 0, epoch: 2 });
    older.relay('from the past');
    older.send({ event: 'leave', data: {} });
    expect(await older.next()).toEqual({ event: 'superseded', data: {} });
    expect(await older.closed).toBe(CloseCode.superseded);
    newer.relay('now');
    expect(await other.next()).toEqual({ event: 'peer', data: { state: 'present', epoch: 2 } });
    expect(await other.next()).toEqual({ event: 'relay', data: { payload: 'now' } });
    expect(await other.rest()).toEqual([]);
  });

  it('a server that stops says so with 1001 to every socket, entered or not', async () => {
    await start();
    const { first, second } = await meet(newCallId(), server);
    const lobby = await server.open();
    const stopped = server.stop();
    expect(await Promise.all([first.closed, second.closed, lobby.closed])).toEqual([1001, 1001, 1001]);
    await stopped;
  });

  it('a server that stops spreads its goodbyes, so that not all pages come back in the same moment', async () => {
    await start({ limits: { movePerSocketMs: 200 } });
    const pages = await Promise.all(Array.from({ length: 10 }, () => server.open()));
    const times: number[] = [];
    for (const { closed } of pages) void closed.then(() => times.push(performance.now()));
    await server.stop();
    await Promise.all(pages.map(({ closed }) => closed));
    // Random over two seconds: ten of them never fall into a tenth of that.
    expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(200);
  });

  it('who opens a socket at a server that stops is sent on at once', async () => {
    await start({ limits: { closingMs: 500 } });
    await enterAndFallSilent(server.port, newCallId());
    const stopped = server.stop();
    const late = await server.open();
    expect(await late.closed).toBe(CloseCode.goingAway);
    await stopped;
  });

  it('a server stops although somebody does not answer', { timeout: 20_000 }, async () => {
    const callId = newCallId();
    await start({ limits: { closingMs: 50 } });
    const silent = await enterAndFallSilent(server.port, callId);
    await server.stop();
    await silent.cut;
  });

  it('a server that stops is not gone before presence knows of every socket it lost', async () => {
    let [entered, lost] = [0, 0];
    const slow = {
      attach: () => undefined,
      enter: () => Promise.resolve(void (entered += 1)),
      lost: async () => {
        await new Promise((resolve) => setTimeout(resolve, 100));
        lost += 1;
      },
    };
    await start({ replace: (builder) => builder.overrideProvider(PresenceService).useValue(slow) });
    for (const page of [await server.open(), await server.open()]) {
      page.send({ event: 'enter', data: { callId: newCallId(), holder: newHolder() } });
    }
    await vi.waitFor(() => {
      expect(entered).toBe(2);
    });
    await server.stop();
    expect(lost).toBe(2);
  });

  it('with the store away, who wants to enter is told to try again', async () => {
    const away = { attach: () => undefined, enter: () => Promise.reject(new Error('the store is away')) };
    await start({ replace: (builder) => builder.overrideProvider(PresenceService).useValue(away) });
    const page = await server.open();
    page.send({ event: 'enter', data: { callId: newCallId(), holder: newHolder() } });
    expect(await page.next()).toMatchObject({ event: 'refused', data: { reason: 'unavailable' } });
    expect(await page.closed).toBe(CloseCode.refused);
  });

  it('what follows an enter waits for the verdict, however late that comes', async () => {
    let outlet: Outlet | undefined;
    const slow = {
      attach: (attached: Outlet) => (outlet = attached),
      enter: (_callId: string, connection: string) => {
        const at = { seat: 0, epoch: 1, born: 0, at: 0, peer: { state: 'absent', epoch: 0 } } as const;
        setTimeout(() => outlet?.tell(connection, { type: 'entered', ticket: 'good', ...at }), 50);
        return Promise.resolve('ok');
      },
      relay: () => Promise.resolve(),
      lost: () => Promise.resolve(),
    };
    await start({ replace: (builder) => builder.overrideProvider(PresenceService).useValue(slow) });
    const page = await server.open();
    page.send({ event: 'enter', data: { callId: newCallId(), holder: newHolder() } });
    page.relay('at once');
    expect(await page.next()).toMatchObject({ event: 'entered', data: { ticket: 'good' } });
    expect(await page.rest()).toEqual([]);
  });

  it('when the word about an enter never comes, the page is sent to try again', async () => {
    const mute = {
      attach: () => undefined,
      enter: () => Promise.resolve('ok'),
      lost: () => Promise.resolve(),
    };
    await start({
      limits: { verdictMs: 20 },
      replace: (builder) => builder.overrideProvider(PresenceService).useValue(mute),
    });
    const page = await server.open();
    page.send({ event: 'enter', data: { callId: newCallId(), holder: newHolder() } });
    expect(await page.closed).toBe(CloseCode.lostTrack);
  });

  it('pages of this server may open the socket, other sites may not, and who is no browser may', async () => {
    await start({ config: { allowedOrigins: ['https://call.example'] } });
    await server.open({ origin: 'https://call.example' });
    await server.open();
    for (const origin of ['https://evil.example', 'https://call.example.evil.example', 'null', '']) {
      await expect(server.open({ headers: { Origin: origin } })).rejects.toThrow('403');
    }
  });

  it('an operator sees how many sockets are open and how they were closed, not by what a client likes', async () => {
    await start();
    const [open, hungUp, odd] = [await server.open(), await server.open(), await server.open()];
    hungUp.send({ event: 'leave', data: {} });
    await hungUp.closed;
    odd.socket.close(4999);
    await odd.closed;
    const { registry } = server.app.get(Metrics);
    // The server's end of a socket closes a moment before or after the page's.
    await vi.waitFor(async () => {
      const text = await registry.metrics();
      expect(text).toContain('o_to_o_sockets 1');
      expect(text).toContain('o_to_o_sockets_closed_total{code="1000"} 1');
      expect(text).toContain('o_to_o_sockets_closed_total{code="other"} 1');
    });
    open.socket.terminate();
  });
});
