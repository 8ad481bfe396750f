import { onceKnown, type Answer } from './answer.js';
import type { Bulletin, Tell } from './bulletin.js';
import { step, type Effect, type Input } from './call-machine.js';
import type { CallRecorder } from './call-recorder.js';
import type { Durations } from './call-seating.js';
import { newCall, nextChange, storedForMs, type Call, type Time } from './call-state.js';
import type { Loaded, PresenceStore } from './presence-store.js';
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

/** Brings inputs to the one copy of a call's state: load, step, compare and swap; on a lost race once more. */
export class CallWriter {
  constructor(
    private readonly store: PresenceStore,
    private readonly options: WriterOptions,
    private readonly recorder: CallRecorder | undefined,
    private readonly watch?: PresenceWatch,
  ) {}

  /**
   * @param mayBegin whether a call that the store does not have may begin with this.
   * @throws StoreUnavailable; the input may have been written all the same.
   */
  apply(callId: string, wish: Wish, mayBegin: (at: Time) => boolean = () => false): Answer<Written> {
    const attempt = () => this.#attempt(callId, wish, mayBegin);
    return onceKnown(attempt(), (written) => written ?? this.#again(attempt));
  }

  async #again(attempt: () => Answer<Written | null>): Promise<Written> {
    for (let races = 1; races < MAX_RACES; races += 1) {
      this.watch?.conflict('retried');
      await pause(Math.random() * Math.min(2 ** races, MAX_RACE_PAUSE_MS));
      const written = await attempt();
      if (written) return written;
    }
    this.watch?.conflict('given-up');
    throw new StoreUnavailable(new Error(`${MAX_RACES} races for one call were lost`));
  }

  /** null: somebody was faster. */
  #attempt(callId: string, wish: Wish, mayBegin: (at: Time) => boolean): Answer<Written | null> {
    return onceKnown(this.store.load(callId), (loaded) => {
      if (!loaded.call && !mayBegin(loaded.at)) return { call: null, at: loaded.at, tells: NOTHING };
      return this.#write(callId, wish, loaded);
    });
  }

  #write(callId: string, wish: Wish, { call: stored, version, at }: Loaded): Answer<Written | null> {
    const { call, effects } = step(stored ?? newCall(at), { ...wish, at }, this.options);
    const tells = tellsOf(effects);
    if (call === stored) return { call, at, tells };
    const ttlMs = storedForMs(call, at, this.options.graceMs, this.options.callTtlMs);
    const bulletin: Bulletin | undefined =
      tells.length === 0
        ? undefined
        : { is: 'change', born: call.born, changesIn: changesIn(call, at), tells };
    return onceKnown(this.store.swap(callId, version, call, ttlMs, bulletin), (isWritten) => {
      if (!isWritten) return null;
      for (const effect of effects) {
        if (effect.type === 'record') this.recorder?.event(callId, effect.event, at);
      }
      return { call, at, tells: NOTHING };
    });
  }
}
