import type { Answer } from './answer.js';
import type { ConnectionId, HolderId, Time } from './call-state.js';
import type { PresenceStore } from './presence-store.js';

/** One connection of this process that asked for a seat, until its last word. */
export class Visitor {
  /** `born` of the state it was last told it sits in; null: not told yet. */
  born: Time | null = null;
  /** Ends when the last thing that was begun does; null: nothing is under way. */
  #underWay: Promise<void> | null = null;

  constructor(
    readonly callId: string,
    readonly connection: ConnectionId,
    readonly holder: HolderId,
    /** Done once it will hear what is published about its call. */
    readonly subscribed: Answer<void>,
  ) {}

  /** One thing at a time, in order: a loss must not overtake the entering it ends. */
  inLine<T>(task: () => Answer<T>): Answer<T> {
    const result = this.#underWay === null ? task() : this.#underWay.then(task);
    if (result instanceof Promise) this.#await(result);
    return result;
  }

  #await(result: Promise<unknown>): void {
    const over = () => {
      if (this.#underWay === last) this.#underWay = null;
    };
    const last: Promise<void> = result.then(over, over);
    this.#underWay = last;
  }
}

const NOBODY: readonly Visitor[] = [];

interface Group {
  readonly subscribed: Answer<void>;
  /** When the call's id was made. */
  readonly madeAt: Time;
  /** Two, and for a moment more. */
  visitors: readonly Visitor[];
}

/** The connections of this process by call; listens on the store for exactly those calls. */
export class Visitors {
  readonly #groups = new Map<string, Group>();

  /** @param onLastGone no connection of that call is left here. */
  constructor(
    private readonly store: PresenceStore,
    private readonly onLastGone: (callId: string) => void,
  ) {}

  /** @param madeAt when the call's id was made. */
  add(callId: string, madeAt: Time, connection: ConnectionId, holder: HolderId): Visitor {
    const group = this.#groups.get(callId) ?? this.#newGroup(callId, madeAt);
    const visitor = new Visitor(callId, connection, holder, group.subscribed);
    group.visitors = [...group.visitors.filter((each) => each.connection !== connection), visitor];
    return visitor;
  }

  find(callId: string, connection: ConnectionId): Visitor | undefined {
    return this.#groups.get(callId)?.visitors.find((visitor) => visitor.connection === connection);
  }

  /** When this call's id was made, as somebody who is here has proved. */
  madeAt(callId: string): Time | undefined {
    return this.#groups.get(callId)?.madeAt;
  }

  has(callId: string): boolean {
    return this.#groups.has(callId);
  }

  of(callId: string): readonly Visitor[] {
    return this.#groups.get(callId)?.visitors ?? NOBODY;
  }

  calls(): string[] {
    return [...this.#groups.keys()];
  }

  remove(visitor: Visitor): void {
    const { callId } = visitor;
    const group = this.#groups.get(callId);
    if (!group?.visitors.includes(visitor)) return;
    group.visitors = group.visitors.filter((each) => each !== visitor);
    if (group.visitors.length > 0) return;
    this.#groups.delete(callId);
    this.onLastGone(callId);
    // A store that is away has forgotten the subscription by itself.
    const unsubscribed = this.store.unsubscribe(callId);
    if (unsubscribed instanceof Promise) unsubscribed.catch(() => undefined);
  }

  #newGroup(callId: string, madeAt: Time): Group {
    const subscribed = this.store.subscribe(callId);
    // Whoever waits for it hears of its failure; nobody may be waiting yet.
    if (subscribed instanceof Promise) subscribed.catch(() => undefined);
    const group = { subscribed, madeAt, visitors: NOBODY };
    this.#groups.set(callId, group);
    return group;
  }
}
