import { Inject, Injectable, Logger, Optional, type OnApplicationShutdown } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../config/app-config.js';
import type { CallPhase, SeatNumber } from '../protocol/index.js';
import { otherSeat } from '../protocol/index.js';
import { CallIds } from './call-id.js';
import {
  nextChange,
  step,
  type Durations,
  type Effect,
  type Input,
  type TicketClaim,
} from './call-machine.js';
import { CALL_RECORDER, type CallRecorder } from './call-recorder.js';
import { newCall, phaseOf, type Call, type ConnectionId, type HolderId, type Time } from './call-state.js';
import { holderNamer, type HolderNamer } from './holders.js';
import { LocalCalls } from './local-calls.js';
import { decodeNotice, encodeNotice, type Notice, type Sender, type Told } from './notice.js';
import { PRESENCE_STORE, type Loaded, type PresenceStore } from './presence-store.js';
import { StoreUnavailable } from './store-unavailable.js';
import { Tickets } from './ticket.js';

export type { Sender, Told } from './notice.js';

/** The sockets of this process, as presence sees them. */
export interface Outlet {
  tell(connection: ConnectionId, message: Told): void;
  /** To that seat, if its socket is here; true: it is. */
  relay(callId: string, to: SeatNumber, from: Sender, payload: string): boolean;
  /** The store does not know this connection any more: it shall come back with its ticket. */
  lostTrack(connection: ConnectionId): void;
}

/** An input that has no time yet: the store's clock gives it. */
type Untimed = Input extends infer I ? (I extends Input ? Omit<I, 'at'> : never) : never;

/** Who enters: the browser's secret, and what proves a seat it had. */
export interface Entrant {
  readonly holder: string;
  readonly ticket?: string;
}

/** A sign of life is good for this many pulses. */
const LEASE_PULSES = 3;
/** Two people make few races; whoever loses this many has met a fault, not a crowd. */
const MOST_RACES = 50;
/** ms, at most: losers of a race wait a little, each its own time. */
const RACE_PAUSE_MS = 5;

/** For every input: load → step → compare and swap. What follows is published with the new state and carried out here. */
@Injectable()
export class PresenceService implements OnApplicationShutdown {
  readonly #logger = new Logger(PresenceService.name);
  readonly #store: PresenceStore;
  readonly #durations: Durations;
  readonly #callTtlMs: number;
  readonly #holderOf: HolderNamer;
  readonly #local: LocalCalls;
  #outlet: Outlet | null = null;

