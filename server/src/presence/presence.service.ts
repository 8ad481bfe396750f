import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import { otherSeat, type CallPhase, type SeatNumber } from '../protocol/index.js';
import type { Bulletin } from './bulletin.js';
import { CallIds } from './call-id.js';
import { enteredMessage, step, type Message } from './call-machine.js';
import type { Durations } from './call-seating.js';
import type { CallRecorder } from './call-recorder.js';
import { phaseOf, type Call, type ConnectionId, type Time } from './call-state.js';
import { CallWriter, changesIn, type Written } from './call-writer.js';
import { holderNamer, type HolderNamer } from './holders.js';
import type { PresenceStore } from './presence-store.js';
import { Retries } from './retries.js';
import { Tickets } from './ticket.js';
import { Visitors, type Visitor } from './visitors.js';

/** What a connection is told; who entered also gets the ticket for coming back. */
export type Told =
  | Exclude<Message, { type: 'entered' }>
  | (Extract<Message, { type: 'entered' }> & { readonly ticket: string });

/** The sockets of this process, as presence sees them. Nothing here may throw. */
export interface Outlet {
  /** After `refused` and `superseded` nothing more is told. `entered` may come again; it says the same place. */
  tell(connection: ConnectionId, message: Told): void;
  /** True: the socket of seat `to` is here (whether or not it wanted to hear this). */
  relay(
    callId: string,
    to: SeatNumber,
    from: { readonly seat: SeatNumber; readonly epoch: number },
    payload: string,
  ): boolean;
  /** This connection has no seat any more without anybody's doing: its page should come back, with its ticket. */
  lostTrack(connection: ConnectionId): void;
}

export interface PresenceOptions {
  /** ms a dropped seat is kept for its holder. */
  readonly graceMs: number;
  /** ms between two signs of life of a connection; after three without any it counts as gone. */
  readonly pulseMs: number;
  /** ms the link of an empty call works. */
  readonly callTtlMs: number;
  /** Signs call ids and tickets; the same in every process. */
  readonly secret: Buffer;
}

/** Signs of life that may fail to come before a seat counts as dropped. */
const PULSES_PER_LEASE = 3;
/** Longest a timer can wait (setTimeout takes 31 bits), ms. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Who is in which call: brings what happens to sockets to the call machine, and what it answers to the sockets of this
 * process. Keeps nothing but which connections are here.
 */
