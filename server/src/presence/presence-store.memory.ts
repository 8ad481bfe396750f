import type { Bulletin } from './bulletin.js';
import type { Call, Time } from './call-state.js';
import type { Basis, Loaded, PresenceStore, StoreListener, Swapped } from './presence-store.js';

interface Entry {
  readonly version: number;
  /** Never changed in place: a new state is a new object. */
  readonly call: Call;
  readonly expiresAt: Time;
}

/** Writes between two searches for calls that have expired; more where there are more calls, so that a write costs the same. */
const SWEEP_EVERY = 1000;

/** ms since 1970 by a clock that no correction of the wall clock turns back. */
const steadyNow = (): Time => Math.floor(performance.timeOrigin + performance.now());

/** Calls in this one process, the embedded default. A restart loses them; tickets bring people back. */
export class MemoryPresenceStore implements PresenceStore {
  readonly isShared = false;
  readonly #calls = new Map<string, Entry>();
  readonly #subscribed = new Set<string>();
  readonly #now: () => Time;
  #listener: StoreListener | null = null;
  #versions = 0;
  #sweepAt = SWEEP_EVERY;
  #undelivered: [string, Bulletin][] = [];

  /** @param now the store's clock. */
  constructor(now: () => Time = steadyNow) {
    this.#now = now;
  }

  load(callId: string): Loaded {
    const at = this.#now();
    const entry = this.#current(callId, at);
    return { call: entry?.call ?? null, version: entry?.version ?? 0, at };
  }

  swap(callId: string, basis: Basis, call: Call, ttlMs: number, bulletin?: Bulletin): Swapped {
    const at = this.#now();
    if ((this.#current(callId, at)?.version ?? 0) !== basis.version)
      return { is: 'beaten', now: this.load(callId) };
    // Counted over all calls: what was loaded before a call expired must not fit one that began anew.
    this.#versions += 1;
    this.#calls.set(callId, { version: this.#versions, call, expiresAt: at + ttlMs });
    if (this.#versions >= this.#sweepAt) this.#sweep(at);
    if (bulletin) this.#deliver(callId, bulletin);
    return { is: 'done', version: this.#versions, at };
  }

  async publish(callId: string, bulletin: Bulletin): Promise<void> {
    this.#deliver(callId, bulletin);
  }

  subscribe(callId: string): void {
    this.#subscribed.add(callId);
  }

  unsubscribe(callId: string): void {
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
    this.#undelivered.push([callId, bulletin]);
    if (this.#undelivered.length === 1) void Promise.resolve().then(this.#deliverAll);
  }

  readonly #deliverAll = (): void => {
    const due = this.#undelivered;
    this.#undelivered = [];
    for (const [callId, bulletin] of due) {
      if (this.#subscribed.has(callId)) this.#listener?.onBulletin(callId, bulletin);
    }
  };

  #current(callId: string, at: Time): Entry | undefined {
    const entry = this.#calls.get(callId);
    if (!entry || entry.expiresAt > at) return entry;
    this.#calls.delete(callId);
    return undefined;
  }

  #sweep(at: Time): void {
    for (const callId of this.#calls.keys()) this.#current(callId, at);
    this.#sweepAt = this.#versions + Math.max(SWEEP_EVERY, this.#calls.size);
  }
}
