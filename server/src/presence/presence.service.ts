import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import { otherSeat, type CallPhase, type SeatNumber } from '../protocol/index.js';
import { Alarms } from './alarms.js';
import { onceKnown, type Answer } from './answer.js';
import type { CallBulletin } from './bulletin.js';
import { CallIds } from './call-id.js';
import { enteredMessage, step, type Message } from './call-machine.js';
import type { Durations } from './call-seating.js';
import type { CallRecorder } from './call-recorder.js';
import { phaseOf, type Call, type ConnectionId, type Time } from './call-state.js';
import { CallWriter, changesIn, type Wish, type Written } from './call-writer.js';
import { holderNamer, type HolderNamer } from './holders.js';
import { leaseIn } from './lease.js';
import type { Outlet } from './outlet.js';
import type { PresenceStore, StoreListener } from './presence-store.js';
import type { PresenceWatch } from './presence-watch.js';
import { Retries } from './retries.js';
import { Tickets } from './ticket.js';
import { Visitors, type Visitor } from './visitors.js';

export type { Outlet, Told } from './outlet.js';

export interface PresenceOptions {
  /** ms a dropped seat is kept for its holder. */
  readonly graceMs: number;
  /** ms between two signs of life of a connection. */
  readonly pulseMs: number;
  /** ms the link of an empty call works. */
  readonly callTtlMs: number;
  /** Signs call ids and tickets; the same in every process. */
  readonly secret: Buffer;
}

type Departure = 'lost' | 'leave' | 'block';

/**
 * Who is in which call: brings what happens to sockets to the call machine, and what it answers to the sockets of this
 * process. Keeps nothing but which connections are here.
 */
