import type { Bulletin } from './bulletin.js';
import type { Call, Time } from './call-state.js';
import type { Loaded, PresenceStore, StoreListener } from './presence-store.js';

interface Entry {
  readonly version: number;
  /** Never changed in place: a new state is a new object. */
  readonly call: Call;
  readonly expiresAt: Time;
}

/** Writes between two searches for calls that have expired. */
const SWEEP_EVERY = 1000;

/** ms since 1970 by a clock that no correction of the wall clock turns back. */
const steadyNow = (): Time => Math.floor(performance.timeOrigin + performance.now());

/** Calls in this one process, the embedded default. A restart loses them; tickets bring people back. */
export class MemoryPresenceStore implements PresenceStore {
  readonly #calls = new Map<string, Entry>();
  readonly #subscribed = new Set<string>();
  readonly #now: () => Time;
  #listener: StoreListener | null = null;
  #versions = 0;

  /** @param now the store's clock. */
  constructor(now: () => Time = steadyNow) {
    this.#now = now;
  }

  async load(callId: string): Promise<Loaded> {
    const entry = this.#current(callId);
    return { call: entry?.call ?? null, version: entry?.version ?? 0, at: this.#now() };
  }

  async swap(
    callId: string,
    version: number,
    call: Call,
    ttlMs: number,
    bulletin?: Bulletin,
  ): Promise<boolean> {
    if ((this.#current(callId)?.version ?? 0) !== version) return false;
    // Counted over all calls: what was loaded before a call expired must not fit one that began anew.
    this.#versions += 1;
    const expiresAt = this.#now() + ttlMs;
    this.#calls.set(callId, { version: this.#versions, call, expiresAt });
    if (this.#versions % SWEEP_EVERY === 0) this.#sweep();
    if (bulletin) this.#deliver(callId, bulletin);
    return true;
  }

  async publish(callId: string, bulletin: Bulletin): Promise<void> {
    this.#deliver(callId, bulletin);
  }

  async subscribe(callId: string): Promise<void> {
    this.#subscribed.add(callId);
  }

  async unsubscribe(callId: string): Promise<void> {
    this.#subscribed.delete(callId);
  }

  listen(listener: StoreListener): void {
    this.#listener = listener;
  }

  async ping(): Promise<void> {
    // Always there.
  }

  async close(): Promise<void> {
    this.#listener = null;
  }

  /** In a turn of its own, as from any other store: nobody hears a message inside the call that caused it. */
  #deliver(callId: string, bulletin: Bulletin): void {
    queueMicrotask(() => {
      if (this.#subscribed.has(callId)) this.#listener?.onBulletin(callId, bulletin);
    });
  }

  #current(callId: string): Entry | undefined {
    const entry = this.#calls.get(callId);
    if (!entry || entry.expiresAt > this.#now()) return entry;
    this.#calls.delete(callId);
    return undefined;
  }

  #sweep(): void {
    for (const callId of [...this.#calls.keys()]) this.#current(callId);
  }
}
