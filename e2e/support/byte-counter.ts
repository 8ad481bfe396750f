import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface Bytes {
  toServer: number;
  toBrowser: number;
}

/** A TCP proxy in front of the server: what passes here is what the server's network card would see, less TCP itself. */
export interface ByteCounter {
  readonly port: number;
  readonly url: string;
  /** Bytes of the signaling sockets, their handshakes included, both directions. */
  readonly signaling: () => Bytes;
  /** Bytes of everything else: pages and HTTP calls. */
  readonly other: () => Bytes;
  readonly close: () => Promise<void>;
}

const SIGNALING = 'GET /api/signal';

/** Starts it on `port`, handing on to `targetPort()` (asked for each connection: the server may move). */
export async function startByteCounter(port: number, targetPort: () => number): Promise<ByteCounter> {
  const signaling: Bytes = { toServer: 0, toBrowser: 0 };
  const other: Bytes = { toServer: 0, toBrowser: 0 };
  const open = new Set<Socket>();

  const server = createServer((browser) => {
    const upstream = connect(targetPort(), '127.0.0.1');
    let bytes = other;
    for (const [from, to] of [
      [browser, upstream],
      [upstream, browser],
    ] as const) {
      open.add(from);
      from.setNoDelay(true);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        open.delete(from);
        to.destroy();
      });
      from.on('end', () => to.end());
    }
    browser.on('data', (data) => {
      // A socket is one connection of its own from its first line on; a kept-alive one may turn into it.
      if (data.subarray(0, SIGNALING.length).toString('latin1') === SIGNALING) bytes = signaling;
      bytes.toServer += data.length;
      upstream.write(data);
    });
    upstream.on('data', (data) => {
      bytes.toBrowser += data.length;
      browser.write(data);
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port,
    url: `http://localhost:${port}`,
    signaling: () => ({ ...signaling }),
    other: () => ({ ...other }),
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}