export class PresenceService implements OnApplicationShutdown {
  readonly #logger = new Logger(PresenceService.name);
  readonly #ids: CallIds;
  readonly #tickets: Tickets;
  readonly #holderOf: HolderNamer;
  readonly #durations: Durations;
  readonly #writer: CallWriter;
  readonly #visitors: Visitors;
  readonly #alarms = new Map<string, NodeJS.Timeout>();
  readonly #retries = new Retries((error) => {
    this.#logger.error(error);
  });
  #outlet: Outlet | null = null;

  constructor(
    private readonly store: PresenceStore,
    private readonly options: PresenceOptions,
    recorder?: CallRecorder,
  ) {
    this.#ids = new CallIds(options.secret);
    this.#tickets = new Tickets(options.secret);
    this.#holderOf = holderNamer(options.secret);
    this.#durations = { graceMs: options.graceMs, leaseMs: PULSES_PER_LEASE * options.pulseMs };
    this.#writer = new CallWriter(store, { ...this.#durations, callTtlMs: options.callTtlMs }, recorder);
    this.#visitors = new Visitors(store, (callId) => {
      this.#wakeIn(callId, null);
    });
    store.listen({
      onBulletin: (callId, bulletin) => {
        this.#heard(callId, bulletin);
      },
      onGap: () => {
        this.#recheckAll();
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
  async enter(
    callId: string,
    connection: ConnectionId,
    who: { readonly holder: string; readonly ticket?: string },
  ): Promise<'ok' | 'unknown-call'> {
    const id = this.#ids.read(callId);
    if (!id) return 'unknown-call';
    const holder = this.#holderOf(callId, who.holder);
    const claim = who.ticket === undefined ? null : this.#tickets.read(callId, holder, who.ticket);
    const mayBegin = (at: Time) => claim !== null || this.#isFresh(id.createdAt, at);
    const visitor = this.#visitors.add(callId, connection, holder);
    return visitor.inLine(async () => {
      try {
        await visitor.subscribed;
        const wish = { type: 'enter', connection, holder, ...(claim ? { ticket: claim } : {}) } as const;
        const written = await this.#writer.apply(callId, wish, mayBegin);
        if (!written.call) this.#visitors.remove(visitor);
        this.#settle(callId, written);
        return written.call ? 'ok' : 'unknown-call';
      } catch (error) {
        // The store may have written it before it went away: nobody must sit there.
        this.#visitors.remove(visitor);
        this.#departLater(callId, connection, 'lost');
        throw error;
      }
    });
  }

  /** The connection gave a sign of life. @param peerAlive media from the other still reaches its page. */
  async alive(callId: string, connection: ConnectionId, peerAlive: boolean): Promise<void> {
    const visitor = this.#visitors.find(callId, connection);
    await visitor?.inLine(async () => {
      const written = await this.#writer.apply(callId, { type: 'alive', connection, peerAlive });
      this.#settle(callId, written);
      if (!isSeated(written.call, connection)) this.#judge(visitor, written);
    });
  }

  /** The socket is gone without a word. */
  async lost(callId: string, connection: ConnectionId): Promise<void> {
    await this.#depart(callId, connection, 'lost');
  }

  /** The person hung up. */
  async leave(callId: string, connection: ConnectionId): Promise<void> {
    await this.#depart(callId, connection, 'leave');
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
    for (const alarm of this.#alarms.values()) clearTimeout(alarm);
    this.#alarms.clear();
    await this.store.close();
  }

  #isFresh(createdAt: Time, at: Time): boolean {
    return this.#ids.isFresh(createdAt, at, this.options.callTtlMs);
  }

  async #depart(callId: string, connection: ConnectionId, type: 'lost' | 'leave'): Promise<void> {
    const visitor = this.#visitors.find(callId, connection);
    if (!visitor) return;
    this.#visitors.remove(visitor);
    await visitor
      .inLine(() => this.#departNow(callId, connection, type))
      .catch(() => {
        this.#departLater(callId, connection, type);
      });
  }

  async #departNow(callId: string, connection: ConnectionId, type: 'lost' | 'leave'): Promise<void> {
    this.#settle(callId, await this.#writer.apply(callId, { type, connection }));
  }

  #departLater(callId: string, connection: ConnectionId, type: 'lost' | 'leave'): void {
    this.#retries.add(connection, () => this.#departNow(callId, connection, type), this.#durations.leaseMs);
  }

  /** What is left to do after the state was read or written. */
  #settle(callId: string, { call, at, tells }: Written): void {
    for (const [connection, message] of tells) this.#tell(callId, connection, message);
    if (!call) return;
    // Somebody has to notice when the last one's time is up, though nobody is there to be told.
    const isOurs = this.#visitors.has(callId) || call.seats.every((seat) => seat.is !== 'present');
    this.#wakeIn(callId, isOurs ? changesIn(call, at) : null);
  }

  #heard(callId: string, bulletin: Bulletin): void {
    if (!this.#visitors.has(callId)) return;
    if (bulletin.is === 'relay') {
      this.#outlet?.relay(callId, otherSeat(bulletin.from.seat), bulletin.from, bulletin.payload);
    } else {
      for (const [connection, message] of bulletin.tells) this.#tell(callId, connection, message);
      for (const visitor of this.#visitors.of(callId)) {
        // The store has lost the state this one sat in, and somebody made a new one.
        if (visitor.born !== null && visitor.born !== bulletin.born) this.#loseTrack(visitor);
      }
      this.#wakeIn(callId, bulletin.changesIn);
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
    if (message.type !== 'peer') this.#visitors.remove(visitor);
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

  /** One alarm per call, for when time alone changes it. */
  #wakeIn(callId: string, ms: number | null): void {
    clearTimeout(this.#alarms.get(callId));
    this.#alarms.delete(callId);
    if (ms === null) return;
    const alarm = setTimeout(
      () => {
        this.#alarms.delete(callId);
        this.#retries.add(`tick ${callId}`, () => this.#tick(callId));
      },
      Math.min(ms + 1, MAX_TIMER_MS),
    );
    this.#alarms.set(callId, alarm.unref());
  }

  async #tick(callId: string): Promise<void> {
    const written = await this.#writer.apply(callId, { type: 'tick' });
    this.#settle(callId, written);
    if (!written.call) for (const visitor of this.#visitors.of(callId)) this.#judge(visitor, written);
  }
}

const isSeated = (call: Call | null, connection: ConnectionId): boolean =>
  call?.seats.some((seat) => seat.is === 'present' && seat.connection === connection) ?? false;
