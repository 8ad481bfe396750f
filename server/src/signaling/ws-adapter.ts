import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { INestApplication } from '@nestjs/common';
import { WsAdapter } from '@nestjs/platform-ws';
import type { MessageMappingProperties } from '@nestjs/websockets';
import type { RawData, WebSocket, WebSocketServer } from 'ws';
import { APP_CONFIG, type AppConfig } from '../config/app-config.js';
import { MAX_FRAME_BYTES } from '../protocol/index.js';
import { FrameReader } from './frame-reader.js';
import { LIMITS, SOCKET_LIMITS, type SocketLimits } from './limits.js';
import { TaskLine } from './task-line.js';

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

/**
 * Nest's WebSocket adapter with frames dispatched by a plain look-up and call, in the order they came, one at a time per socket.
 * Nest's own runs the handlers of one socket at the same time and drops what it cannot read in silence.
 *
 * Handlers answer by themselves: what they return is not sent.
 */
export class SignalingAdapter extends WsAdapter {
  readonly #app: INestApplication;
  readonly #lines = new WeakMap<WebSocket, TaskLine>();
  #limits: SocketLimits = SOCKET_LIMITS;

  constructor(app: INestApplication) {
    super(app);
    this.#app = app;
  }

  override create(port: number, options: Record<string, unknown> = {}): unknown {
    const { allowedOrigins } = this.#app.get<AppConfig>(APP_CONFIG);
    this.#limits = this.#app.get<SocketLimits>(LIMITS);
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

  override bindMessageHandlers(socket: WebSocket, handlers: MessageMappingProperties[]): void {
    const reader = new FrameReader(socket, this.#limits);
    const calls = new Map<string, MessageMappingProperties['callback']>(
      handlers.map(({ message, callback }) => [String(message), callback]),
    );
    const line = this.#lineOf(socket);
    socket.on('message', (data: RawData, isBinary: boolean) => {
      const frame = reader.read(data, isBinary);
      const call = frame && calls.get(frame.event);
      if (call) line.run(() => call(frame.data) as Promise<void>);
    });
  }

  /** The farewell waits for the frames that came before it: who hangs up and closes at once has hung up. */
  override bindClientDisconnect(socket: WebSocket, callback: () => void): void {
    socket.once('close', () => {
      this.#lineOf(socket).run(callback);
    });
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

  #lineOf(socket: WebSocket): TaskLine {
    const line =
      this.#lines.get(socket) ??
      new TaskLine((error) => {
        this.logger.error(error);
      });
    this.#lines.set(socket, line);
    return line;
  }
}
