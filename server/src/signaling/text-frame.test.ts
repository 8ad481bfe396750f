import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { asciiFrame } from './text-frame.js';

/** What a client reads when this is written below a server's socket. */
async function readBack(frame: string): Promise<string> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (_socket, { socket: wire }: IncomingMessage) => wire.write(frame, 'latin1'));
  await once(server, 'listening');
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const [data] = (await once(client, 'message')) as [Buffer];
  client.terminate();
  server.close();
  return data.toString('utf8');
}

describe('a text frame in one piece', () => {
  it.each([0, 1, 125, 126, 127, 255, 256, 65_535])(
    'of %i characters is read as it was written',
    async (size) => {
      const text = 'o'.repeat(size);
      expect(await readBack(asciiFrame(text) ?? '')).toBe(text);
    },
  );

  it('is not made of what is longer, or more than ASCII: a byte too few would break the whole connection', () => {
    expect(asciiFrame('o'.repeat(65_536))).toBeNull();
    expect(asciiFrame('é')).toBeNull();
    expect(asciiFrame('{"payload":"你好"}')).toBeNull();
  });
});
