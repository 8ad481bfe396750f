import { isOver, type RingState, type Rung } from '@protocol';

/** What the caller sealed: the key of the call they wait in, who they say they are, and a way back. */
export interface CallersWords {
  readonly key: string;
  /** Empty: they said nothing. */
  readonly name: string;
  readonly back: { readonly slug: string; readonly publicKey: string } | null;
}

/** How a ring stands in this page. */
export type Standing =
  /** Nobody has decided yet. `trouble`: an answer was tried; `unheard`: the server may have taken it all the same. */
  | { readonly is: 'ringing'; readonly trouble: 'none' | 'unheard' | 'unavailable' }
  /** The server is asked whether it is this device's. `heard`: what was told meanwhile of its end. */
  | { readonly is: 'answering'; readonly unheard: boolean; readonly heard: RingState | null }
  /** Too late; told until it is closed. */
  | { readonly is: 'late'; readonly why: 'over' | 'elsewhere' };

export interface RingAtHand {
  readonly ring: Rung;
  readonly words: CallersWords;
  /** ms, this page's clock: without another word it is over by then. */
  readonly until: number;
  readonly standing: Standing;
}

export interface RungState {
  /** The oldest first. */
  readonly rings: readonly RingAtHand[];
  /** Ids of rings that are over: whatever is still said of them is late. */
  readonly over: ReadonlySet<string>;
  /** Those of them that never rang here, and whose caller the server is asked for. */
  readonly untold: ReadonlySet<string>;
}

/** Which ways a ring can end that leave a trace with the one who was rung. */
export type TraceState = Extract<RingState, 'missed' | 'busy' | 'cancelled'>;

export type RungInput =
  /** By push, by the socket, or by asking: however often it is told, it is one ring. `words` null: they open nothing. */
  | { readonly type: 'rung'; readonly ring: Rung; readonly words: CallersWords | null; readonly at: number }
  | { readonly type: 'over'; readonly ringId: string; readonly state: RingState }
  | { readonly type: 'tick'; readonly at: number }
  | { readonly type: 'accept'; readonly ringId: string }
  /** What became of the answer. `over`, `elsewhere`: the ring was over, answered elsewhere. `unheard`: no answer came. */
  | {
      readonly type: 'outcome';
      readonly ringId: string;
      readonly so: 'done' | 'over' | 'elsewhere' | 'unheard' | 'unavailable';
    }
  | { readonly type: 'decline'; readonly ringId: string; readonly busy: boolean }
  /** The person has read that they were late. */
  | { readonly type: 'close'; readonly ringId: string };

export type RungEffect =
  /** There is something to ask the server about. */
  | { readonly type: 'look' }
  | { readonly type: 'answer'; readonly ringId: string }
  | { readonly type: 'decline'; readonly ringId: string; readonly busy: boolean }
  /** Straight into the call. */
  | { readonly type: 'enter'; readonly ring: Rung; readonly words: CallersWords }
  | { readonly type: 'close-notification'; readonly ringId: string }
  | {
      readonly type: 'keep-trace';
      readonly ring: Rung;
      readonly words: CallersWords | null;
      readonly state: TraceState;
    };

export interface RungStep {
  readonly state: RungState;
  readonly effects: readonly RungEffect[];
}

export const nobodyRings: RungState = { rings: [], over: new Set(), untold: new Set() };

/** The server says when a ring is over; if nothing is heard for so long (ms) after its time, this page says so itself. */
const SLACK_MS = 8_000;

const same = (state: RungState): RungStep => ({ state, effects: [] });

const find = (state: RungState, ringId: string): RingAtHand | undefined =>
  state.rings.find(({ ring }) => ring.ringId === ringId);

const stand = (state: RungState, ringId: string, standing: Standing): RungState => ({
  ...state,
  rings: state.rings.map((one) => (one.ring.ringId === ringId ? { ...one, standing } : one)),
});

/** It is over, and gone from the page. */
const end = (state: RungState, ringId: string): RungState => ({
  ...state,
  rings: state.rings.filter(({ ring }) => ring.ringId !== ringId),
  over: new Set([...state.over, ringId]),
});

const traceOf = (state: RingState): TraceState | null =>
  state === 'missed' || state === 'busy' || state === 'cancelled' ? state : null;

function leaveTrace(ring: Rung, words: CallersWords | null, as: RingState): readonly RungEffect[] {
  const state = traceOf(as);
  return state ? [{ type: 'keep-trace', ring, words, state }] : [];
}

