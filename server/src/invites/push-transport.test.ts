import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { selfSigned } from '../../../e2e/support/certificate.js';
import { removeFolder, temporaryFolder } from '../../../e2e/support/child.js';
import { parsePushHost } from '../config/push-hosts.js';
import type { Lookup } from './guarded-lookup.js';
import { checkPushEndpoint, type PushEndpoint } from './push-endpoint.js';
import { PushTransport, type PushResult, type PushTransportOptions } from './push-transport.js';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const MESSAGE = { headers: { ttl: '30', urgency: 'high' }, body: Buffer.from('sealed') };

const answer =
  (status: number, headers: Record<string, string> = {}): Answer =>
  (_request, response) => {
    response.writeHead(status, headers).end();
  };

describe('a push service, a real one on this machine', () => {
  const folder = temporaryFolder('push');
  const sockets = new Set<Socket>();
  const connections: Socket[] = [];
  let service: Server;
  let port = 0;
  let ca = '';
  let how: Answer = answer(201);
  const transports: PushTransport[] = [];

  beforeAll(async () => {
    const files = selfSigned(folder, 'IP:127.0.0.1', 'DNS:localhost', 'DNS:push.example');
    ca = readFileSync(files.cert, 'utf8');
    service = createServer({ cert: ca, key: readFileSync(files.key) }, (request, response) => {
      how(request, response);
    });
    service.on('connection', (socket: Socket) => {
      connections.push(socket);
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
    service.listen(0, '127.0.0.1');
    await once(service, 'listening');
    port = (service.address() as AddressInfo).port;
  });
  afterEach(() => {
    for (const transport of transports.splice(0)) transport.close();
    how = answer(201);
    connections.length = 0;
  });
  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    service.close();
    removeFolder(folder);
  });

  /** An endpoint as a browser might give it, under an entry that allows it. */
  const endpoint = (host: string, allow = `${host}:${port}`): PushEndpoint => {
    const checked = checkPushEndpoint(
      `https://${host}:${port}/push/secret`,
      [parsePushHost(allow)].flatMap((each) => each ?? []),
    );
    if (!checked.ok) throw new Error(checked.problem);
    return checked.endpoint;
  };
  const transport = (options: PushTransportOptions = {}): PushTransport => {
    const made = new PushTransport({ ca, ...options });
    transports.push(made);
    return made;
  };
  const post = (options?: PushTransportOptions): Promise<PushResult> =>
    transport(options).post(endpoint('127.0.0.1'), MESSAGE);
  /** Every name leads there; a further question gets the next answer. */
  const leadsTo = (...addresses: string[]): Lookup & { asked: number } => {
    const lookup = (...[, , done]: Parameters<Lookup>): void => {
      const address = addresses[Math.min(lookup.asked, addresses.length - 1)] ?? '';
      lookup.asked += 1;
      done(null, [{ address, family: address.includes(':') ? 6 : 4 }]);
    };
    lookup.asked = 0;
    return lookup;
  };

  it('gets the message as it is, with its headers', async () => {
    const received = new Promise<[IncomingMessage, string]>((resolve) => {
      how = (request, response) => {
        let body = '';
        request.on('data', (part: Buffer) => (body += part.toString()));
        request.on('end', () => {
          response.writeHead(201).end();
          resolve([request, body]);
        });
      };
    });
    expect(await post()).toEqual({ is: 'sent' });
    const [{ method, url, headers }, body] = await received;
    expect([method, url, body]).toEqual(['POST', '/push/secret', 'sealed']);
    expect(headers).toMatchObject({ ttl: '30', urgency: 'high', 'content-length': '6' });
  });

  it('is spoken to over one connection again and again', async () => {
    const kept = transport();
    for (let n = 0; n < 3; n += 1)
      expect(await kept.post(endpoint('127.0.0.1'), MESSAGE)).toEqual({ is: 'sent' });
    expect(connections).toHaveLength(1);
  });

  it.each<[number, PushResult]>([
    [200, { is: 'sent' }],
    [202, { is: 'sent' }],
    [404, { is: 'gone' }],
    [410, { is: 'gone' }],
    [400, { is: 'refused', status: 400 }],
    [401, { is: 'refused', status: 401 }],
    [413, { is: 'refused', status: 413 }],
    [429, { is: 'busy', afterS: 7 }],
    [503, { is: 'down', afterS: 7 }],
    [500, { is: 'down', afterS: 7 }],
  ])('that answers %d is understood', async (status, result) => {
    how = answer(status, { 'retry-after': '7' });
    expect(await post()).toEqual(result);
  });

  it.each([301, 302, 303, 307, 308])('that sends us on (%d) is not followed', async (status) => {
    let asked = 0;
    how = (_request, response) => {
      asked += 1;
      response.writeHead(status, { location: `https://127.0.0.1:${port}/inside` }).end();
    };
    expect(await post()).toEqual({ is: 'refused', status });
    expect(asked).toBe(1);
  });

  it('that does not answer is not waited for', async () => {
    how = () => undefined;
    expect(await post({ withinMs: 200 })).toEqual({ is: 'failed', code: 'ETIMEDOUT' });
  });

  it('that answers without end is understood at once and cut off', async () => {
    how = (_request, response) => {
      response.writeHead(201);
      const fill = (): void => {
        while (response.write('x'.repeat(16_384)));
        response.once('drain', fill);
      };
      fill();
    };
    expect(await post({ answerBytes: 50_000 })).toEqual({ is: 'sent' });
    const [socket] = connections;
    if (socket && !socket.destroyed) await once(socket, 'close');
    expect(socket?.bytesWritten).toBeLessThan(50_000_000);
  });

  it('that answers drop by drop is cut off when the time is up', async () => {
    how = (_request, response) => {
      response.writeHead(201);
      const drip = setInterval(() => response.write('.'), 10);
      response.once('close', () => {
        clearInterval(drip);
      });
    };
    expect(await post({ withinMs: 300 })).toEqual({ is: 'sent' });
    const [socket] = connections;
    if (socket && !socket.destroyed) await once(socket, 'close');
  });

  it('with headers without end fails', async () => {
    how = (_request, response) => {
      response.writeHead(201, { fill: 'x'.repeat(20_000) }).end();
    };
    expect(await post()).toEqual({ is: 'failed', code: 'HPE_HEADER_OVERFLOW' });
  });

  it('whose certificate nobody vouches for fails, and gets nothing', async () => {
    let asked = 0;
    how = () => (asked += 1);
    const strict = new PushTransport();
    transports.push(strict);
    expect(await strict.post(endpoint('127.0.0.1'), MESSAGE)).toEqual({
      is: 'failed',
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    });
    expect(asked).toBe(0);
  });

  it('under the name of an allowed host, which leads to this machine, is not called', async () => {
    for (const address of [
      '127.0.0.1',
      '10.0.0.1',
      '169.254.169.254',
      '::1',
      '::ffff:127.0.0.1',
      'fd00::1',
    ]) {
      const guarded = transport({ lookup: leadsTo(address) });
      expect(await guarded.post(endpoint('push.example'), MESSAGE)).toEqual({ is: 'forbidden' });
    }
    expect(connections).toHaveLength(0);
  });

  it('whose name leads to several places, one of them forbidden, is not called', async () => {
    const lookup: Lookup = (_name, _options, done) => {
      done(null, [
        { address: '192.0.2.1', family: 4 },
        { address: '127.0.0.1', family: 4 },
      ]);
    };
    const guarded = transport({ lookup });
    expect(await guarded.post(endpoint('push.example'), MESSAGE)).toEqual({ is: 'forbidden' });
    expect(connections).toHaveLength(0);
  });

  it('whose name leads elsewhere a moment after it was looked at is called where it was looked at: once asked, once connected', async () => {
    // An address of the internet that nobody was given, then this machine: rebinding wins nothing.
    const lookup = leadsTo('2000::1', '127.0.0.1');
    const guarded = transport({ lookup, withinMs: 300 });
    expect((await guarded.post(endpoint('push.example'), MESSAGE)).is).toBe('failed');
    expect(lookup.asked).toBe(1);
    expect(await guarded.post(endpoint('push.example'), MESSAGE)).toEqual({ is: 'forbidden' });
    expect(connections).toHaveLength(0);
  });

  it('on this machine may be allowed by name, and that name then leads nowhere else', async () => {
    expect(await transport({ lookup: leadsTo('127.0.0.1') }).post(endpoint('localhost'), MESSAGE)).toEqual({
      is: 'sent',
    });
    const elsewhere = transport({ lookup: leadsTo('10.0.0.1') });
    expect(await elsewhere.post(endpoint('localhost'), MESSAGE)).toEqual({ is: 'forbidden' });
  });

  it('that is not there fails with the reason of the system', async () => {
    const lookup: Lookup = (_name, _options, done) => {
      done(Object.assign(new Error('getaddrinfo ENOTFOUND push.example'), { code: 'ENOTFOUND' }), []);
    };
    expect(await transport({ lookup }).post(endpoint('push.example'), MESSAGE)).toEqual({
      is: 'failed',
      code: 'ENOTFOUND',
    });
  });
});
