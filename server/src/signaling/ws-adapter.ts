import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { INestApplication } from '@nestjs/common';
import { WsAdapter } from '@nestjs/platform-ws';
import type { WebSocketServer } from 'ws';
import { APP_CONFIG, type AppConfig } from '../config/app-config.js';
import { MAX_FRAME_BYTES } from '../protocol/index.js';

type Admit = (admitted: boolean, status?: number, message?: string) => void;
interface Visitor {
  readonly origin: string | undefined;
}

/** A client that sends no `Origin` is no browser: no page of another site can be behind it. */
const originCheck =
  (allowed: readonly string[]) =>
  ({ origin }: Visitor, admit: Admit): void => {
    if (origin === undefined || allowed.includes(origin)) admit(true);
    else admit(false, 403, 'Forbidden');
  };

const NOT_FOUND = 'HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';

/** Hands upgrades at the path of one of these to it; all others are answered as HTTP is. */
const upgrader =
  (serversThere: () => readonly WebSocketServer[]) =>
  (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    // A connection that breaks meanwhile has no other listener, and an error nobody hears ends the process.
    socket.on('error', () => {
      socket.destroy();
    });
    const [path] = (request.url ?? '').split('?');
    const server = serversThere().find(({ path: own }) => own === path);
    if (server === undefined) socket.end(NOT_FOUND);
    else {
      server.handleUpgrade(request, socket, head, (client) => {
        server.emit('connection', client, request);
      });
    }
  };

/** Nest's WebSocket adapter with this application's rules of who may connect, and nothing between a socket and the gateway. */
export class SignalingAdapter extends WsAdapter {
  readonly #app: INestApplication;

  constructor(app: INestApplication) {
    super(app);
    this.#app = app;
  }

  override create(port: number, options: Record<string, unknown> = {}): unknown {
    const { allowedOrigins } = this.#app.get<AppConfig>(APP_CONFIG);
    return super.create(port, {
      ...options,
      verifyClient: originCheck(allowedOrigins),
      maxPayload: MAX_FRAME_BYTES,
      // Payloads are compressed and sealed before they come here: deflating noise costs memory and wins nothing.
      perMessageDeflate: false,
    });
  }

  /** Nest's own cuts the connection of whoever comes to another path, which reads like a broken network. */
  protected override ensureHttpServerExists(port: number, httpServer?: Server): undefined {
    if (httpServer === undefined || this.httpServersRegistry.has(port)) return;
    this.httpServersRegistry.set(port, httpServer);
    httpServer.on(
      'upgrade',
      upgrader(() => (this.wsServersRegistry.get(port) ?? []) as WebSocketServer[]),
    );
  }

  /** The gateway listens to its sockets itself; see there. */
  override bindMessageHandlers(): void {
    // Nothing stands between.
  }

  override bindErrorHandler(server: WebSocketServer): WebSocketServer {
    server.on('connection', (socket) => {
      // A broken frame or connection: ws closes the socket itself with the right code (1002, 1007, 1009).
      socket.on('error', () => undefined);
    });
    server.on('error', (error) => {
      this.logger.error(error);
    });
    return server;
  }
}
