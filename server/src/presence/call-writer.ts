import type { Bulletin, Tell } from './bulletin.js';
import { step, type Effect, type Input } from './call-machine.js';
import type { CallRecorder } from './call-recorder.js';
import type { Durations } from './call-seating.js';
import { newCall, nextChange, storedForMs, type Call, type Time } from './call-state.js';
import type { PresenceStore } from './presence-store.js';
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

const tellsOf = (effects: readonly Effect[]): Tell[] =>
  effects.flatMap((effect) => (effect.type === 'tell' ? [[effect.connection, effect.message] as const] : []));

/** How long from `at` until a call changes by itself (ms). */
export function changesIn(call: Call, at: Time): number | null {
  const next = nextChange(call);
  return next === null ? null : Math.max(0, next - at);
}

/** Brings inputs to the one copy of a call's state: load, step, compare and swap; on a lost race once more. */
export class CallWriter {
  constructor(
    private readonly store: PresenceStore,
    private readonly options: WriterOptions,
    private readonly recorder: CallRecorder | undefined,
  ) {}

  /**
   * @param mayBegin whether a call that the store does not have may begin with this.
   * @throws StoreUnavailable; the input may have been written all the same.
   */
  async apply(callId: string, wish: Wish, mayBegin: (at: Time) => boolean = () => false): Promise<Written> {
    for (let races = 0; races < MAX_RACES; races += 1) {
      if (races > 0) await pause(Math.random() * Math.min(2 ** races, MAX_RACE_PAUSE_MS));
      const written = await this.#attempt(callId, wish, mayBegin);
      if (written) return written;
    }
    throw new StoreUnavailable(new Error(`${MAX_RACES} races for one call were lost`));
  }

  /** null: somebody was faster. */
  async #attempt(callId: string, wish: Wish, mayBegin: (at: Time) => boolean): Promise<Written | null> {
    const { call: stored, version, at } = await this.store.load(callId);
    if (!stored && !mayBegin(at)) return { call: null, at, tells: [] };
    const { call, effects } = step(stored ?? newCall(at), { ...wish, at }, this.options);
    const tells = tellsOf(effects);
    if (call === stored) return { call, at, tells };
    const ttlMs = storedForMs(call, at, this.options.graceMs, this.options.callTtlMs);
    const bulletin: Bulletin | undefined =
      tells.length === 0
        ? undefined
        : { is: 'change', born: call.born, changesIn: changesIn(call, at), tells };
    if (!(await this.store.swap(callId, version, call, ttlMs, bulletin))) return null;
    for (const effect of effects) {
      if (effect.type === 'record') this.recorder?.event(callId, effect.event, at);
    }
    return { call, at, tells: [] };
  }
}
