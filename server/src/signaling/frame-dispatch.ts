import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../config/app-config.js';
import { AddressLimit } from '../ops/address-limit.js';
import { PresenceService } from '../presence/presence.service.js';
import { CloseCode, otherSeat, type ClientFrame, type ErrorReason } from '../protocol/index.js';
import { ConnectionRegistry } from './connection-registry.js';
import { LIMITS, type SocketLimits } from './limits.js';
import type { Link } from './link.js';
import { SeatOutlet } from './seat-outlet.js';
import { TroubleLog } from './trouble-log.js';
import type { Visit } from './visit.js';

type EnterData = Extract<ClientFrame, { event: 'enter' }>['data'];

/** What a socket says → what presence is asked. It has no rule of who may sit. */
@Injectable()
export class FrameDispatch {
  readonly #trouble = new TroubleLog(FrameDispatch.name);
  readonly #enterLimit: AddressLimit | null;

  constructor(
    private readonly presence: PresenceService,
    private readonly outlet: SeatOutlet,
    private readonly registry: ConnectionRegistry,
    @Inject(APP_CONFIG) config: AppConfig,
    @Inject(LIMITS) limits: SocketLimits,
  ) {
    this.#enterLimit = config.rateLimits === 'on' ? new AddressLimit(limits.entersPerMinute) : null;
  }

  /** A promise where the next frame has to wait for this one. */
  handle(visit: Visit, frame: ClientFrame): Promise<void> | void {
    if (visit.link.standing.is === 'over') return;
    switch (frame.event) {
      case 'relay':
        return this.#relay(visit.link, frame.data.payload);
      case 'pulse':
        return this.#pulse(visit, frame.data.peerAlive);
      case 'enter':
        return this.#enter(visit, frame.data);
      case 'leave':
        return this.#leave(visit.link);
    }
  }

  /** The socket gave a sign of life, or its page reported. */
  alive(link: Link, peerAlive: boolean): void {
    if (link.standing.is !== 'seated') return;
    // Not awaited: a slow store must not hold up what can be answered without it.
    void this.#attempt('alive', this.presence.alive(link.standing.callId, link.connection, peerAlive));
  }

  /** The socket is gone. */
  gone(link: Link): Promise<void> | void {
    const { standing } = link;
    this.registry.remove(link);
    if (standing.is !== 'entering' && standing.is !== 'seated') return;
    return this.#attempt('lost', this.presence.lost(standing.callId, link.connection));
  }

  #relay(link: Link, payload: string): void {
    if (link.standing.is !== 'seated') {
      this.#unusable(link, 'not-entered', 'Enter a call before you send to the other person.');
      return;
    }
    const { callId, seat, epoch } = link.standing;
    const from = { seat, epoch };
    if (this.outlet.relay(callId, otherSeat(seat), from, payload)) return;
    // Not awaited: the store publishes in the order it was asked.
    void this.#attempt('relay', this.presence.relay(callId, from, payload));
  }

  #pulse({ link, heartbeat }: Visit, peerAlive: boolean): void {
    link.send({ event: 'pulse', data: {} });
    heartbeat.reported();
    this.alive(link, peerAlive);
  }

  async #enter({ link, address }: Visit, { callId, holder, ticket }: EnterData): Promise<void> {
    if (link.standing.is !== 'new') {
      this.#unusable(link, 'already-entered', 'This connection has entered already.');
      return;
    }
    const admission = await this.#enterLimit?.admit(address);
    if (admission?.ok === false) {
      this.outlet.refuse(link, 'too-many-requests');
      return;
    }
    link.become({ is: 'entering', callId });
    await this.#takeSeat(link, callId, ticket === undefined ? { holder } : { holder, ticket });
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

  async #leave(link: Link): Promise<void> {
    const { standing } = link;
    this.registry.unseat(link);
    if (standing.is === 'entering' || standing.is === 'seated') {
      await this.#attempt('leave', this.presence.leave(standing.callId, link.connection));
    }
    link.close(CloseCode.left, 'left');
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
