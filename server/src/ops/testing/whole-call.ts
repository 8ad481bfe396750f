import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import type { Page } from '../../signaling/testing/page.js';
import { Browserlike } from './browserlike.js';
import type { PrivateThings } from './private-things.js';
import { RawConnection } from './raw-http.js';

/** A server process as its visitors see it. */
export interface Served {
  readonly port: number;
  readonly url: string;
}

export interface Seat {
  readonly page: Page;
  readonly holder: string;
  readonly ticket: string;
}

const newHolder = (things: PrivateThings, of: string): string =>
  things.note('private', `the holder of ${of}`, randomBytes(16).toString('base64url'));

/** A call that was made by somebody, and entered by two; each may be at another server. */
export class WholeCall {
  readonly ann: Browserlike;
  readonly ben: Browserlike;
  /** The second half of the link. It never goes to a server, but people paste links anywhere. */
  readonly key: string;
  callId = '';

  constructor(
    private readonly things: PrivateThings,
    at: Served,
    alsoAt: Served = at,
  ) {
    this.ann = new Browserlike(at, things, 'Ann', { is: 'proxied', address: '203.0.113.77' });
    this.ben = new Browserlike(alsoAt, things, 'Ben', { is: 'direct', address: '127.83.91.47' });
    this.key = things.note('private', 'the key of the link', randomBytes(16).toString('base64url'));
  }

  /** Over HTTP: made, looked at, its page fetched, with everything around it that a browser may send. */
  async begin(): Promise<void> {
    const { things, ann } = this;
    const headers = {
      referer: `https://chat.example/${things.made('referer')}`,
      authorization: `Bearer ${things.made('authorization')}`,
      'content-type': 'application/json',
    };
    const made = await ann.ask(
      'POST',
      `/api/calls?${things.made('query')}`,
      headers,
      JSON.stringify({ name: things.made('Ännchen') }),
    );
    const { callId } = JSON.parse(made.text) as { callId: string };
    this.callId = things.note('call id', 'the id of the call', callId);
    await ann.ask('GET', `/c/${callId}?key=${this.key}`, headers);
    await ann.ask('GET', `/api/calls/${callId}?${things.made('query of asking')}`, headers);
    await ann.ask('HEAD', `/c/${callId}`, { 'sec-purpose': 'prefetch' });
  }

  async enter(who: 'ann' | 'ben', again?: Seat): Promise<Seat> {
    const page = await this[who].open(`?${this.things.made('query of the socket')}`);
    const holder = again?.holder ?? newHolder(this.things, who);
    const { ticket } = await page.enter(this.callId, holder, again?.ticket);
    return { page, holder, ticket: this.things.note('private', `a ticket of ${who}`, ticket) };
  }

  /** Both say something that the other hears. */
  async talk(ann: Seat, ben: Seat): Promise<void> {
    for (const [from, to] of [
      [ann.page, ben.page],
      [ben.page, ann.page],
    ] as const) {
      const sealed = this.things.note('payload', 'a payload', randomBytes(300).toString('base64url'));
      const plain = this.things.made('Grüße "von" \\ mir', 'payload');
      for (const payload of [sealed, `Grüße "von" \\ mir: ${plain}`]) {
        from.relay(payload);
        if ((await to.until('relay')).payload !== payload) throw new Error('something else was heard');
      }
    }
  }

  /** Somebody else knocks, and another one guesses. */
  async strangers(): Promise<void> {
    const { things } = this;
    const third = await this.ben.open();
    third.send({ event: 'enter', data: { callId: this.callId, holder: newHolder(things, 'a third') } });
    await third.until('refused');
    const guess = things.note('private', 'an id that is none', randomBytes(21).toString('base64url'));
    const fourth = await this.ann.open();
    fourth.send({ event: 'enter', data: { callId: guess, holder: newHolder(things, 'a fourth') } });
    await fourth.until('refused');
    await this.ann.ask('GET', `/api/calls/${guess}`);
  }
}

