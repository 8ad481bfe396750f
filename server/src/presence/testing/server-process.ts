import { randomBytes } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { expect } from 'vitest';
import { until } from '../../../../e2e/support/child.js';
import type { SeatNumber } from '../../protocol/index.js';
import { CallIds } from '../call-id.js';
import type { CallEvent } from '../call-machine.js';
import type { ConnectionId } from '../call-state.js';
import type { PresenceStore } from '../presence-store.js';
import { RedisPresenceStore } from '../presence-store.redis.js';
import { sharedAt } from './shared-at.js';
import { PresenceService, type PresenceOptions, type Told } from '../presence.service.js';

// What is logged about a Redis that a test takes away is no news.
Logger.overrideLogger(false);

export const SECRET = randomBytes(32);

/** Long enough that no time runs out while a test is about something else. */
export const OPTIONS: PresenceOptions = {
  graceMs: 600_000,
  pulseMs: 1_000_000,
  callTtlMs: 3_600_000,
  secret: SECRET,
};

export const newCallId = (): string => new CallIds(SECRET).make(Date.now());
export const newHolder = (): string => randomBytes(16).toString('base64url');

type ToldEntered = Extract<Told, { type: 'entered' }>;
type Verdict = Extract<Told, { type: 'entered' | 'refused' | 'superseded' }>;

const isVerdict = (message: Told): message is Verdict =>
  message.type === 'entered' || message.type === 'refused' || message.type === 'superseded';

/** One socket of a page, as a server process has it. */
export class Socket {
  readonly connection: ConnectionId = randomBytes(12).toString('base64url');
  readonly told: Told[] = [];
  isLost = false;

  constructor(
    private readonly presence: PresenceService,
    readonly callId: string,
    readonly holder: string,
  ) {}

  async enter(ticket?: string): Promise<'ok' | 'unknown-call'> {
    const who = { holder: this.holder, ...(ticket === undefined ? {} : { ticket }) };
    return this.presence.enter(this.callId, this.connection, who);
  }

  alive = async (peerAlive: boolean): Promise<void> =>
    this.presence.alive(this.callId, this.connection, peerAlive);
  lost = async (): Promise<void> => this.presence.lost(this.callId, this.connection);
  leave = async (): Promise<void> => this.presence.leave(this.callId, this.connection);
  block = async (): Promise<void> => this.presence.block(this.callId, this.connection);
  lock = async (on: boolean): Promise<void> => this.presence.lock(this.callId, this.connection, on);

  relay(payload: string): Promise<void> {
    const { seat, epoch } = this.entered;
    return this.presence.relay(this.callId, { seat, epoch }, payload);
  }

  get entered(): ToldEntered {
    const last = this.told.findLast((message): message is ToldEntered => message.type === 'entered');
    if (!last) throw new Error('nobody entered here');
    return last;
  }

  /** How the other is, as far as this one was told. */
  get peer(): string {
    const last = this.told.findLast((message) => message.type === 'entered' || message.type === 'peer');
    return last?.type === 'entered' ? last.peer.state : last?.type === 'peer' ? last.state : 'unknown';
  }

  /** Is the call locked, as far as this one was told? */
  get isLocked(): boolean {
    const last = this.told.findLast((message) => message.type === 'entered' || message.type === 'locked');
    return last?.type === 'entered' ? last.locked === true : last?.on === true;
  }

  /** What became of entering: where it sits, why it does not, or nothing yet. */
  get standing(): SeatNumber | 'full' | 'displaced' | 'superseded' | 'lost' | null {
    if (this.isLost) return 'lost';
    const verdict = this.told.findLast(isVerdict);
    if (verdict?.type === 'refused') return verdict.reason;
    return verdict?.type === 'entered' ? verdict.seat : (verdict?.type ?? null);
  }

  async hears(type: Told['type'], times = 1): Promise<void> {
    const count = () => this.told.filter((message) => message.type === type).length;
    await until(`${type} is told`, () => count() >= times);
  }

  async seesPeer(state: string): Promise<void> {
    await until(`the other is ${state}`, () => this.peer === state);
  }

  async seesLock(on: boolean): Promise<void> {
    await until(`the call is ${on ? 'locked' : 'open'}`, () => this.isLocked === on);
  }
}

/** One server process without its sockets: presence on a store. */
export class ServerProcess {
  readonly presence: PresenceService;
  readonly recorded: { callId: string; event: CallEvent }[] = [];
  readonly relayed: { callId: string; to: SeatNumber; payload: string }[] = [];
  readonly #sockets = new Map<ConnectionId, Socket>();

  constructor(store: PresenceStore, options: Partial<PresenceOptions> = {}) {
    this.presence = new PresenceService(
      store,
      { ...OPTIONS, ...options },
      { event: (callId, event) => this.recorded.push({ callId, event }) },
    );
    this.presence.attach({
      tell: (connection, message) => this.#sockets.get(connection)?.told.push(message),
      relay: (callId, to, _from, payload) => this.relayed.push({ callId, to, payload }) > 0,
      lostTrack: (connection) => {
        const socket = this.#sockets.get(connection);
        if (socket) socket.isLost = true;
      },
    });
  }

  static async onRedis(url: string, options: Partial<PresenceOptions> = {}): Promise<ServerProcess> {
    return new ServerProcess(await new RedisPresenceStore(sharedAt(url)).opened(), options);
  }

  socket(callId: string, holder: string = newHolder()): Socket {
    const socket = new Socket(this.presence, callId, holder);
    this.#sockets.set(socket.connection, socket);
    return socket;
  }

  /** A page enters, and hears that it is in. */
  async enters(callId: string, holder?: string, ticket?: string): Promise<Socket> {
    const socket = this.socket(callId, holder);
    expect(await socket.enter(ticket)).toBe('ok');
    await socket.hears('entered');
    return socket;
  }

  /** Ends as a process does that is killed: nobody's socket is reported as lost. */
  dies(): Promise<void> {
    return this.presence.onApplicationShutdown();
  }
}

/** Two people in a call, the second maybe at another process. */
export async function meet(
  first: ServerProcess,
  second: ServerProcess = first,
  callId: string = newCallId(),
) {
  const ann = await first.enters(callId);
  const bob = await second.enters(callId);
  await ann.seesPeer('present');
  return { callId, ann, bob };
}
