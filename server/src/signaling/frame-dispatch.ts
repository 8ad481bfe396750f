import { Inject, Injectable, Optional } from '@nestjs/common';
import { AddressLimit } from '../ops/address-limit.js';
import type { Caller } from '../ops/callers.js';
import { Metrics } from '../ops/metrics.js';
import { WrongIds } from '../ops/wrong-ids.js';
import { onceKnown, type Answer } from '../presence/answer.js';
import { PresenceService } from '../presence/presence.service.js';
import {
  CloseCode,
  encodeFrame,
  otherSeat,
  type ClientFrame,
  type DeviceCredentials,
  type ErrorReason,
} from '../protocol/index.js';
import { ATTENDANCE, type Attendance } from './attendance.js';
import { ConnectionRegistry } from './connection-registry.js';
import { LIMITS, type SocketLimits } from './limits.js';
import type { Link } from './link.js';
import { UNKNOWN_DEVICE } from './refusals.js';
import { SignalingMetrics } from './signaling-metrics.js';
import { SeatOutlet } from './seat-outlet.js';
import { TroubleLog } from '../ops/trouble-log.js';

interface Who {
  readonly holder: string;
  readonly ticket?: string;
}
type EnterData = Extract<ClientFrame, { event: 'enter' }>['data'];

/** The answer to every pulse. */
const PULSE = encodeFrame({ event: 'pulse', data: {} });

/** What a socket says → what presence is asked. It has no rule of who may sit. */
@Injectable()
export class FrameDispatch {
  readonly #trouble = new TroubleLog(FrameDispatch.name);
  readonly #enterLimit: AddressLimit;

