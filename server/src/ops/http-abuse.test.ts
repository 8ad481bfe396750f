import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Page } from '../signaling/testing/page.js';
import { HTTP_TIMES } from './http-limits.js';
import { RawConnection, statusIn } from './testing/raw-http.js';
import { startWholeApp, type RunningApp } from './testing/running-app.js';

const post = (url: string, init: RequestInit = {}) => fetch(url, { method: 'POST', ...init });
const newCall = async ({ url }: RunningApp) => {
  const { callId } = (await (await post(`${url}/api/calls`)).json()) as { callId: string };
  return callId;
};

describe('who takes too long over HTTP', () => {
  let server: RunningApp;
  const connections: RawConnection[] = [];
  const connect = () => {
    const connection = new RawConnection(server.port);
    connections.push(connection);
    return connection;
  };
  const start = async (times: Partial<typeof HTTP_TIMES>) =>
    (server = await startWholeApp({}, { httpTimes: { ...HTTP_TIMES, lookMs: 50, ...times } }));
  afterEach(async () => {
    for (const connection of connections.splice(0)) connection.destroy();
    await server.stop();
  });

  it('is cut off in the middle of the headers', async () => {
    await start({ headersMs: 200 });
    const slow = connect().send('GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ');
    const drip = setInterval(() => slow.send('.'), 20);
    expect(statusIn(await slow.ended)).toBe(408);
    clearInterval(drip);
  });

  it('is cut off in the middle of the body', async () => {
    await start({ headersMs: 200, requestMs: 400 });
    const slow = connect().send(
      'POST /api/calls HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n',
    );
    const drip = setInterval(() => slow.send(' '), 20);
    await slow.ended;
    clearInterval(drip);
  });

  it('is cut off without having said a word', async () => {
    await start({ headersMs: 200 });
    await connect().ended;
  });

  it('is cut off when nothing moves any more', async () => {
    await start({ stalledMs: 200 });
    await connect().send('GET / HTTP/1.1\r\n').ended;
  });

  it('is not who has a signaling socket open', async () => {
    await start({ headersMs: 200, requestMs: 300, stalledMs: 200, keepMs: 200 });
    const page = await Page.open(`ws://127.0.0.1:${server.port}/api/signal`);
    // Long enough for all of the limits, one after the other.
    for (let times = 0; times < 3; times += 1) await connect().ended;
    expect(await page.rest()).toEqual([]);
    page.socket.terminate();
  });
});

