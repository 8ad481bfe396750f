import type { ConnectionId, HolderId, Time } from './call-state.js';
import type { PresenceStore } from './presence-store.js';

/** One connection of this process that asked for a seat, until its last word. */
export class Visitor {
  /** `born` of the state it was last told it sits in; null: not told yet. */
  born: Time | null = null;
  #line: Promise<unknown> = Promise.resolve();

  constructor(
    readonly callId: string,
    readonly connection: ConnectionId,
    readonly holder: HolderId,
    /** Resolves once it will hear what is published about its call. */
    readonly subscribed: Promise<void>,
  ) {}

  /** One thing at a time, in order: a loss must not overtake the entering it ends. */
  inLine<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#line.then(task);
    this.#line = result.catch(() => undefined);
    return result;
  }
}

interface Group {
  readonly subscribed: Promise<void>;
  readonly visitors: Map<ConnectionId, Visitor>;
}

/** The connections of this process by call; listens on the store for exactly those calls. */
export class Visitors {
  readonly #groups = new Map<string, Group>();

  /** @param onLastGone no connection of that call is left here. */
  constructor(
    private readonly store: PresenceStore,
    private readonly onLastGone: (callId: string) => void,
  ) {}

  add(callId: string, connection: ConnectionId, holder: HolderId): Visitor {
    const group = this.#groups.get(callId) ?? this.#newGroup(callId);
    const visitor = new Visitor(callId, connection, holder, group.subscribed);
    group.visitors.set(connection, visitor);
    return visitor;
  }

  find(callId: string, connection: ConnectionId): Visitor | undefined {
    return this.#groups.get(callId)?.visitors.get(connection);
  }

  has(callId: string): boolean {
    return this.#groups.has(callId);
  }

  of(callId: string): Visitor[] {
    return [...(this.#groups.get(callId)?.visitors.values() ?? [])];
  }

  calls(): string[] {
    return [...this.#groups.keys()];
  }

  remove({ callId, connection }: Visitor): void {
    const group = this.#groups.get(callId);
    if (!group?.visitors.delete(connection) || group.visitors.size > 0) return;
    this.#groups.delete(callId);
    this.onLastGone(callId);
    // A store that is away has forgotten the subscription by itself.
    this.store.unsubscribe(callId).catch(() => undefined);
  }

  #newGroup(callId: string): Group {
    const subscribed = this.store.subscribe(callId);
    // Whoever waits for it hears of its failure; nobody may be waiting yet.
    subscribed.catch(() => undefined);
    const group = { subscribed, visitors: new Map<ConnectionId, Visitor>() };
    this.#groups.set(callId, group);
    return group;
  }
}
