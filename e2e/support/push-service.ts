import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer as createPlain, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecure } from 'node:https';
import type { Server } from 'node:net';
import { WebSocketServer } from 'ws';
import { selfSigned } from './certificate.js';
import { removeFolder, temporaryFolder } from './child.js';
import { Mailboxes, serveBrowser, type Channel } from './push-mailboxes.js';
import { vapidProblem } from './push-vapid.js';

// A Web Push service of our own: Firefox connects to it as it would to its maker's ("autopush": messages over a
// WebSocket), servers post to the endpoints it hands out (RFC 8030, 8188, 8292). Real pushes, no internet.

/** What goes wrong with posts, once told. */
export type PushFailure =
  /** The connection breaks before there is an answer. */
  | { readonly is: 'down' }
  /** There never is an answer. */
  | { readonly is: 'silent' }
  | { readonly is: 'status'; readonly status: number; readonly retryAfterS?: number };

/** A message that was posted here, and taken. Its words are sealed: only the browser it is for can read them. */
export interface Posted {
  readonly endpoint: string;
  readonly bytes: number;
  readonly ttlS: number;
  readonly urgency: string | undefined;
  readonly topic: string | undefined;
  /** ms since 1970 */
  readonly at: number;
}

export interface PushService {
  /** The address of the endpoints: `https://127.0.0.1:PORT`. */
  readonly origin: string;
  /** What the server under test needs: it trusts this service's certificate, and may post to it. */
  readonly serverEnv: Readonly<Record<string, string>>;
  /** What Firefox needs (`launchFirefox`): this is its push service, and notifications are allowed without a question. */
  readonly firefoxPreferences: Readonly<Record<string, string | number | boolean>>;
  readonly posted: readonly Posted[];
  /** Posts that were not taken: their status and why. Those that got no answer have status 0. */
  readonly refused: readonly { readonly status: number; readonly why: string }[];
  /** How many messages the browsers have said they got. */
  readonly acknowledged: () => number;
  /** Browsers connected now. */
  readonly online: () => number;
  /** The next posts fail like this (`times`; without: all until told otherwise); null: none does. */
  readonly failWith: (failure: PushFailure | null, times?: number) => void;
  /** This endpoint is gone for good (410), as after a browser withdrew it. */
  readonly expire: (endpoint: string) => void;
  /** A subscription that belongs to no browser: the test itself gets what is posted to it, still sealed. */
  readonly subscribe: (received: (sealed: Buffer) => void) => string;
  readonly stop: () => Promise<void>;
}

/** Bytes of the largest message that push services have to take. */
const MAX_BYTES = 4096;

const one = (header: string | string[] | undefined): string | undefined =>
  Array.isArray(header) ? header[0] : header;

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

/** The senders' side. */
class Posts {
  readonly posted: Posted[] = [];
  readonly refused: { status: number; why: string }[] = [];
  failure: PushFailure | null = null;
  failures = 0;
  origin = '';
  readonly #boxes: Mailboxes;

  constructor(boxes: Mailboxes) {
    this.#boxes = boxes;
  }

