import type { Call } from './call-state.js';
import type { Loaded, PresenceStore, StoreListener } from './presence-store.js';

interface Entry {
  readonly call: Call;
  readonly version: number;
  /** By the same clock as everything here. */
  readonly expiresAt: number;
}

/** How often (ms) entries that nobody asks for any more are looked for. */
const SWEEP_MS = 60_000;

/** Presence of one process, in its memory. The embedded default. */
export class MemoryPresenceStore implements PresenceStore {
  readonly #entries = new Map<string, Entry>();
  readonly #subscribed = new Set<string>();
  readonly #sweeper: NodeJS.Timeout;
  #listener: StoreListener | null = null;

  constructor() {
    this.#sweeper = setInterval(() => {
      for (const callId of this.#entries.keys()) this.#current(callId);
    }, SWEEP_MS).unref();
  }

  load(callId: string): Promise<Loaded> {
    const entry = this.#current(callId);
    return Promise.resolve({ call: entry?.call ?? null, version: entry?.version ?? 0, at: Date.now() });
  }

  swap(callId: string, version: number, call: Call, ttlMs: number, message?: string): Promise<boolean> {
    if ((this.#current(callId)?.version ?? 0) !== version) return Promise.resolve(false);
    this.#entries.set(callId, { call, version: version + 1, expiresAt: Date.now() + ttlMs });
    if (message !== undefined) this.#deliver(callId, message);
    return Promise.resolve(true);
  }

  publish(callId: string, message: string): Promise<void> {
    this.#deliver(callId, message);
    return Promise.resolve();
  }

  subscribe(callId: string): Promise<void> {
    this.#subscribed.add(callId);
    return Promise.resolve();
  }

  unsubscribe(callId: string): Promise<void> {
    this.#subscribed.delete(callId);
    return Promise.resolve();
  }

  listen(listener: StoreListener): void {
    this.#listener = listener;
  }

  ping(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    clearInterval(this.#sweeper);
    this.#listener = null;
    return Promise.resolve();
  }

  /** In a turn of its own, as from any other store: nobody hears a message inside the call that caused it. */
  #deliver(callId: string, message: string): void {
    queueMicrotask(() => {
      if (this.#subscribed.has(callId)) this.#listener?.onMessage(callId, message);
    });
  }

  #current(callId: string): Entry | undefined {
    const entry = this.#entries.get(callId);
    if (!entry || entry.expiresAt > Date.now()) return entry;
    this.#entries.delete(callId);
    return undefined;
  }
}
