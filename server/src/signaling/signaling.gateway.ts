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
import { Heartbeat, LOOK_EVERY, type HeartbeatTimes } from './heartbeat.js';
import { LIMITS, type SocketLimits } from './limits.js';
import { Link } from './link.js';
import { SeatOutlet } from './seat-outlet.js';
import { SignalingMetrics } from './signaling-metrics.js';
import { TaskLine } from './task-line.js';

/** For whoever looks into a browser's developer tools. */
const STOPS = 'the server stops';
const NOBODY_ENTERED = 'nobody entered';
/** Of a clock that only goes forward. */
const wholeMs = (): number => Math.floor(performance.now());

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
  readonly #logger = new Logger(SignalingGateway.name);
  readonly #doorway: Doorway<Link>;
  readonly #doorkeeper: NodeJS.Timeout;
  readonly #times: HeartbeatTimes;
  readonly #watch: NodeJS.Timeout;
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
    @Inject(APP_CONFIG) { pulseMs }: AppConfig,
    @Inject(LIMITS) private readonly limits: SocketLimits,
  ) {
    this.#doorway = new Doorway(limits);
    metrics.watchWaiting(() => this.#doorway.size);
    metrics.watchStopping(() => this.#stopping);
    this.#doorkeeper = setInterval(() => {
      this.#sendOff(this.#doorway.overdue(performance.now()));
    }, limits.waitingMs / LOOKS).unref();
    this.#times = { pulseMs, reportEveryMs: presence.reportEveryMs };
    this.#watch = setInterval(() => {
      this.#lookAfterAll(wholeMs());
    }, LOOK_EVERY * pulseMs).unref();
  }

  afterInit(): void {
    this.presence.attach(this.outlet);
  }

  handleConnection(socket: WebSocket, request: IncomingMessage): void {
    const caller = this.callers.of(request);
    const link = new Link({
      socket,
      wire: request.socket,
      limits: this.limits,
      caller,
      heartbeat: new Heartbeat(this.#times, wholeMs()),
      line: new TaskLine(this.#onBug),
    });
    if (this.#stopping) {
      link.close(CloseCode.goingAway, STOPS);
      return;
    }
    this.registry.add(link);
    this.metrics.opened();
    this.#listen(socket, link);
    if (caller) this.#sendOff(this.#doorway.arrive(link, caller, performance.now()));
  }

  /**
   * Every socket is told that the server stops, and presence that it lost them, before the store is closed. One after the other, in
   * no order: where the pages of a busy server all came back in the same moment, the next server would pay for it.
   */
  async beforeApplicationShutdown(): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#doorkeeper);
    const links = [...this.registry.all()];
    const withinMs = Math.min(links.length * this.limits.movePerSocketMs, this.limits.moveWithinMs);
    await Promise.all(links.map((link) => this.#sendAway(link, Math.random() * withinMs)));
    clearInterval(this.#watch);
  }

  /** Back when they are needed, and not before: with this code a page in a call comes at once, one in its lobby when it joins. */
  #sendOff(links: readonly Link[]): void {
    for (const link of links) link.close(CloseCode.goingAway, NOBODY_ENTERED);
  }

  async #sendAway(link: Link, afterMs: number): Promise<void> {
    const gone = link.finished();
    await Promise.race([pause(afterMs), gone]);
    link.close(CloseCode.goingAway, STOPS);
    await gone;
  }

  #listen(socket: WebSocket, link: Link): void {
    const reader = new FrameReader(link, this.limits);
    socket.on('message', (data: RawData, isBinary: boolean) => {
      const readAt = performance.now();
      const frame = reader.read(data, isBinary, Math.floor(readAt));
      if (!frame) return;
      // It gets what it asks for or is closed, either within seconds.
      if (frame.event === 'enter' || frame.event === 'attend') this.#doorway.leave(link);
      link.line.run(() => this.dispatch.handle(link, frame, readAt));
    });
    socket.on('close', (code: number) => {
      link.wake();
      this.metrics.closed(code);
      this.#doorway.leave(link);
      // After the frames that came before it: who hangs up and closes at once has hung up.
      link.line.run(() => this.#gone(link));
    });
  }

  /** Any byte is a sign of life. A page's pulses say more, and are reported by themselves. */
  #lookAfterAll(now: number): void {
    for (const link of this.registry.all()) {
      const silence = link.heartbeat.look(now, link.received);
      if (silence === 'there is none') this.#report(link, now);
      else if (silence === 'is to be ended by a question') link.ping();
      else if (silence === 'means that nobody is there') link.cut();
    }
  }

  #report(link: Link, now: number): void {
    const { heartbeat } = link;
    if (!heartbeat.isDue(now)) return;
    heartbeat.reported(now);
    this.dispatch.alive(link, false);
  }

  #gone(link: Link): Answer<void> {
    return onceKnown(this.dispatch.gone(link), () => {
      this.registry.remove(link);
      link.finish();
    });
  }
}
