import type { IncomingMessage } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { WebSocketGateway, type OnGatewayConnection, type OnGatewayInit } from '@nestjs/websockets';
import type { RawData, WebSocket } from 'ws';
import { APP_CONFIG, type AppConfig } from '../config/app-config.js';
import { Callers } from '../ops/callers.js';
import { onceKnown, type Answer } from '../presence/answer.js';
import { PresenceService } from '../presence/presence.service.js';
import { CloseCode } from '../protocol/index.js';
import { ConnectionRegistry } from './connection-registry.js';
import { Doorway } from './doorway.js';
import { FrameDispatch } from './frame-dispatch.js';
import { FrameReader } from './frame-reader.js';
import { Heartbeat } from './heartbeat.js';
import { LIMITS, type SocketLimits } from './limits.js';
import { Link } from './link.js';
import { SeatOutlet } from './seat-outlet.js';
import { SignalingMetrics } from './signaling-metrics.js';
import { TaskLine } from './task-line.js';
import { Visit } from './visit.js';

/** For whoever looks into a browser's developer tools. */
const STOPS = 'the server stops';
const NOBODY_ENTERED = 'nobody entered';
/** Looks a waiting socket gets until its time is up: it may wait a tenth longer than it should. */
const LOOKS = 10;

/**
 * The signaling socket: what begins and ends with each connection. What the frames mean is in `FrameDispatch`, what is answered in
 * `SeatOutlet`.
 *
 * It listens to its sockets itself: Nest's way to a `@SubscribeMessage` handler costs about as much as everything else that is
 * done here with a frame, runs the handlers of one socket at the same time, and drops what it cannot read in silence.
 */
@WebSocketGateway({ path: '/api/signal' })
export class SignalingGateway implements OnGatewayInit, OnGatewayConnection, BeforeApplicationShutdown {
  readonly #visits = new Map<WebSocket, Visit>();
  readonly #logger = new Logger(SignalingGateway.name);
  readonly #doorway: Doorway<Visit>;
  readonly #doorkeeper: NodeJS.Timeout;
  readonly #onBug = (error: unknown): void => {
    this.#logger.error(error);
  };
  #stopping = false;

  constructor(
    private readonly presence: PresenceService,
    private readonly outlet: SeatOutlet,
    private readonly dispatch: FrameDispatch,
    private readonly registry: ConnectionRegistry,
    private readonly metrics: SignalingMetrics,
    private readonly callers: Callers,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    @Inject(LIMITS) private readonly limits: SocketLimits,
  ) {
    this.#doorway = new Doorway(limits);
    metrics.watchWaiting(() => this.#doorway.size);
    metrics.watchStopping(() => this.#stopping);
    this.#doorkeeper = setInterval(() => {
      this.#sendOff(this.#doorway.overdue(performance.now()));
    }, limits.waitingMs / LOOKS).unref();
  }

  afterInit(): void {
    this.presence.attach(this.outlet);
  }

  handleConnection(socket: WebSocket, request: IncomingMessage): void {
    const visit = this.#visitOf(socket, request);
    if (this.#stopping) {
      visit.heartbeat.stop();
      visit.link.close(CloseCode.goingAway, STOPS);
      return;
    }
    this.#visits.set(socket, visit);
    this.registry.add(visit.link);
    this.metrics.opened();
    this.#listen(socket, visit);
    if (visit.caller) this.#sendOff(this.#doorway.arrive(visit, visit.caller, performance.now()));
  }

  /**
   * Every socket is told that the server stops, and presence that it lost them, before the store is closed. One after the other, in
   * no order: where the pages of a busy server all came back in the same moment, the next server would pay for it.
   */
  async beforeApplicationShutdown(): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#doorkeeper);
    const visits = [...this.#visits.values()];
    const withinMs = Math.min(visits.length * this.limits.movePerSocketMs, this.limits.moveWithinMs);
    await Promise.all(visits.map((visit) => this.#sendAway(visit, Math.random() * withinMs)));
  }

  /** Back when they are needed, and not before: with this code a page in a call comes at once, one in its lobby when it joins. */
  #sendOff(visits: readonly Visit[]): void {
    for (const { link } of visits) link.close(CloseCode.goingAway, NOBODY_ENTERED);
  }

  async #sendAway(visit: Visit, afterMs: number): Promise<void> {
    const gone = visit.ended();
    await Promise.race([pause(afterMs), gone]);
    visit.link.close(CloseCode.goingAway, STOPS);
    await gone;
  }

  #visitOf(socket: WebSocket, request: IncomingMessage): Visit {
    const link = new Link(socket, request.socket, this.limits);
    const heartbeat = new Heartbeat(this.config.pulseMs, {
      ping: () => {
        if (link.isOpen) socket.ping();
      },
      alive: () => {
        this.dispatch.alive(link, false);
      },
      dead: () => {
        socket.terminate();
      },
    });
    const reader = new FrameReader(link, this.limits);
    return new Visit(link, reader, heartbeat, new TaskLine(this.#onBug), this.callers.of(request));
  }

  #listen(socket: WebSocket, visit: Visit): void {
    const { reader, heartbeat, line } = visit;
    const heard = () => {
      heartbeat.heard();
    };
    socket.on('ping', heard).on('pong', heard);
    socket.on('message', (data: RawData, isBinary: boolean) => {
      heartbeat.heard();
      const frame = reader.read(data, isBinary);
      if (!frame) return;
      // It gets what it asks for or is closed, either within seconds.
      if (frame.event === 'enter' || frame.event === 'attend') this.#doorway.leave(visit);
      line.run(() => this.dispatch.handle(visit, frame));
    });
    socket.once('close', (code: number) => {
      heartbeat.stop();
      visit.link.wake();
      this.metrics.closed(code);
      this.#doorway.leave(visit);
      // After the frames that came before it: who hangs up and closes at once has hung up.
      line.run(() => this.#gone(socket, visit));
    });
  }

  #gone(socket: WebSocket, visit: Visit): Answer<void> {
    return onceKnown(this.dispatch.gone(visit.link), () => {
      this.#visits.delete(socket);
      visit.end();
    });
  }
}
