import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { Logger, type INestApplication } from '@nestjs/common';
import { AbstractWsAdapter } from '@nestjs/websockets';
import { WebSocketServer } from 'ws';
import { APP_CONFIG, type AppConfig } from '../config/app-config.js';
import { AddressLimit } from '../ops/address-limit.js';
import { Callers } from '../ops/callers.js';
import { Metrics } from '../ops/metrics.js';
import { MAX_FRAME_BYTES } from '../protocol/index.js';
import { LIMITS, type SocketLimits } from './limits.js';

type Admit = (
  admitted: boolean,
  status?: number,
  message?: string,
  headers?: Readonly<Record<string, string>>,
) => void;
interface Visitor {
  readonly origin: string | undefined;
  readonly req: IncomingMessage;
}

const nothing = (): void => undefined;

/** ms after a close without an answer until `ws` cuts the connection (8.19 and later; `@types/ws` 8.18 does not know it). */
const closing = ({ closingMs }: SocketLimits) => ({ closeTimeout: closingMs });

const limitsOf = (app: INestApplication): SocketLimits => app.get<SocketLimits>(LIMITS);

/**
 * A client that sends no `Origin` is no browser: no page of another site can be behind it. Whoever opens one socket after
 * the other has to wait; how many may stay open unused is the gateway's.
 */
function doorkeeper(app: INestApplication): (visitor: Visitor, admit: Admit) => void {
  const { allowedOrigins } = app.get<AppConfig>(APP_CONFIG);
  const callers = app.get(Callers);
  const metrics = app.get(Metrics);
  const limit = new AddressLimit(limitsOf(app).socketsPerMinute, () => {
    metrics.limited.inc('connect');
  });
  return ({ origin, req }, admit) => {
    if (origin !== undefined && !allowedOrigins.includes(origin)) {
      metrics.foreignSockets.inc();
      admit(false, 403, 'Forbidden');
      return;
    }
    const admission = limit.admit(callers.of(req));
    if (admission.ok) admit(true);
    else admit(false, 429, 'Too Many Requests', { 'Retry-After': String(admission.retryAfterS) });
  };
}

const NOT_FOUND = 'HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';

/**
 * Nest's way to `ws`, with this application's rules of who may connect and nothing between a socket and the gateway. Not Nest's
 * own adapter: that one brings a `ws` of its own choosing, and watches each socket for handlers that nobody has.
 */
export class SignalingAdapter extends AbstractWsAdapter {
  readonly #app: INestApplication;
  readonly #logger = new Logger(SignalingAdapter.name);
  readonly #servers = new Map<string, WebSocketServer>();

  constructor(app: INestApplication) {
    super(app);
    this.#app = app;
    (this.httpServer as Server).on('upgrade', this.#upgrade);
  }

  override create(_port: number, { path = '/' }: { readonly path?: string } = {}): WebSocketServer {
    const server = new WebSocketServer({
      noServer: true,
      verifyClient: doorkeeper(this.#app),
      maxPayload: MAX_FRAME_BYTES,
      // Payloads are compressed and sealed before they come here: deflating noise costs memory and wins nothing.
      perMessageDeflate: false,
      ...closing(limitsOf(this.#app)),
    });
    server.on('connection', (socket) => {
      // A broken frame or connection: ws closes the socket itself with the right code (1002, 1007, 1009).
      socket.on('error', nothing);
    });
    server.on('error', (error) => {
      this.#logger.error(error);
    });
    this.#servers.set(path, server);
    return server;
  }

  /** The gateway listens to its sockets itself; see there. */
  override bindMessageHandlers(): void {
    // Nothing stands between.
  }

  /** Neither for their end: it is one of the things that happen to a socket, and comes in order with them. */
  override bindClientDisconnect(): void {
    // Nothing stands between.
  }

  override async close(server: WebSocketServer): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      server.close(() => {
        resolve();
      });
    });
    for (const socket of server.clients) socket.terminate();
    await closed;
  }

  override async dispose(): Promise<void> {
    (this.httpServer as Server).off('upgrade', this.#upgrade);
    this.#servers.clear();
  }

  /** Upgrades anywhere else are answered as HTTP is: a connection that is merely cut reads like a broken network. */
  readonly #upgrade = (request: IncomingMessage, wire: Duplex, head: Buffer): void => {
    const [path = ''] = (request.url ?? '').split('?', 1);
    const server = this.#servers.get(path);
    if (server) {
      server.handleUpgrade(request, wire, head, (socket) => {
        server.emit('connection', socket, request);
      });
      return;
    }
    // A connection that breaks meanwhile has no other listener, and an error nobody hears ends the process.
    wire.on('error', nothing);
    wire.end(NOT_FOUND);
  };
}