  constructor(
    private readonly presence: PresenceService,
    private readonly outlet: SeatOutlet,
    private readonly registry: ConnectionRegistry,
    private readonly wrongIds: WrongIds,
    private readonly seen: SignalingMetrics,
    metrics: Metrics,
    @Inject(LIMITS) limits: SocketLimits,
    @Optional() @Inject(ATTENDANCE) private readonly attendance?: Attendance,
  ) {
    this.#enterLimit = new AddressLimit(limits.entersPerMinute, () => {
      metrics.limited.inc('enter');
    });
  }

  /**
   * A promise where the next frame has to wait for this one.
   * @param readAt when it came, by `performance.now()`
   */
  handle(link: Link, frame: ClientFrame, readAt: number): Answer<void> {
    if (link.standing.is === 'over') return;
    switch (frame.event) {
      case 'relay':
        return this.#relay(link, frame.data.payload, readAt);
      case 'pulse':
        return this.#pulse(link, frame.data.peerAlive, Math.floor(readAt));
      case 'enter':
        return this.#enter(link, frame.data);
      case 'leave':
        return this.#leave(link);
      case 'lock':
        return this.#lock(link, frame.data.on);
      case 'block':
        return this.#block(link);
      case 'attend':
        return this.#attend(link, frame.data);
    }
  }

  /** The socket gave a sign of life, or its page reported. */
  alive(link: Link, peerAlive: boolean): void {
    if (link.standing.is !== 'seated') return;
    // Not awaited: a slow store must not hold up what can be answered without it.
    const { callId } = link.standing;
    void this.#attempt('alive', () => this.presence.alive(callId, link.connection, peerAlive));
  }

  /** The socket is gone. */
  gone(link: Link): Answer<void> {
    const { standing } = link;
    this.registry.unseat(link);
    if (standing.is === 'attending') this.attendance?.left(link);
    if (standing.is !== 'entering' && standing.is !== 'seated') return;
    return this.#attempt('lost', () => this.presence.lost(standing.callId, link.connection));
  }

  #relay(link: Link, payload: string, readAt: number): void {
    if (link.standing.is !== 'seated') {
      this.#unusable(link, 'not-entered', 'Enter a call before you send to the other person.');
      return;
    }
    const { callId, seat, epoch } = link.standing;
    const from = { seat, epoch };
    if (this.outlet.relay(callId, otherSeat(seat), from, payload)) {
      this.seen.relayedHere(readAt);
      return;
    }
    this.seen.relayedAway();
    // Not awaited: the store publishes in the order it was asked.
    void this.#attempt('relay', () => this.presence.relay(callId, from, payload));
  }

  #pulse(link: Link, peerAlive: boolean, now: number): void {
    const { heartbeat } = link;
    link.sendText(PULSE);
    // Who is dropped and heard is vouched for each time.
    const vouches = peerAlive && link.standing.is === 'seated' && link.standing.peer.state === 'dropped';
    if (!vouches && !heartbeat.isDue(now)) return;
    heartbeat.reported(now);
    this.alive(link, peerAlive);
  }

  #enter(link: Link, { callId, holder, ticket }: EnterData): Answer<void> {
    if (link.standing.is !== 'new') {
      this.#unusable(link, 'already-entered', 'This connection has entered already.');
      return;
    }
    const who = ticket === undefined ? { holder } : { holder, ticket };
    const { caller } = link.standing;
    if (this.#enterLimit.admit(caller).ok) return this.#takeSeat(link, caller, callId, who);
    this.outlet.refuse(link, 'too-many-requests');
  }

  #takeSeat(link: Link, caller: Caller | null, callId: string, who: Who): Answer<void> {
    const since = performance.now();
    link.become({ is: 'entering', callId });
    const seated = onceKnown(this.presence.enter(callId, link.connection, who), (outcome) =>
      outcome === 'unknown-call' ? this.#refuseUnknown(link, caller, since) : this.#hearVerdict(link, since),
    );
    if (!(seated instanceof Promise)) return;
    return seated.catch((error: unknown) => {
      this.#trouble.log('enter', error);
      this.outlet.refuse(link, 'unavailable');
    });
  }

  /** A page waits to be rung; counted as an `enter` is. */
  async #attend(link: Link, credentials: DeviceCredentials): Promise<void> {
    if (link.standing.is !== 'new') {
      this.#unusable(link, 'already-entered', 'This connection has entered already.');
      return;
    }
    if (!this.#enterLimit.admit(link.standing.caller).ok)
      return this.outlet.refuse(link, 'too-many-requests');
    link.become({ is: 'attending' });
    try {
      const known = await this.attendance?.attend(link, credentials);
      if (known !== true) this.outlet.refuse(link, 'bad-message', UNKNOWN_DEVICE);
    } catch (error) {
      this.#trouble.log('attend', error);
      this.outlet.refuse(link, 'unavailable');
    }
  }

  async #refuseUnknown(link: Link, caller: Caller | null, since: number): Promise<void> {
    const { ok } = await this.wrongIds.count(caller, since);
    this.outlet.refuse(link, ok ? 'unknown-call' : 'too-many-requests');
  }

  async #hearVerdict(link: Link, since: number): Promise<void> {
    await link.verdict();
    if (link.standing.is === 'seated') this.seen.joined(since);
    // Presence has decided, but its word did not come through: a new connection will hear it.
    if (link.standing.is === 'entering') link.close(CloseCode.lostTrack, 'come back');
  }

  #leave(link: Link): Answer<void> {
    return this.#hangUp(link, 'leave');
  }

  #block(link: Link): Answer<void> {
    if (link.standing.is !== 'new' && link.standing.is !== 'attending') return this.#hangUp(link, 'block');
    this.#unusable(link, 'not-entered', 'Enter a call before you block the other person.');
  }

  #hangUp(link: Link, how: 'leave' | 'block'): Answer<void> {
    const { standing } = link;
    this.registry.unseat(link);
    const left =
      standing.is === 'entering' || standing.is === 'seated'
        ? this.#attempt(how, () => this.presence[how](standing.callId, link.connection))
        : undefined;
    return onceKnown(left, () => {
      link.close(CloseCode.left, 'left');
    });
  }

  #lock(link: Link, on: boolean): void {
    if (link.standing.is !== 'seated') {
      this.#unusable(link, 'not-entered', 'Enter a call before you lock it.');
      return;
    }
    const { callId } = link.standing;
    // Not awaited: whether it is locked now is told when the store has it.
    void this.#attempt('lock', () => this.presence.lock(callId, link.connection, on));
  }

  #unusable(link: Link, reason: ErrorReason, detail: string): void {
    link.send({ event: 'error', data: { reason, detail } });
  }

  /** Trouble is logged; whoever asked goes on. */
  #attempt(what: string, work: () => Answer<void>): Answer<void> {
    const done = work();
    if (!(done instanceof Promise)) return;
    return done.catch((error: unknown) => {
      this.#trouble.log(what, error);
    });
  }
}
