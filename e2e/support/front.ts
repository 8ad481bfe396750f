import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect } from 'node:net';

/** Stands before a server on a port of its own, notes what is asked, and may add to the answers. */
export interface Front {
  readonly port: number;
  /** Everything asked so far: path, and what it says it is for (`Sec-Purpose`). */
  readonly asked: readonly Asked[];
  /** From now on, what is asked goes on to this port. */
  leadsTo(port: number): void;
  close(): void;
}

export interface Asked {
  readonly path: string;
  readonly purpose: string;
  readonly isSocket: boolean;
}

export interface FrontOptions {
  /** Answers itself; false: that goes on to the server. */
  readonly answer?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Headers that are added to the server's. */
  readonly headersFor?: (path: string) => Readonly<Record<string, string>>;
}

const ignore = (): void => undefined;

export async function startFront({ answer, headersFor }: FrontOptions = {}): Promise<Front> {
  const asked: Asked[] = [];
  let target = 0;
  const note = (message: IncomingMessage, isSocket: boolean): void => {
    asked.push({ path: message.url ?? '', purpose: String(message.headers['sec-purpose'] ?? ''), isSocket });
  };
  const front = createServer((message, response) => {
    note(message, false);
    if (answer?.(message, response)) return;
    const { method, url, headers } = message;
    const onward = request({ host: '127.0.0.1', port: target, method, path: url, headers }, (answered) => {
      response.writeHead(answered.statusCode ?? 502, { ...answered.headers, ...headersFor?.(url ?? '') });
      answered.pipe(response);
    });
    onward.on('error', () => response.destroy());
    message.pipe(onward);
  });
  front.on('upgrade', (message, socket, head: Buffer) => {
    note(message, true);
    const onward = connect(target, '127.0.0.1');
    const lines = Object.entries(message.headers).map(([name, value]) => `${name}: ${String(value)}\r\n`);
    onward.write(`GET ${message.url ?? ''} HTTP/1.1\r\n${lines.join('')}\r\n`);
    onward.write(head);
    onward.pipe(socket).pipe(onward);
    for (const end of [onward, socket]) end.on('error', ignore);
  });
  front.listen(0);
  await once(front, 'listening');
  const address = front.address();
  if (typeof address !== 'object' || address === null) throw new Error('This machine gave no free port.');
  return {
    port: address.port,
    asked,
    leadsTo: (port) => {
      target = port;
    },
    close: () => {
      front.close();
      front.closeAllConnections();
    },
  };
}