describe('a request that is none of ours', () => {
  let server: RunningApp;
  beforeAll(async () => {
    server = await startWholeApp({ RATE_LIMITS: 'off' });
  });
  afterAll(() => server.stop());
  const ask = (text: string) => new RawConnection(server.port).send(text).ended;
  const line = (first: string, ...headers: string[]) =>
    ask([first, 'Host: a', 'Connection: close', ...headers, '', ''].join('\r\n'));

  it.each([
    ['everything', 'OPTIONS * HTTP/1.1', 405],
    ['a method that there is not', 'STEAL / HTTP/1.1', 400],
    ['another version', 'GET / HTTP/7.3', 400],
    ['a page, to be written', 'PUT /c/x HTTP/1.1', 405],
    ['a page, to be deleted', 'DELETE / HTTP/1.1', 405],
    ['a page, to be said back', 'TRACE /c/x HTTP/1.1', 405],
    ['the API, to be said back', 'TRACE /api/calls HTTP/1.1', 405],
    ['what is only read, to be changed', 'PATCH /api/config HTTP/1.1', 405],
  ])('is refused: %s', async (_what, first, status) => {
    const answer = await line(first);
    expect(statusIn(answer)).toBe(status);
    if (status === 405) expect(answer).toMatch(/^allow: /im);
  });

  it.each(['http://localhost:1', 'http://a:b@c:99999999', 'http://[x', 'HTTPS://example.org'])(
    'is answered as its path is, whatever else it names: %s',
    async (origin) => {
      const answer = await line(`GET ${origin}/api/calls/x?y HTTP/1.1`);
      expect(statusIn(answer)).toBe(404);
      expect(answer).toContain('unknown-call');
      expect(await line(`GET ${origin}/c/x HTTP/1.1`)).toMatch(/^x-robots-tag/im);
      expect(await line(`GET ${origin} HTTP/1.1`)).toMatch(/^x-robots-tag/im);
    },
  );

  it('is cut off: another server, to be spoken to through this one', async () => {
    expect(await line('CONNECT example.org:443 HTTP/1.1')).toBe('');
  });

  it('is refused: headers of more than 16 KiB, the address among them', async () => {
    const secret = randomBytes(12).toString('base64url');
    for (const text of [
      await line(`GET /c/${secret}${'x'.repeat(17_000)} HTTP/1.1`),
      await line('GET / HTTP/1.1', `X-Fill: ${secret}${'x'.repeat(17_000)}`),
    ]) {
      expect(statusIn(text)).toBe(431);
      expect(text).not.toContain(secret);
    }
  });

  it('is refused: a body of more than 8 KiB', async () => {
    const headers = { 'content-type': 'application/json' };
    const sent = (length: number) =>
      post(`${server.url}/api/calls`, { headers, body: JSON.stringify({ fill: 'x'.repeat(length) }) });
    expect((await sent(8_000)).status).toBe(201);
    expect((await sent(9_000)).status).toBe(413);
  });

  it('of another site is answered as any other, without leave to read the answer', async () => {
    const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST' };
    for (const method of ['OPTIONS', 'POST']) {
      const answer = await fetch(`${server.url}/api/calls`, { method, headers });
      expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });

  it('repeats nothing of what was asked in its answer', async () => {
    const secret = randomBytes(12).toString('base64url');
    const json = 'Content-Type: application/json';
    const answers = await Promise.all([
      line(`GET /api/${secret} HTTP/1.1`),
      line(`GET /api/calls/${secret} HTTP/1.1`),
      line(`GET /api/calls/%E0%A4%A${secret} HTTP/1.1`),
      line(`GET /${secret}.png HTTP/1.1`),
      line(`POST /api/calls HTTP/1.1`, json, `Content-Encoding: ${secret}`, 'Content-Length: 0'),
      line(`POST /api/calls HTTP/1.1`, `${json}; charset=${secret}`, 'Content-Length: 2', '', '{}'),
      line(`POST /api/calls HTTP/1.1`, json, 'Content-Length: 20', '', `{"${secret}`),
      line(`GET /api/signal HTTP/1.1`, 'Upgrade: websocket', `Sec-WebSocket-Key: ${secret}`),
      line(`GET /api/config HTTP/1.1`, `Expect: ${secret}`),
    ]);
    for (const answer of answers) {
      expect(statusIn(answer)).toBeGreaterThanOrEqual(400);
      expect(answer).not.toContain(secret);
    }
  });

  it('or a good one, is kept by nobody when it is about a call', async () => {
    const callId = await newCall(server);
    const answers = [
      await post(`${server.url}/api/calls`),
      await fetch(`${server.url}/api/calls/${callId}`),
      await fetch(`${server.url}/api/calls/unknown`),
      await fetch(`${server.url}/api/calls/${callId}`, { method: 'DELETE' }),
      await fetch(`${server.url}/api/nothing`),
      await fetch(`${server.url}/api/calls/%E0%A4%A`),
      await fetch(`${server.url}/metrics`),
    ];
    for (const { headers } of answers) expect(headers.get('cache-control')).toBe('no-store');
  });
});

describe('who asks for calls that are none', () => {
  /** A minute's worth, at once. */
  const guesses = (server: RunningApp, count: number, from: string) =>
    Promise.all(
      Array.from({ length: count }, () =>
        fetch(`${server.url}/api/calls/${randomBytes(21).toString('base64url')}`, {
          headers: { 'x-forwarded-for': from },
        }),
      ),
    );
  const statuses = (answers: Response[]) => answers.map(({ status }) => status);

  it('is told so thirty times a minute, then to wait; a good link is answered all the same, and so is everybody else', async () => {
    const server = await startWholeApp({ TRUST_PROXY: '127.0.0.1' });
    const callId = await newCall(server);
    expect(new Set(statuses(await guesses(server, 30, '192.0.2.1')))).toEqual(new Set([404]));
    const [held] = await guesses(server, 1, '192.0.2.1');
    expect(held?.status).toBe(429);
    expect(Number(held?.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    const good = await fetch(`${server.url}/api/calls/${callId}`, {
      headers: { 'x-forwarded-for': '192.0.2.1' },
    });
    expect(await good.json()).toEqual({ callId, phase: 'empty' });
    expect(statuses(await guesses(server, 1, '192.0.2.2'))).toEqual([404]);
    await server.stop();
  });

  it('shares these thirty between HTTP and the signaling socket', async () => {
    const server = await startWholeApp();
    await guesses(server, 30, '');
    const page = await Page.open(`ws://127.0.0.1:${server.port}/api/signal`);
    page.send({ event: 'enter', data: { callId: 'none', holder: randomBytes(16).toString('base64url') } });
    expect(await page.next()).toMatchObject({ data: { reason: 'too-many-requests' } });
    await server.stop();
  });

  it('is only told so, however often, without rate limits', async () => {
    const server = await startWholeApp({ RATE_LIMITS: 'off' });
    expect(new Set(statuses(await guesses(server, 60, '')))).toEqual(new Set([404]));
    await server.stop();
  });
});
