import type { Answer } from './answer.js';
import type { Bulletin } from './bulletin.js';
import type { Call, Time } from './call-state.js';

/** A call as the store has it. `version` 0 with `call` null: the store has nothing (never had, expired, or lost). */
export interface Loaded {
  readonly call: Call | null;
  readonly version: number;
  /** The store's own clock at the moment of loading. */
  readonly at: Time;
}

/** What a change was decided by. */
export type Basis = Pick<Loaded, 'version' | 'at'>;

/** What became of a change. */
export type Swapped =
  | { readonly is: 'done'; readonly version: number; readonly at: Time }
  /** Nothing was written: this is how it stands now. */
  | { readonly is: 'beaten'; readonly now: Loaded };

/** Hears what is published about the calls this process subscribed to, in the order of publishing. */
export interface StoreListener {
  onBulletin(callId: string, bulletin: Bulletin): void;
  /** Bulletins may have been missed (the connection to the store broke and is back): reload what is live here. */
  onGap(): void;
}

/**
 * Where calls are kept. It knows no rule: it loads, compares and swaps, publishes. Any method rejects while the store
 * cannot be reached; none hangs (each has a time limit of a few seconds). One that cannot be away answers at once.
 */
export interface PresenceStore {
  /** Do other processes share it, and does it outlive this one? Then a seat may be left behind by a process that died. */
  readonly isShared: boolean;
  load(callId: string): Answer<Loaded>;
  /**
   * Writes `call` if the stored version still is that of `basis`, lets it live `ttlMs` from now, and publishes `bulletin`
   * (when given) in the same atomic step, so that everybody hears changes in their order. `beaten`: somebody was faster, or
   * what `basis` takes for the store's time is off by seconds.
   */
  swap(callId: string, basis: Basis, call: Call, ttlMs: number, bulletin?: Bulletin): Answer<Swapped>;
  /** To every process that subscribed to this call, this one included. */
  publish(callId: string, bulletin: Bulletin): Promise<void>;
  /** Done when bulletins published from now on will arrive. */
  subscribe(callId: string): Answer<void>;
  unsubscribe(callId: string): Answer<void>;
  /** The one listener of this process; set before the first subscribe. */
  listen(listener: StoreListener): void;
  /** Can it be reached now? Rejects with the reason when not. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** Injection token of the one `PresenceStore`. */
export const PRESENCE_STORE = Symbol('PresenceStore');
