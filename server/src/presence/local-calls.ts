import type { ConnectionId, HolderId } from './call-state.js';

interface LocalCall {
  readonly holders: Map<ConnectionId, HolderId>;
  /** Fires when the call may change by itself. */
  timer: NodeJS.Timeout | null;
}

/** The longest a timer may be (ms): what is later is looked at again then. */
const LONGEST_TIMER_MS = 24 * 3_600_000;

/** Which connections of this process are about which call, and one timer for each of those calls. */
export class LocalCalls {
  readonly #calls = new Map<string, LocalCall>();
  readonly #due: (callId: string) => void;

  constructor(due: (callId: string) => void) {
    this.#due = due;
  }

  /** True: the first connection of this call here. */
  add(callId: string, connection: ConnectionId, holder: HolderId): boolean {
    const known = this.#calls.get(callId);
    const call: LocalCall = known ?? { holders: new Map<ConnectionId, HolderId>(), timer: null };
    call.holders.set(connection, holder);
    this.#calls.set(callId, call);
    return known === undefined;
  }

  /** True: that was the last connection of this call here. */
  remove(callId: string, connection: ConnectionId): boolean {
    const call = this.#calls.get(callId);
    if (!call?.holders.delete(connection) || call.holders.size > 0) return false;
    if (call.timer) clearTimeout(call.timer);
    this.#calls.delete(callId);
    return true;
  }

  has(callId: string): boolean {
    return this.#calls.has(callId);
  }

  ids(): string[] {
    return [...this.#calls.keys()];
  }

  connections(callId: string): [ConnectionId, HolderId][] {
    return [...(this.#calls.get(callId)?.holders ?? [])];
  }

  holder(callId: string, connection: ConnectionId): HolderId | undefined {
    return this.#calls.get(callId)?.holders.get(connection);
  }

  /** One timer a call: the newest word about when it changes by itself counts. */
  wakeIn(callId: string, ms: number | null): void {
    const call = this.#calls.get(callId);
    if (!call) return;
    if (call.timer) clearTimeout(call.timer);
    call.timer = null;
    if (ms === null) return;
    // One ms late rather than early: a seat whose time is up must be found up.
    const wait = Math.min(Math.max(ms, 0) + 1, LONGEST_TIMER_MS);
    call.timer = setTimeout(() => {
      this.#due(callId);
    }, wait);
  }

  clear(): void {
    for (const { timer } of this.#calls.values()) if (timer) clearTimeout(timer);
    this.#calls.clear();
  }
}
