import type { IncomingMessage } from 'node:http';
import { Inject, type BeforeApplicationShutdown } from '@nestjs/common';
import {
  SubscribeMessage,
  WebSocketGateway,
  type OnGatewayConnection,
  type OnGatewayDisconnect,
  type OnGatewayInit,
} from '@nestjs/websockets';
import { WebSocket } from 'ws';
import { addressReader } from '../config/client-address.js';
import { APP_CONFIG, type AppConfig } from '../config/app-config.js';
import { AddressLimit } from '../ops/address-limit.js';
import { PresenceService } from '../presence/presence.service.js';
import {
  CloseCode,
  MAX_CALL_ID_LENGTH,
  otherSeat,
  type ClientFrame,
  type ErrorReason,
} from '../protocol/index.js';
import { ConnectionRegistry } from './connection-registry.js';
import { Heartbeat } from './heartbeat.js';
import { LIMITS, type SocketLimits } from './limits.js';
import { Link } from './link.js';
import { SeatOutlet } from './seat-outlet.js';
import { SignalingMetrics } from './signaling-metrics.js';
import { TroubleLog } from './trouble-log.js';

type DataOf<E extends ClientFrame['event']> = Extract<ClientFrame, { event: E }>['data'];

/** One socket's belongings here. */
interface Visit {
  readonly link: Link;
  readonly heartbeat: Heartbeat;
  readonly address: string;
  /** Resolves when the socket is closed and presence knows. */
  readonly gone: Promise<void>;
  readonly settle: () => void;
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/**
 * Frames ↔ presence. It has no rule of who may sit. Frames of one socket come one at a time and in order (see
 * `SignalingAdapter`).
 */
@WebSocketGateway({ path: '/api/signal' })
export class SignalingGateway
  implements OnGatewayInit, OnGatewayConnection, OnGatewayDisconnect, BeforeApplicationShutdown
{
  readonly #visits = new Map<WebSocket, Visit>();
  readonly #trouble = new TroubleLog(SignalingGateway.name);
  readonly #addressOf: (request: IncomingMessage) => string;
  readonly #enterLimit: AddressLimit | null;
  #stopping = false;

  constructor(
    private readonly presence: PresenceService,
    private readonly outlet: SeatOutlet,
    private readonly registry: ConnectionRegistry,
    private readonly metrics: SignalingMetrics,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    @Inject(LIMITS) private readonly limits: SocketLimits,
  ) {
    this.#addressOf = addressReader(config.trustProxy);
    this.#enterLimit = config.rateLimits === 'on' ? new AddressLimit(limits.entersPerMinute) : null;
  }

  afterInit(): void {
    this.presence.attach(this.outlet);
  }

  handleConnection(socket: WebSocket, request: IncomingMessage): void {
    const link = new Link(socket, this.limits);
    const heartbeat = this.#heartbeatOf(socket, link);
    const heard = () => {
      heartbeat.heard();
    };
    socket.on('message', heard).on('ping', heard).on('pong', heard);
    this.metrics.opened();
    socket.once('close', (code: number) => {
      heartbeat.stop();
      link.wake();
      this.metrics.closed(code);
    });
    const { promise: gone, resolve: settle } = deferred();
    this.#visits.set(socket, { link, heartbeat, address: this.#addressOf(request), gone, settle });
    this.registry.add(link);
    if (this.#stopping) link.close(CloseCode.goingAway, 'the server stops');
  }

  async handleDisconnect(socket: WebSocket): Promise<void> {
    const visit = this.#visits.get(socket);
    if (!visit) return;
    const { link } = visit;
    const { standing } = link;
    this.registry.remove(link);
    if (standing.is === 'entering' || standing.is === 'seated') {
      await this.#attempt('lost', this.presence.lost(standing.callId, link.connection));
    }
    this.#visits.delete(socket);
    visit.settle();
  }

  @SubscribeMessage('enter')
  async enter(socket: WebSocket, data: DataOf<'enter'>): Promise<void> {
    const visit = this.#visits.get(socket);
    if (!visit || visit.link.standing.is === 'over') return;
    const { link, address } = visit;
    const { callId, holder, ticket } = data;
    if (link.standing.is !== 'new') {
      this.#unusable(link, 'already-entered', 'This connection has entered already.');
      return;
    }
    const admission = await this.#enterLimit?.admit(address);
    if (admission?.ok === false) {
      this.outlet.refuse(link, 'too-many-requests');
      return;
    }
    // Longer than any id: not even looked at.
    if (callId.length > MAX_CALL_ID_LENGTH) {
      this.outlet.refuse(link, 'unknown-call');
      return;
    }
    link.become({ is: 'entering', callId });
    await this.#takeSeat(link, callId, ticket === undefined ? { holder } : { holder, ticket });
  }

  @SubscribeMessage('relay')
  relay(socket: WebSocket, { payload }: DataOf<'relay'>): void {
    const link = this.#visits.get(socket)?.link;
    if (!link || link.standing.is === 'over') return;
    if (link.standing.is !== 'seated') {
      this.#unusable(link, 'not-entered', 'Enter a call before you send to the other person.');
      return;
    }
    const { callId, seat, epoch } = link.standing;
    const from = { seat, epoch };
    if (this.outlet.relay(callId, otherSeat(seat), from, payload)) return;
    // Not awaited: the store publishes in the order it was asked, and a slow one must not hold up what follows.
    void this.#attempt('relay', this.presence.relay(callId, from, payload));
  }

  @SubscribeMessage('pulse')
  pulse(socket: WebSocket, { peerAlive }: DataOf<'pulse'>): void {
    const visit = this.#visits.get(socket);
    if (!visit || visit.link.standing.is === 'over') return;
    visit.link.send({ event: 'pulse', data: {} });
    visit.heartbeat.reported();
    this.#alive(visit.link, peerAlive);
  }

  @SubscribeMessage('leave')
  async leave(socket: WebSocket): Promise<void> {
    const link = this.#visits.get(socket)?.link;
    if (!link || link.standing.is === 'over') return;
    const { standing } = link;
    this.registry.unseat(link);
    if (standing.is !== 'new') {
      await this.#attempt('leave', this.presence.leave(standing.callId, link.connection));
    }
    link.close(CloseCode.left, 'left');
  }

  /** Every socket is told that the server stops, and every seat that it lost its socket, before the store is closed. */
  async beforeApplicationShutdown(): Promise<void> {
    this.#stopping = true;
    for (const { link } of this.#visits.values()) link.close(CloseCode.goingAway, 'the server stops');
    await Promise.all([...this.#visits.values()].map(({ gone }) => gone));
  }

  async #takeSeat(link: Link, callId: string, who: { holder: string; ticket?: string }): Promise<void> {
    try {
      const outcome = await this.presence.enter(callId, link.connection, who);
      if (outcome === 'unknown-call') {
        this.outlet.refuse(link, 'unknown-call');
        return;
      }
      await link.verdict();
      // Presence has decided, but its word did not come through: a new connection will hear it.
      if (link.standing.is === 'entering') link.close(CloseCode.lostTrack, 'come back');
    } catch (error) {
      this.#trouble.log('enter', error);
      this.outlet.refuse(link, 'unavailable');
    }
  }

  #heartbeatOf(socket: WebSocket, link: Link): Heartbeat {
    return new Heartbeat(this.config.pulseMs, {
      ping: () => {
        if (link.isOpen) socket.ping();
      },
      alive: () => {
        this.#alive(link, false);
      },
      dead: () => {
        socket.terminate();
      },
    });
  }

  #alive(link: Link, peerAlive: boolean): void {
    if (link.standing.is !== 'seated') return;
    void this.#attempt('alive', this.presence.alive(link.standing.callId, link.connection, peerAlive));
  }

  #unusable(link: Link, reason: ErrorReason, detail: string): void {
    link.send({ event: 'error', data: { reason, detail } });
  }

  async #attempt(what: string, work: Promise<unknown>): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.#trouble.log(what, error);
    }
  }
}