  async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    const { failure } = this;
    if (failure && this.failures > 0) {
      this.failures -= 1;
      this.#fail(failure, request, response);
      return;
    }
    const token = (request.url ?? '').replace('/push/', '');
    const channel = this.#boxes.channels.get(token);
    const problem = this.#problemOf(request, body, channel);
    if (problem || !channel) {
      this.#refuse(response, ...(problem ?? [410, 'gone']));
      return;
    }
    this.#pass(token, channel, request, body);
    response.writeHead(201, {
      location: `${this.origin}/m/${randomUUID()}`,
      ttl: one(request.headers.ttl),
    });
    response.end();
  }

  #fail(failure: PushFailure, request: IncomingMessage, response: ServerResponse): void {
    if (failure.is === 'status') {
      const { status, retryAfterS } = failure;
      const later = retryAfterS === undefined ? {} : { 'retry-after': String(retryAfterS) };
      this.#refuse(response, status, 'told to', later);
      return;
    }
    this.refused.push({ status: 0, why: failure.is });
    if (failure.is === 'down') request.socket.destroy();
  }

  #problemOf(request: IncomingMessage, body: Buffer, channel: Channel | undefined): [number, string] | null {
    const { method, headers } = request;
    if (method !== 'POST') return [405, 'not a post'];
    if (!channel) return [410, 'no such subscription'];
    const unsigned = vapidProblem(one(headers.authorization), this.origin, channel.key);
    if (unsigned !== null) return [401, unsigned];
    if (!/^\d+$/.test(one(headers.ttl) ?? '')) return [400, 'no TTL'];
    if (!/^[\w-]{0,32}$/.test(one(headers.topic) ?? '')) return [400, 'a topic that is none'];
    if (body.length > MAX_BYTES) return [413, 'too large'];
    return headers['content-encoding'] === 'aes128gcm' || body.length === 0 ? null : [400, 'not sealed'];
  }

  #pass(token: string, { channelId, of }: Channel, { headers }: IncomingMessage, body: Buffer): void {
    const topic = one(headers.topic);
    const ttlS = Number(one(headers.ttl));
    const [endpoint, at] = [`${this.origin}/push/${token}`, Date.now()];
    this.posted.push({ endpoint, bytes: body.length, ttlS, urgency: one(headers.urgency), topic, at });
    if ('received' in of) {
      of.received(body);
      return;
    }
    // Without time to wait it reaches who is there now, or nobody.
    if (ttlS === 0 && !this.#boxes.isOnline(of.browser)) return;
    const version = randomUUID();
    const sealed = { data: body.toString('base64url'), headers: { encoding: 'aes128gcm' } };
    const frame = {
      messageType: 'notification',
      channelID: channelId,
      version,
      ...(body.length > 0 ? sealed : {}),
    };
    const expiresAt = at + Math.max(ttlS, 1) * 1000;
    this.#boxes.put(of.browser, { version, token, topic, expiresAt, frame, sent: false });
  }

  #refuse(response: ServerResponse, status: number, why: string, headers: Record<string, string> = {}): void {
    this.refused.push({ status, why });
    response.writeHead(status, headers).end(JSON.stringify({ code: status, message: why }));
  }
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await new Promise((done, fail) => server.once('listening', done).once('error', fail));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('This machine gave no free port.');
  return address.port;
}

const preferencesFor = (port: number) => ({
  'dom.push.enabled': true,
  'dom.push.connection.enabled': true,
  'dom.push.serverURL': `ws://127.0.0.1:${port}/`,
  'dom.push.testing.allowInsecureServerURL': true,
  'dom.push.testing.ignorePermission': true,
  'permissions.default.desktop-notification': 1,
  // Without it showNotification fails where there is no desktop (Firefox 153, headless).
  'alerts.useSystemBackend': false,
});

/** Starts it on free ports of this machine. */
export async function startPushService(): Promise<PushService> {
  const folder = temporaryFolder('push');
  const pem = selfSigned(folder, 'IP:127.0.0.1');
  const boxes = new Mailboxes();
  const posts = new Posts(boxes);
  const secure = createSecure(
    { cert: readFileSync(pem.cert), key: readFileSync(pem.key) },
    (request, response) => void posts.take(request, response).catch(() => response.destroy()),
  );
  const plain = createPlain((_request, response) => response.writeHead(404).end());
  const sockets = new WebSocketServer({
    server: plain,
    handleProtocols: (offered) => [...offered][0] ?? false,
  });
  sockets.on('connection', (socket) => serveBrowser(socket, boxes, () => posts.origin));
  const [port, browsersPort] = [await listen(secure), await listen(plain)];
  posts.origin = `https://127.0.0.1:${port}`;
  return {
    origin: posts.origin,
    serverEnv: { NODE_EXTRA_CA_CERTS: pem.cert, PUSH_ENDPOINT_ALLOW: `127.0.0.1:${port}` },
    firefoxPreferences: preferencesFor(browsersPort),
    posted: posts.posted,
    refused: posts.refused,
    acknowledged: () => boxes.acknowledged,
    online: () => boxes.online,
    failWith(failure, times = Infinity) {
      posts.failure = failure;
      posts.failures = times;
    },
    expire: (endpoint) => void boxes.channels.delete(endpoint.split('/').at(-1) ?? ''),
    subscribe(received) {
      const token = randomUUID().replaceAll('-', '');
      boxes.channels.set(token, { channelId: randomUUID(), key: undefined, of: { received } });
      return `${posts.origin}/push/${token}`;
    },
    async stop() {
      for (const socket of sockets.clients) socket.terminate();
      for (const server of [secure, plain]) {
        server.closeAllConnections();
        await new Promise((done) => server.close(done));
      }
      removeFolder(folder);
    },
  };
}