export class PresenceService implements OnApplicationShutdown {
  /** ms after which a sign of life of a connection is to be reported again (`alive`). */
  readonly reportEveryMs: number;
  readonly #logger = new Logger(PresenceService.name);
  readonly #ids: CallIds;
  readonly #tickets: Tickets;
  readonly #holderOf: HolderNamer;
  readonly #durations: Durations;
  readonly #writer: CallWriter;
  readonly #visitors: Visitors;
  /** One per call, for when time alone changes it. */
  readonly #alarms = new Alarms((callId) => {
    this.#retries.add(`tick ${callId}`, () => this.#tick(callId));
  });
  readonly #retries = new Retries((error) => {
    this.#logger.error(error);
  });
  #outlet: Outlet | null = null;

  constructor(
    private readonly store: PresenceStore,
    private readonly options: PresenceOptions,
    recorder?: CallRecorder,
    /** Hears what is not about seats. */
    elsewhere?: StoreListener,
    watch?: PresenceWatch,
  ) {
    this.#ids = new CallIds(options.secret);
    this.#tickets = new Tickets(options.secret);
    this.#holderOf = holderNamer(options.secret);
    const lease = leaseIn(store, options.pulseMs);
    this.#durations = { graceMs: options.graceMs, leaseMs: lease.leaseMs };
    this.reportEveryMs = lease.reportEveryMs;
    this.#writer = new CallWriter(store, { ...options, ...this.#durations }, recorder, watch);
    this.#visitors = new Visitors(store, (callId) => {
      this.#alarms.set(callId, null);
    });
    store.listen({
      onBulletin: (callId, bulletin) => {
        if (bulletin.is === 'change' || bulletin.is === 'relay') this.#heard(callId, bulletin);
        else elsewhere?.onBulletin(callId, bulletin);
      },
      onGap: () => {
        this.#recheckAll();
        elsewhere?.onGap();
      },
    });
  }

  /** The one outlet of this process; set before the first `enter`. */
  attach(outlet: Outlet): void {
    this.#outlet = outlet;
  }

  /**
   * Asks for a seat; the verdict (`entered` or `refused`) comes through the outlet. A ticket that proves nothing is ignored.
   * @param who `holder`: the browser's secret as it came; it is not kept.
   * @throws StoreUnavailable when the store is away.
   */
  enter(
    callId: string,
    connection: ConnectionId,
    who: { readonly holder: string; readonly ticket?: string },
  ): Answer<'ok' | 'unknown-call'> {
    const madeAt = this.#visitors.madeAt(callId) ?? this.#ids.read(callId)?.createdAt;
    if (madeAt === undefined) return 'unknown-call';
    const holder = this.#holderOf(callId, who.holder);
    const claim = who.ticket === undefined ? null : this.#tickets.read(callId, holder, who.ticket);
    const mayBegin = (at: Time) => claim !== null || this.#isFresh(madeAt, at);
    const wish = { type: 'enter', connection, holder, ...(claim ? { ticket: claim } : {}) } as const;
    const visitor = this.#visitors.add(callId, madeAt, connection, holder);
    const seated = visitor.inLine(() => this.#seat(visitor, wish, mayBegin));
    return seated instanceof Promise
      ? seated.catch((error: unknown) => this.#giveUp(visitor, error))
      : seated;
  }

  /** The connection gave a sign of life. @param peerAlive media from the other still reaches its page. */
  alive(callId: string, connection: ConnectionId, peerAlive: boolean): Answer<void> {
    return this.#stay(callId, { type: 'alive', connection, peerAlive });
  }

  /** The person binds the call to the two who are in it, or opens it; what became of that comes through the outlet. */
  lock(callId: string, connection: ConnectionId, on: boolean): Answer<void> {
    return this.#stay(callId, { type: 'lock', connection, on });
  }

  /** The socket is gone without a word. */
  lost(callId: string, connection: ConnectionId): Answer<void> {
    return this.#depart(callId, connection, 'lost');
  }

  /** The person hung up. */
  leave(callId: string, connection: ConnectionId): Answer<void> {
    return this.#depart(callId, connection, 'leave');
  }

  /** The person hung up, and whoever has the other seat may not enter this call any more. */
  block(callId: string, connection: ConnectionId): Answer<void> {
    return this.#depart(callId, connection, 'block');
  }

  /** To the process that has the other seat's socket; for when the outlet said that it is not here. */
  async relay(
    callId: string,
    from: { readonly seat: SeatNumber; readonly epoch: number },
    payload: string,
  ): Promise<void> {
    await this.store.publish(callId, { is: 'relay', from, payload });
  }

  /** @throws StoreUnavailable when the store is away. */
  async phase(callId: string): Promise<CallPhase | 'unknown'> {
    const id = this.#ids.read(callId);
    if (!id) return 'unknown';
    const { call, at } = await this.store.load(callId);
    if (call) return phaseOf(step(call, { type: 'tick', at }, this.#durations).call);
    return this.#isFresh(id.createdAt, at) ? 'empty' : 'unknown';
  }

  /** Rejects with the reason when the store cannot be reached. */
  async ping(): Promise<void> {
    await this.store.ping();
  }

  async onApplicationShutdown(): Promise<void> {
    this.#retries.close();
    this.#alarms.clear();
    await this.store.close();
  }

  #isFresh(createdAt: Time, at: Time): boolean {
    return this.#ids.isFresh(createdAt, at, this.options.callTtlMs);
  }

  #seat(visitor: Visitor, wish: Wish, mayBegin: (at: Time) => boolean): Answer<'ok' | 'unknown-call'> {
    const { callId } = visitor;
    const written = onceKnown(visitor.subscribed, () => this.#writer.apply(callId, wish, mayBegin));
    return onceKnown(written, (now) => {
      if (!now.call) this.#visitors.remove(visitor);
      this.#settle(callId, now);
      return now.call ? 'ok' : 'unknown-call';
    });
  }

  /** The store may have written it before it went away: nobody must sit there. */
  #giveUp(visitor: Visitor, error: unknown): never {
    this.#visitors.remove(visitor);
    this.#departLater(visitor.callId, visitor.connection, 'lost');
    throw error;
  }

  /** What a connection says that stays. */
  #stay(callId: string, wish: Extract<Wish, { type: 'alive' | 'lock' }>): Answer<void> {
    const visitor = this.#visitors.find(callId, wish.connection);
    return visitor?.inLine(() =>
      onceKnown(this.#writer.apply(callId, wish), (written) => {
        this.#settle(callId, written);
        if (!isSeated(written.call, wish.connection)) this.#judge(visitor, written);
      }),
    );
  }

  #depart(callId: string, connection: ConnectionId, type: Departure): Answer<void> {
    const visitor = this.#visitors.find(callId, connection);
    if (!visitor) return;
    this.#visitors.remove(visitor);
    const departed = visitor.inLine(() => this.#departNow(callId, connection, type));
    if (!(departed instanceof Promise)) return;
    return departed.catch(() => {
      this.#departLater(callId, connection, type);
    });
  }

  #departNow(callId: string, connection: ConnectionId, type: Departure): Answer<void> {
    return onceKnown(this.#writer.apply(callId, { type, connection }), (written) => {
      this.#settle(callId, written);
    });
  }

  #departLater(callId: string, connection: ConnectionId, type: Departure): void {
    const depart = async (): Promise<void> => this.#departNow(callId, connection, type);
    this.#retries.add(connection, depart, this.#durations.leaseMs ?? undefined);
  }

  /** What is left to do after the state was read or written. */
  #settle(callId: string, { call, at, tells }: Written): void {
    for (const [connection, message] of tells) this.#tell(callId, connection, message);
    if (!this.#visitors.has(callId)) this.#writer.forget(callId);
    if (!call) return;
    // Somebody has to notice when the last one's time is up, though nobody is there to be told.
    const isOurs = this.#visitors.has(callId) || call.seats.every((seat) => seat.is !== 'present');
    this.#alarms.set(callId, isOurs ? changesIn(call, at) : null);
  }

  #heard(callId: string, bulletin: CallBulletin): void {
    if (!this.#visitors.has(callId)) return;
    if (bulletin.is === 'relay') {
      this.#outlet?.relay(callId, otherSeat(bulletin.from.seat), bulletin.from, bulletin.payload);
    } else {
      for (const [connection, message] of bulletin.tells) this.#tell(callId, connection, message);
      for (const visitor of this.#visitors.of(callId)) {
        // The store has lost the state this one sat in, and somebody made a new one.
        if (visitor.born !== null && visitor.born !== bulletin.born) this.#loseTrack(visitor);
      }
      this.#alarms.set(callId, bulletin.changesIn);
    }
  }

  #tell(callId: string, connection: ConnectionId, message: Message): void {
    const visitor = this.#visitors.find(callId, connection);
    if (!visitor) return;
    if (message.type === 'entered') {
      const { seat, epoch, born, at } = message;
      visitor.born = born;
      const ticket = this.#tickets.issue(callId, visitor.holder, { seat, epoch, born, issuedAt: at });
      this.#outlet?.tell(connection, { ...message, ticket });
      return;
    }
    if (message.type === 'refused' || message.type === 'superseded') this.#visitors.remove(visitor);
    this.#outlet?.tell(connection, message);
  }

  #loseTrack(visitor: Visitor): void {
    this.#visitors.remove(visitor);
    this.#outlet?.lostTrack(visitor.connection);
  }

  /** Tells a connection, from the state alone, how it stands: what it was told may have been lost on the way. */
  #judge(visitor: Visitor, { call, at }: Written): void {
    const { callId, connection, holder } = visitor;
    const entered = call && enteredMessage(call, connection, at);
    if (entered) this.#tell(callId, connection, entered);
    // Its entering is still under way.
    else if (visitor.born === null) return;
    else if (call?.seats.some((seat) => seat.is === 'present' && seat.holder === holder))
      this.#tell(callId, connection, { type: 'superseded' });
    else if (this.#visitors.find(callId, connection)) this.#loseTrack(visitor);
  }

  #recheckAll(): void {
    for (const callId of this.#visitors.calls())
      this.#retries.add(`recheck ${callId}`, () => this.#recheck(callId));
  }

  async #recheck(callId: string): Promise<void> {
    if (!this.#visitors.has(callId)) return;
    const written = await this.#writer.apply(callId, { type: 'tick' });
    this.#settle(callId, written);
    for (const visitor of this.#visitors.of(callId)) this.#judge(visitor, written);
  }

  async #tick(callId: string): Promise<void> {
    const written = await this.#writer.apply(callId, { type: 'tick' });
    this.#settle(callId, written);
    if (!written.call) for (const visitor of this.#visitors.of(callId)) this.#judge(visitor, written);
  }
}

const isSeated = (call: Call | null, connection: ConnectionId): boolean =>
  call?.seats.some((seat) => seat.is === 'present' && seat.connection === connection) ?? false;
