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

/** A connection that breaks before the upgrade is done has no other listener, and an error nobody hears ends the process. */
const survive = (_request: IncomingMessage, socket: Duplex): void => {
  socket.on('error', () => {
    socket.destroy();
  });
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
    const server = this.#app.getHttpServer() as Server;
    server.prependListener('upgrade', survive);
    return super.create(port, {
      ...options,
      verifyClient: originCheck(allowedOrigins),
      maxPayload: MAX_FRAME_BYTES,
      // Payloads are compressed and sealed before they come here: deflating noise costs memory and wins nothing.
      perMessageDeflate: false,
    });
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