  constructor(
    @Inject(PRESENCE_STORE) store: PresenceStore,
    private readonly callIds: CallIds,
    private readonly tickets: Tickets,
    @Inject(APP_CONFIG) config: AppConfig,
    @Optional() @Inject(CALL_RECORDER) private readonly recorder?: CallRecorder,
  ) {
    this.#store = store;
    this.#durations = { graceMs: config.seatGraceMs, leaseMs: LEASE_PULSES * config.pulseMs };
    this.#callTtlMs = config.callTtlS * 1000;
    this.#holderOf = holderNamer(config.serverSecret);
    this.#local = new LocalCalls((callId) => {
      this.#quietly(this.#put(callId, { type: 'tick' }));
    });
    store.listen({
      onMessage: (callId, text) => {
        this.#heard(callId, decodeNotice(text));
      },
      onGap: () => {
        for (const callId of this.#local.ids()) this.#quietly(this.#catchUp(callId));
      },
    });
  }

  attach(outlet: Outlet): void {
    this.#outlet = outlet;
  }

  /**
   * Takes or resumes a seat. The verdict (`entered`, or `refused`) comes through the outlet, in order with everything
   * else about this call. Rejects with StoreUnavailable.
   */
  async enter(callId: string, connection: ConnectionId, entrant: Entrant): Promise<'ok' | 'unknown-call'> {
    const id = this.callIds.read(callId);
    if (!id) return 'unknown-call';
    const holder = this.#holderOf(callId, entrant.holder);
    const ticket = entrant.ticket === undefined ? null : this.tickets.read(callId, holder, entrant.ticket);
    return this.#reaching(async () => {
      await this.#track(callId, connection, holder);
      try {
        return await this.#takeSeat(callId, id.createdAt, { connection, holder, ticket });
      } catch (error) {
        await this.#untrack(callId, connection);
        throw error;
      }
    });
  }

  /** The socket gave a sign of life. `peerAlive`: its page still receives media from the other. */
  async alive(callId: string, connection: ConnectionId, peerAlive: boolean): Promise<void> {
    const call = await this.#put(callId, { type: 'alive', connection, peerAlive });
    const holder = this.#local.holder(callId, connection);
    if (holder !== undefined) this.#checkSeat(call, connection, holder);
  }

  /** The socket is gone without a word. */
  async lost(callId: string, connection: ConnectionId): Promise<void> {
    await this.#depart(callId, { type: 'lost', connection });
  }

  /** The person hung up. */
  async leave(callId: string, connection: ConnectionId): Promise<void> {
    await this.#depart(callId, { type: 'leave', connection });
  }

  /** To the other seat, wherever its socket is. */
  async relay(callId: string, from: Sender, payload: string): Promise<void> {
    const notice = encodeNotice({ type: 'relay', from, payload });
    await this.#reaching(() => this.#store.publish(callId, notice));
  }

  async phase(callId: string): Promise<CallPhase | 'unknown'> {
    const id = this.callIds.read(callId);
    if (!id) return 'unknown';
    const { call, at } = await this.#reaching(() => this.#store.load(callId));
    if (call) return phaseOf(step(call, { type: 'tick', at }, this.#durations).call);
    return this.callIds.isFresh(id.createdAt, at, this.#callTtlMs) ? 'empty' : 'unknown';
  }

  ping(): Promise<void> {
    return this.#reaching(() => this.#store.ping());
  }

  async onApplicationShutdown(): Promise<void> {
    this.#local.clear();
    await this.#store.close();
  }

  async #takeSeat(
    callId: string,
    createdAt: Time,
    {
      connection,
      holder,
      ticket,
    }: { connection: ConnectionId; holder: HolderId; ticket: TicketClaim | null },
  ): Promise<'ok' | 'unknown-call'> {
    const input: Untimed = { type: 'enter', connection, holder, ...(ticket ? { ticket } : {}) };
    // What the store has lost is known all the same: by its id while that is young, or by the ticket of who was in.
    const mayBegin = (at: Time) => ticket !== null || this.callIds.isFresh(createdAt, at, this.#callTtlMs);
    if ((await this.#step(callId, input, mayBegin)) !== null) return 'ok';
    await this.#untrack(callId, connection);
    return 'unknown-call';
  }

  async #depart(callId: string, input: { type: 'lost' | 'leave'; connection: ConnectionId }): Promise<void> {
    try {
      await this.#put(callId, input);
    } finally {
      await this.#untrack(callId, input.connection);
    }
  }

  #put(callId: string, input: Untimed): Promise<Call | null> {
    return this.#reaching(() => this.#step(callId, input, () => false));
  }

  /** The call as it is after this input; null: there is none, and none may begin. */
  async #step(callId: string, input: Untimed, mayBegin: (at: Time) => boolean): Promise<Call | null> {
    for (let race = 0; race < MOST_RACES; race += 1) {
      const loaded = await this.#store.load(callId);
      const before = loaded.call ?? (mayBegin(loaded.at) ? newCall(loaded.at) : null);
      if (!before) return null;
      const { call, effects } = step(before, { ...input, at: loaded.at }, this.#durations);
      if (await this.#commit(callId, loaded, call, effects)) return call;
      await new Promise((resolve) => setTimeout(resolve, Math.random() * RACE_PAUSE_MS));
    }
    throw new Error('lost too many races for one call');
  }

  async #commit(
    callId: string,
    { call: before, version, at }: Loaded,
    call: Call,
    effects: readonly Effect[],
  ): Promise<boolean> {
    const changes = nextChange(call);
    const changesIn = changes === null ? null : Math.max(0, changes - at);
    const notice = this.#noticeOf(callId, call, effects, changesIn);
    if (call === before) {
      // Nothing changed: a refusal. It goes to the asking connection alone, which is here.
      if (notice) this.#heard(callId, notice);
    } else {
      const message = notice ? encodeNotice(notice) : undefined;
      if (!(await this.#store.swap(callId, version, call, this.#ttlOf(call, at), message))) return false;
    }
    this.#local.wakeIn(callId, changesIn);
    for (const effect of effects)
      if (effect.type === 'record') this.recorder?.event(callId, effect.event, at);
    return true;
  }

  /** A call lasts as long as people are in it: what can still change by itself is never forgotten before. */
  #ttlOf(call: Call, at: Time): number {
    const latest = call.seats.map((seat) =>
      seat.is === 'present'
        ? seat.leaseUntil + this.#durations.graceMs
        : seat.is === 'dropped'
          ? seat.until
          : at,
    );
    return Math.max(...latest) - at + this.#callTtlMs;
  }

  #noticeOf(callId: string, call: Call, effects: readonly Effect[], changesIn: number | null): Notice | null {
    const tells = effects.flatMap((effect) =>
      effect.type === 'tell'
        ? [{ connection: effect.connection, message: this.#withTicket(callId, call, effect.message) }]
        : [],
    );
    return tells.length === 0 ? null : { type: 'told', tells, changesIn };
  }

  #withTicket(callId: string, call: Call, message: Extract<Effect, { type: 'tell' }>['message']): Told {
    if (message.type !== 'entered') return message;
    const { seat, born, at } = message;
    const held = call.seats[seat];
    const holder = held.is === 'empty' ? '' : held.holder;
    return { ...message, ticket: this.tickets.issue(callId, holder, { seat, born, issuedAt: at }) };
  }

  #heard(callId: string, notice: Notice | null): void {
    if (!notice || !this.#local.has(callId)) return;
    if (notice.type === 'relay') {
      this.#outlet?.relay(callId, otherSeat(notice.from.seat), notice.from, notice.payload);
      return;
    }
    this.#local.wakeIn(callId, notice.changesIn);
    for (const { connection, message } of notice.tells) this.#tell(callId, connection, message);
  }

  #tell(callId: string, connection: ConnectionId, message: Told): void {
    if (this.#local.holder(callId, connection) === undefined) return;
    this.#outlet?.tell(connection, message);
    if (message.type === 'refused' || message.type === 'superseded') {
      this.#quietly(this.#untrack(callId, connection));
    }
  }

  /** Messages may have been missed: whoever is still in hears how things are, whoever is not comes back anew. */
  async #catchUp(callId: string): Promise<void> {
    const { call, at } = await this.#store.load(callId);
    this.#local.wakeIn(callId, 0);
    for (const [connection, holder] of this.#local.connections(callId)) {
      const seat = this.#checkSeat(call, connection, holder);
      if (call && seat !== null) this.#tellAgain(callId, call, seat, at);
    }
  }

  #tellAgain(callId: string, call: Call, seat: SeatNumber, at: Time): void {
    const [own, other] = [call.seats[seat], call.seats[otherSeat(seat)]];
    if (own.is !== 'present') return;
    const { connection, epoch } = own;
    const peer = { state: other.is === 'empty' ? 'absent' : other.is, epoch: other.epoch } as const;
    const message = { type: 'entered', seat, epoch, born: call.born, at, peer } as const;
    this.#tell(callId, connection, this.#withTicket(callId, call, message));
  }

  /** The seat this connection holds. When it holds none, it missed why: it is told. */
  #checkSeat(call: Call | null, connection: ConnectionId, holder: HolderId): SeatNumber | null {
    const seats = call?.seats ?? [];
    const seat = seats.findIndex((one) => one.is === 'present' && one.connection === connection);
    if (seat === 0 || seat === 1) return seat;
    const elsewhere = seats.some((one) => one.is === 'present' && one.holder === holder);
    if (elsewhere) this.#outlet?.tell(connection, { type: 'superseded' });
    else this.#outlet?.lostTrack(connection);
    return null;
  }

  async #track(callId: string, connection: ConnectionId, holder: HolderId): Promise<void> {
    this.#local.add(callId, connection, holder);
    // Each time, not only the first: another connection's subscribing may still be under way, or have failed.
    await this.#store.subscribe(callId);
  }

  async #untrack(callId: string, connection: ConnectionId): Promise<void> {
    if (this.#local.remove(callId, connection)) await this.#store.unsubscribe(callId);
  }

  async #reaching<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw error instanceof StoreUnavailable ? error : new StoreUnavailable(error);
    }
  }

  /** Nobody waits for this; the lease, the next pulse or the next tick make up for it. */
  #quietly(work: Promise<unknown>): void {
    work.catch((error: unknown) => {
      this.#logger.debug(error instanceof Error ? error.message : String(error));
    });
  }
}