function rung(state: RungState, { ring, words, at }: Extract<RungInput, { type: 'rung' }>): RungStep {
  const { ringId } = ring;
  if (state.untold.has(ringId) && isOver(ring.state)) {
    const untold = new Set([...state.untold].filter((one) => one !== ringId));
    return { state: { ...state, untold }, effects: leaveTrace(ring, words, ring.state) };
  }
  if (state.over.has(ringId)) return same(state);
  if (isOver(ring.state)) {
    if (find(state, ringId)) return step(state, { type: 'over', ringId, state: ring.state });
    return { state: end(state, ringId), effects: leaveTrace(ring, words, ring.state) };
  }
  // In a line nobody is rung: the owner takes the next when they like. And what opens nothing cannot be answered.
  if (ring.state === 'waiting' || !words || find(state, ringId)) return same(state);
  const until = at + (ring.expiresAt - ring.madeAt) + SLACK_MS;
  const standing: Standing = { is: 'ringing', trouble: 'none' };
  return { state: { ...state, rings: [...state.rings, { ring, words, until, standing }] }, effects: [] };
}

const enter = (state: RungState, { ring, words }: RingAtHand): RungStep => ({
  state: end(state, ring.ringId),
  effects: [
    { type: 'close-notification', ringId: ring.ringId },
    { type: 'enter', ring, words },
  ],
});

const late = (state: RungState, ringId: string, why: 'over' | 'elsewhere'): RungStep => ({
  state: stand(state, ringId, { is: 'late', why }),
  effects: [{ type: 'close-notification', ringId }],
});

function ended(state: RungState, ringId: string, as: RingState): RungStep {
  const known = find(state, ringId);
  // Whoever rang while another rang already was never shown here: who it was, the server says.
  if (!known && as === 'busy' && !state.over.has(ringId)) {
    const [over, untold] = [new Set([...state.over, ringId]), new Set([...state.untold, ringId])];
    return { state: { ...state, over, untold }, effects: [{ type: 'look' }] };
  }
  if (!known) return same({ ...state, over: new Set([...state.over, ringId]) });
  const { standing } = known;
  if (standing.is === 'late') return same(state);
  // Its end may be this very answer, told by another way: what the server says to the answer counts.
  if (standing.is === 'answering') return same(stand(state, ringId, { ...standing, heard: as }));
  if (as === 'answered' && standing.trouble === 'unheard') return enter(state, known);
  return {
    state: end(state, ringId),
    effects: [{ type: 'close-notification', ringId }, ...leaveTrace(known.ring, known.words, as)],
  };
}

function outcome(state: RungState, { ringId, so }: Extract<RungInput, { type: 'outcome' }>): RungStep {
  const known = find(state, ringId);
  if (known?.standing.is !== 'answering') return same(state);
  const { unheard, heard } = known.standing;
  switch (so) {
    case 'done':
      return enter(state, known);
    case 'over':
      return late(state, ringId, 'over');
    case 'elsewhere':
      // An answer of this page whose receipt was lost is no other device's.
      return unheard ? enter(state, known) : late(state, ringId, 'elsewhere');
    case 'unheard':
      if (heard === 'answered') return enter(state, known);
      if (heard) return late(state, ringId, 'over');
      return same(stand(state, ringId, { is: 'ringing', trouble: 'unheard' }));
    case 'unavailable':
      if (heard) return late(state, ringId, heard === 'answered' ? 'elsewhere' : 'over');
      return same(stand(state, ringId, { is: 'ringing', trouble: unheard ? 'unheard' : 'unavailable' }));
  }
}

function tick(state: RungState, at: number): RungStep {
  const due = state.rings.find(({ standing, until }) => standing.is === 'ringing' && at >= until);
  if (!due) return same(state);
  const first = ended(state, due.ring.ringId, 'missed');
  const rest = tick(first.state, at);
  return { state: rest.state, effects: [...first.effects, ...rest.effects] };
}

/** One step of what this page knows of who rings. Pure; late words about a ring that is over change nothing. */
export function step(state: RungState, input: RungInput): RungStep {
  if (input.type === 'rung') return rung(state, input);
  if (input.type === 'tick') return tick(state, input.at);
  if (input.type === 'over') return ended(state, input.ringId, input.state);
  if (input.type === 'outcome') return outcome(state, input);
  const { ringId } = input;
  const standing = find(state, ringId)?.standing;
  if (input.type === 'close') return standing?.is === 'late' ? same(end(state, ringId)) : same(state);
  if (standing?.is !== 'ringing') return same(state);
  if (input.type === 'accept') {
    const unheard = standing.trouble === 'unheard';
    return {
      state: stand(state, ringId, { is: 'answering', unheard, heard: null }),
      effects: [{ type: 'answer', ringId }],
    };
  }
  const { busy } = input;
  return {
    state: end(state, ringId),
    effects: [
      { type: 'decline', ringId, busy },
      { type: 'close-notification', ringId },
    ],
  };
}

/** When this state changes by itself; null: never. */
export function nextChange(state: RungState): number | null {
  const times = state.rings.flatMap(({ standing, until }) => (standing.is === 'ringing' ? [until] : []));
  return times.length === 0 ? null : Math.min(...times);
}

/** The one ring a page is about: one that can still be answered, before one that cannot any more. */
export const foremost = ({ rings }: RungState): RingAtHand | null =>
  rings.find(({ standing }) => standing.is !== 'late') ?? rings[0] ?? null;
