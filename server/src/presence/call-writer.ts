import { onceKnown, type Answer } from './answer.js';
import type { Bulletin, Tell } from './bulletin.js';
import { step, type Effect, type Input } from './call-machine.js';
import type { CallRecorder } from './call-recorder.js';
import type { Durations } from './call-seating.js';
import { newCall, nextChange, storedForMs, type Call, type Time } from './call-state.js';
import { LastSeen } from './last-seen.js';
import type { Loaded, PresenceStore, Swapped } from './presence-store.js';
import type { PresenceWatch } from './presence-watch.js';
import { StoreUnavailable } from './store-unavailable.js';

type Untimed<I> = I extends Input ? Omit<I, 'at'> : never;
/** An input whose time is still to come: the store's clock says it. */
export type Wish = Untimed<Input>;

/** What the store holds now, and what is still to be told because nothing changed that could have been published. */
export interface Written {
  /** null: there is no such call. */
  readonly call: Call | null;
  readonly at: Time;
  readonly tells: readonly Tell[];
}

export interface WriterOptions extends Durations {
  /** ms the state of an empty call is kept. */
  readonly callTtlMs: number;
}

/** Somebody else was faster: so often at most, then the store counts as unavailable. */
const MAX_RACES = 40;
/** ms; between two attempts a random part of this, so that two processes don't collide in step. */
const MAX_RACE_PAUSE_MS = 40;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const NOTHING: readonly Tell[] = [];

function tellsOf(effects: readonly Effect[]): readonly Tell[] {
  if (effects.length === 0) return NOTHING;
  const tells: Tell[] = [];
  for (const effect of effects) if (effect.type === 'tell') tells.push([effect.connection, effect.message]);
  return tells;
}

/** How long from `at` until a call changes by itself (ms). */
export function changesIn(call: Call, at: Time): number | null {
  const next = nextChange(call);
  return next === null ? null : Math.max(0, next - at);
}

type MayBegin = (at: Time) => boolean;
const NEVER: MayBegin = () => false;

/** What an attempt came to. */
type Outcome =
  | { readonly is: 'written'; readonly written: Written }
  | { readonly is: 'unchanged'; readonly written: Written }
  | { readonly is: 'beaten'; readonly now: Loaded };

/**
 * Brings inputs to the one copy of a call's state: load, step, compare and swap; on a lost race once more. Of a store that is
 * somewhere else it does not ask first what it probably knows: the swap says whether that was so.
 */
export class CallWriter {
  readonly #seen: LastSeen | null;

  constructor(
    private readonly store: PresenceStore,
    private readonly options: WriterOptions,
    private readonly recorder: CallRecorder | undefined,
    private readonly watch?: PresenceWatch,
  ) {
    this.#seen = store.isShared ? new LastSeen() : null;
  }

  /**
   * @param mayBegin whether a call that the store does not have may begin with this.
   * @throws StoreUnavailable; the input may have been written all the same.
   */
  apply(callId: string, wish: Wish, mayBegin = NEVER): Answer<Written> {
    const guess = this.#seen?.guess(callId);
    if (!guess) return this.#load(callId, wish, mayBegin);
    return onceKnown(this.#attempt(callId, wish, mayBegin, guess), (outcome) => {
      if (outcome.is === 'written') return outcome.written;
      // That nothing is to be done, or that somebody is refused, a guess does not say.
      if (outcome.is === 'unchanged') return this.#load(callId, wish, mayBegin);
      return this.#from(callId, wish, mayBegin, outcome.now);
    });
  }

  /** Nobody of that call is here any more. */
  forget(callId: string): void {
    this.#seen?.forget(callId);
  }

  #load(callId: string, wish: Wish, mayBegin: MayBegin): Answer<Written> {
    return onceKnown(this.store.load(callId), (loaded) => this.#from(callId, wish, mayBegin, loaded));
  }

  #from(callId: string, wish: Wish, mayBegin: MayBegin, loaded: Loaded): Answer<Written> {
    this.#seen?.clock(loaded.at);
    return onceKnown(this.#attempt(callId, wish, mayBegin, loaded), (outcome) =>
      outcome.is === 'beaten' ? this.#again(callId, wish, mayBegin) : outcome.written,
    );
  }

  async #again(callId: string, wish: Wish, mayBegin: MayBegin): Promise<Written> {
    for (let races = 1; races < MAX_RACES; races += 1) {
      this.watch?.conflict('retried');
      await pause(Math.random() * Math.min(2 ** races, MAX_RACE_PAUSE_MS));
      const outcome = await this.#attempt(callId, wish, mayBegin, await this.store.load(callId));
      if (outcome.is !== 'beaten') return outcome.written;
    }
    this.watch?.conflict('given-up');
    throw new StoreUnavailable(new Error(`${MAX_RACES} races for one call were lost`));
  }

  #attempt(callId: string, wish: Wish, mayBegin: MayBegin, loaded: Loaded): Answer<Outcome> {
    const { call: stored, version, at } = loaded;
    if (!stored && !mayBegin(at)) return { is: 'unchanged', written: { call: null, at, tells: NOTHING } };
    const { call, effects } = step(stored ?? newCall(at), { ...wish, at }, this.options);
    const tells = tellsOf(effects);
    if (call === stored) {
      this.#seen?.keep(callId, call, version);
      return { is: 'unchanged', written: { call, at, tells } };
    }
    const ttlMs = storedForMs(call, at, this.options.graceMs, this.options.callTtlMs);
    const bulletin: Bulletin | undefined =
      tells.length === 0
        ? undefined
        : { is: 'change', born: call.born, changesIn: changesIn(call, at), tells };
    return onceKnown(this.store.swap(callId, loaded, call, ttlMs, bulletin), (swapped) =>
      this.#swapped(callId, swapped, { call, at, tells: NOTHING }, effects),
    );
  }

  #swapped(
    callId: string,
    swapped: Swapped,
    written: Written & { readonly call: Call },
    effects: readonly Effect[],
  ): Outcome {
    if (swapped.is === 'beaten') return swapped;
    this.#seen?.clock(swapped.at);
    this.#seen?.keep(callId, written.call, swapped.version);
    for (const effect of effects) {
      if (effect.type === 'record') this.recorder?.event(callId, effect.event, written.at);
    }
    return { is: 'written', written };
  }
}
