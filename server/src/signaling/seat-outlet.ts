import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../config/app-config.js';
import { iceServersFor } from '../config/ice-servers.js';
import { Metrics } from '../ops/metrics.js';
import type { ConnectionId } from '../presence/call-state.js';
import type { Outlet, Told } from '../presence/presence.service.js';
import {
  CloseCode,
  type Entered,
  type IceServer,
  type RefusedReason,
  type SeatNumber,
} from '../protocol/index.js';
import { ConnectionRegistry } from './connection-registry.js';
import type { Link } from './link.js';
import { NOT_TOGETHER, REFUSALS } from './refusals.js';

type ToldEntered = Extract<Told, { type: 'entered' }>;

/** What the browser reads is the same object again and again; only the payload differs. */
const relayText = (payload: string): string =>
  `{"event":"relay","data":{"payload":${JSON.stringify(payload)}}}`;

/** Brings what presence says to the sockets of this process, as frames. */
@Injectable()
export class SeatOutlet implements Outlet {
  readonly #registry: ConnectionRegistry;
  readonly #config: AppConfig;
  readonly #iceServers: readonly IceServer[];

  constructor(
    registry: ConnectionRegistry,
    private readonly metrics: Metrics,
    @Inject(APP_CONFIG) config: AppConfig,
  ) {
    this.#registry = registry;
    this.#config = config;
    this.#iceServers = iceServersFor(config);
  }

  tell(connection: ConnectionId, message: Told): void {
    const link = this.#registry.find(connection);
    if (link?.standing.is !== 'entering' && link?.standing.is !== 'seated') return;
    switch (message.type) {
      case 'entered':
        this.#entered(link, link.standing.callId, message);
        return;
      case 'peer':
        this.#peer(link, message);
        return;
      case 'locked':
        link.send({ event: 'locked', data: { on: message.on } });
        return;
      case 'not-together':
        link.send({ event: 'error', data: { reason: 'not-together', detail: NOT_TOGETHER } });
        return;
      case 'refused':
        this.refuse(link, message.reason);
        return;
      case 'superseded':
        this.#registry.unseat(link);
        link.send({ event: 'superseded', data: {} });
        link.close(CloseCode.superseded, 'opened elsewhere');
    }
  }

  /** True: that seat's socket is here (and has it, unless it comes from a connection that is no longer current). */
  relay(callId: string, to: SeatNumber, from: { readonly epoch: number }, payload: string): boolean {
    const link = this.#registry.at(callId, to);
    if (link?.standing.is !== 'seated') return false;
    if (from.epoch >= link.standing.peer.epoch) link.sendText(relayText(payload));
    return true;
  }

  /** The store may have lost this seat: the page comes back at once, with its ticket. */
  lostTrack(connection: ConnectionId): void {
    this.#registry.find(connection)?.close(CloseCode.lostTrack, 'come back');
  }

  /** Says why there is no place, as the last word. */
  refuse(link: Link, reason: RefusedReason, detail = REFUSALS[reason]): void {
    this.metrics.refused.inc(reason);
    this.#registry.unseat(link);
    link.send({ event: 'refused', data: { reason, detail } });
    link.close(CloseCode.refused, reason);
  }

  #entered(link: Link, callId: string, told: ToldEntered): void {
    const { seat, epoch, ticket, peer } = told;
    this.#registry.seat(link, { is: 'seated', callId, seat, epoch, peer });
    const { pulseMs, seatGraceMs: graceMs } = this.#config;
    const [locked, iceServers] = [told.locked === true, this.#iceServers];
    const data: Entered = { seat, epoch, ticket, peer, locked, iceServers, pulseMs, graceMs };
    link.send({ event: 'entered', data });
  }

  #peer(link: Link, { state, epoch }: Extract<Told, { type: 'peer' }>): void {
    if (link.standing.is !== 'seated') return;
    link.become({ ...link.standing, peer: { state: state === 'left' ? 'absent' : state, epoch } });
    link.send({ event: 'peer', data: { state, epoch } });
  }
}