/** What no page sends: each unusable frame holds something that must not be repeated anywhere. */
export async function misbehave(call: WholeCall, things: PrivateThings): Promise<void> {
  const page = await call.ann.open();
  const frames = [
    things.made('not JSON'),
    `{"event": "${things.made('half a frame')}`,
    JSON.stringify({ event: things.made('an event') }),
    JSON.stringify({ event: 'enter', data: { callId: 7, holder: things.made('a wrong holder') } }),
    JSON.stringify({
      event: 'enter',
      data: { callId: call.callId, holder: things.made('holder'), ticket: 5 },
    }),
    JSON.stringify({ event: 'relay', data: { payload: things.made('a payload before enter') } }),
    JSON.stringify({ event: 'lock', data: { on: things.made('a wrong lock') } }),
    JSON.stringify({ [things.made('a member')]: null }),
  ];
  for (const frame of frames) {
    page.send(frame);
    await page.until('error');
  }
  page.socket.send(Buffer.from(things.made('binary')), { binary: true });
  await page.closed;
  const flooder = await call.ben.open();
  const flood = things.made('flood');
  for (let n = 0; n < 500; n += 1) flooder.send(flood);
  await flooder.closed;
  const large = await call.ben.open();
  large.send(things.made('too large').padEnd(70_000, 'x'));
  await large.closed;
  const broken = await call.ann.open();
  broken.socket.send(Buffer.concat([Buffer.from(things.made('not UTF-8')), Buffer.from([0xff, 0xfe])]), {
    binary: false,
  });
  await broken.closed;
  await call.ben.open('', `https://${things.made('origin').toLowerCase()}.example`).catch(() => undefined);
}

/** Requests that libraries refuse in their own words. */
export async function badRequests(at: Served, things: PrivateThings): Promise<void> {
  const some = (name: string): string => things.made(name);
  const lines = [
    `GET /${some('long path').padEnd(20_000, 'x')} HTTP/1.1`,
    `GET /api/calls/%E0%A4%A${some('broken escapes')} HTTP/1.1`,
    `GET /c/%E0%A4%A${some('broken escapes of a page')} HTTP/1.1`,
    `GET http://${some('host').toLowerCase()}:${some('port')}/c/x HTTP/1.1`,
    `GET http://[${some('brackets')}/ HTTP/1.1`,
    `GET /../..//${some('a way out')}/%2e%2e/x.txt HTTP/1.1`,
    `GET /api/docs?url=${some('query of the docs')} HTTP/1.1`,
    `${some('METHOD')} / HTTP/1.1`,
    `DELETE /api/calls/${some('deleted')} HTTP/1.1`,
    `GET /api/signal HTTP/1.1\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${some('socket key')}`,
    `GET /api/${some('other socket')} HTTP/1.1\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==`,
    `GET / HTTP/1.1\r\nExpect: ${some('expectation')}`,
    `GET / HTTP/1.1\r\nTransfer-Encoding: ${some('transfer')}`,
    `GET / HTTP/1.1\r\nIf-None-Match: "${some('etag')}"\r\nRange: ${some('range')}`,
    `GET / HTTP/1.1\r\n${some('a broken header')}`,
    `GET / HTTP/9.9\r\nX: ${some('version')}`,
    `GET /metrics?${some('query of metrics')} HTTP/1.1`,
    `GET /readyz?${some('query of readyz')} HTTP/1.1`,
  ];
  const json = 'Content-Type: application/json';
  const bodies: readonly (readonly [string, string])[] = [
    [json, `{"name": "${some('half JSON')}`],
    [json, `{"name": ${some('no JSON')}}`],
    [json, JSON.stringify({ name: some('large JSON').padEnd(10_000, 'x') })],
    [json, JSON.stringify([some('a list')])],
    [`${json}; charset=${some('charset')}`, '{}'],
    [`${json}\r\nContent-Encoding: ${some('encoding')}`, '{}'],
    [`${json}\r\nContent-Encoding: gzip`, some('no gzip')],
    [`Content-Type: ${some('type')}`, some('body of another type')],
  ];
  const posts = bodies.map(
    ([headers, body]) =>
      `POST /api/calls HTTP/1.1\r\n${headers}\r\nContent-Length: ${Buffer.byteLength(body)}`,
  );
  const send = (head: string, body = ''): Promise<string> =>
    new RawConnection(at.port, '127.83.91.49').send(`${head}\r\nHost: a\r\nConnection: close\r\n\r\n${body}`)
      .ended;
  things.note('private', 'the address of bad requests', '127.83.91.49');
  await Promise.all([
    ...lines.map((line) => send(line)),
    ...posts.map((head, at_) => send(head, bodies[at_]?.[1])),
    new RawConnection(at.port).send(`\x16\x03\x01${some('no HTTP')}\r\n\r\n`).ended,
  ]);
}

/** A browser asks the embedded STUN responder for its own address (RFC 8489), and is told. */
export async function askStun(port: number, things: PrivateThings): Promise<void> {
  const socket = createSocket('udp4');
  socket.bind(0, things.note('private', 'the address of a browser that asks for it', '127.83.91.48'));
  await once(socket, 'listening');
  const question = Buffer.concat([Buffer.from('000100002112a442', 'hex'), randomBytes(12)]);
  const answered = once(socket, 'message');
  socket.send(question, port, '127.0.0.1');
  await answered;
  socket.close();
}
