import type { RingNews, RingState, UndeliveredReason } from '@protocol';
import type { InvitesProblem } from './invites-api';

// What becomes of ringing somebody, as its caller sees it. Pure: time and answers are inputs, what follows is data.

/** ms on any clock that only goes forward. */
type Time = number;

export interface MadeCall {
  readonly callId: string;
  readonly key: string;
}

/** The link's line; null: callers do not wait there. */
export type Line = { readonly minutes: number | null } | null;

/** Why nobody can be rung through this link. */
export type Unavailable = 'gone' | 'not-accepting' | 'damaged' | 'insecure' | 'no-webrtc';

/** How a ring that was not answered came to its end. `lost`: the caller was away for too long. */
export type Ended = 'declined' | 'busy' | 'missed' | 'closed' | 'lost';

/** Why ringing did not begin. */
export type StartProblem = 'offline' | 'busy' | 'unavailable';

/** `not-yet`: on its way. `yes`: it rings over there. */
export type Reached = 'not-yet' | 'yes' | UndeliveredReason;

export interface Ringing {
  readonly call: MadeCall;
  readonly ringId: string;
  /** The page has its seat in the call now, and hears what becomes of the ring. */
  readonly seated: boolean;
  /** When the server is asked, should nothing be heard until then. */
  readonly askAt: Time;
}

export type Phase =
  | { readonly is: 'idle'; readonly problem: StartProblem | null }
  | { readonly is: 'unavailable'; readonly why: Unavailable }
  /** It rings as soon as there is a call, a seat in it, and the person has answered their browser's question. */
  | {
      readonly is: 'calling';
      readonly call: MadeCall | null;
      readonly seated: boolean;
      /** The browser asks whether the page may use camera and microphone. */
      readonly asking: boolean;
      readonly posted: boolean;
      /** What the socket said of the ring before the answer that names it was here. */
      readonly early: RingNews | null;
    }
  | ({ readonly is: 'ringing'; readonly reached: Reached } & Ringing)
  /** `place`: 1 is next; null: not told yet, after a reload. */
  | ({ readonly is: 'waiting'; readonly place: number | null } & Ringing)
  | { readonly is: 'answered'; readonly call: MadeCall }
  | { readonly is: 'over'; readonly how: Ended };

export interface CallerState {
  readonly phase: Phase;
  readonly line: Line;
  /** Which try this is: answers to an earlier one are late. */
  readonly attempt: number;
}

export type CallerInput =
  /** What the server says about the link before anybody rings. */
  | { readonly type: 'looked'; readonly accepting: boolean; readonly line: Line }
  | { readonly type: 'unavailable'; readonly why: Unavailable }
  | { readonly type: 'ring' }
  | { readonly type: 'made'; readonly attempt: number; readonly call: MadeCall }
  | { readonly type: 'not-made'; readonly attempt: number; readonly problem: StartProblem }
  /** The browser's question is answered, or was none. */
  | { readonly type: 'permitted'; readonly attempt: number }
  | { readonly type: 'entered' }
  | { readonly type: 'cut-off' }
  /** The call takes this page no more. */
  | { readonly type: 'thrown-out' }
  | { readonly type: 'posted'; readonly attempt: number; readonly news: RingNews }
  | { readonly type: 'not-posted'; readonly attempt: number; readonly problem: InvitesProblem }
  | { readonly type: 'news'; readonly news: RingNews }
  /** The server knows no such ring. */
  | { readonly type: 'unknown-ring'; readonly ringId: string }
  /** Somebody has come into the call: what the server says of the ring may have been missed. */
  | { readonly type: 'somebody-came' }
  /** This tab waited in a line before its page was loaded anew. */
  | { readonly type: 'resume'; readonly call: MadeCall; readonly ringId: string }
  | { readonly type: 'cancel' }
  /** The page goes away: for good, or to be loaded anew. */
  | { readonly type: 'page-goes' }
  | { readonly type: 'tick' };

export type CallerEffect =
  | { readonly type: 'make-call'; readonly attempt: number }
  | { readonly type: 'enter'; readonly call: MadeCall }
  | { readonly type: 'post'; readonly attempt: number; readonly call: MadeCall }
  | { readonly type: 'ask'; readonly ringId: string }
  | { readonly type: 'cancel'; readonly ringId: string }
  /** The call is of no use any more. */
  | { readonly type: 'leave-call' }
  | { readonly type: 'go-in'; readonly call: MadeCall };

export interface CallerStep {
  readonly state: CallerState;
  readonly effects: readonly CallerEffect[];
}

/** News come over the socket at once; this is for those that got lost (ms). */
export const ASK_EVERY_MS = 15_000;

export const initialCaller: CallerState = {
  phase: { is: 'idle', problem: null },
  line: null,
  attempt: 0,
};

const LEAVE: CallerEffect = { type: 'leave-call' };

const to = (state: CallerState, phase: Phase, ...effects: CallerEffect[]): CallerStep => ({
  state: { ...state, phase },
  effects,
});
const same = (state: CallerState, ...effects: CallerEffect[]): CallerStep => ({ state, effects });

const isUnderway = (phase: Phase): phase is Extract<Phase, Ringing> =>
  phase.is === 'ringing' || phase.is === 'waiting';

/** Where a button says *Ring*. */
export const mayRing = ({ phase }: CallerState): boolean =>
  phase.is === 'idle' || phase.is === 'over' || (phase.is === 'unavailable' && phase.why === 'not-accepting');

function postWhenReady(state: CallerState): CallerStep {
  const { phase, attempt } = state;
  if (phase.is !== 'calling' || !phase.call || !phase.seated || phase.asking || phase.posted) {
    return same(state);
  }
  return to(state, { ...phase, posted: true }, { type: 'post', attempt, call: phase.call });
}

const ENDED: Partial<Record<RingState, Ended>> = {
  declined: 'declined',
  busy: 'busy',
  missed: 'missed',
  closed: 'closed',
  cancelled: 'lost',
};

/** How far it has got; that it rings over there is not taken back by an older word. */
function reachedBy({ state, reason }: RingNews, before: Reached): Reached {
  if (state === 'delivered') return 'yes';
  if (state === 'undelivered') return reason ?? 'service-down';
  return before;
}

function hear(state: CallerState, ringing: Ringing, news: RingNews, at: Time): CallerStep {
  const { call, ringId, seated } = ringing;
  const how = ENDED[news.state];
  if (how) return to(state, { is: 'over', how }, LEAVE);
  if (news.state === 'answered') return to(state, { is: 'answered', call }, { type: 'go-in', call });
  const going = { call, ringId, seated, askAt: at + ASK_EVERY_MS };
  if (news.state === 'waiting') return to(state, { is: 'waiting', place: news.place ?? null, ...going });
  const before = state.phase.is === 'ringing' ? state.phase.reached : 'not-yet';
  return to(state, { is: 'ringing', reached: reachedBy(news, before), ...going });
}

function posted(state: CallerState, attempt: number, news: RingNews, at: Time): CallerStep {
  const { phase } = state;
  // Cancelled while the server was asked: it rings all the same, unless it is told.
  if (phase.is !== 'calling' || attempt !== state.attempt || !phase.call) {
    return same(state, { type: 'cancel', ringId: news.ringId });
  }
  const { call, seated } = phase;
  const ringing = { call, ringId: news.ringId, seated, askAt: at + ASK_EVERY_MS };
  const newest = phase.early?.ringId === news.ringId ? phase.early : news;
  return hear(state, ringing, newest, at);
}

function news(state: CallerState, said: RingNews, at: Time): CallerStep {
  const { phase } = state;
  if (phase.is === 'calling' && phase.posted) return to(state, { ...phase, early: said });
  return isUnderway(phase) && phase.ringId === said.ringId ? hear(state, phase, said, at) : same(state);
}

function notPosted(state: CallerState, problem: InvitesProblem): CallerStep {
  if (problem === 'gone' || problem === 'not-accepting') {
    return to(state, { is: 'unavailable', why: problem }, LEAVE);
  }
  const said = problem === 'offline' || problem === 'busy' ? problem : 'unavailable';
  return to(state, { is: 'idle', problem: said }, LEAVE);
}

function cancel(state: CallerState): CallerStep {
  const { phase } = state;
  if (isUnderway(phase)) {
    const told: CallerEffect = { type: 'cancel', ringId: phase.ringId };
    return to(state, { is: 'idle', problem: null }, told, LEAVE);
  }
  if (phase.is !== 'calling') return same(state);
  return to({ ...state, attempt: state.attempt + 1 }, { is: 'idle', problem: null }, LEAVE);
}

function entered(state: CallerState): CallerStep {
  const { phase } = state;
  if (phase.is === 'calling') return postWhenReady({ ...state, phase: { ...phase, seated: true } });
  if (!isUnderway(phase)) return same(state);
  return to(state, { ...phase, seated: true }, { type: 'ask', ringId: phase.ringId });
}

function ask(state: CallerState, at: Time): CallerStep {
  const { phase } = state;
  if (!isUnderway(phase)) return same(state);
  return to(state, { ...phase, askAt: at + ASK_EVERY_MS }, { type: 'ask', ringId: phase.ringId });
}

function begin(state: CallerState): CallerStep {
  if (!mayRing(state)) return same(state);
  const attempt = state.attempt + 1;
  const phase: Phase = { is: 'calling', call: null, seated: false, asking: true, posted: false, early: null };
  return to({ ...state, attempt }, phase, { type: 'make-call', attempt });
}

/** The answers to what one try has asked for; those to an earlier try are late. */
function answerToTry(
  state: CallerState,
  input: Extract<CallerInput, { type: 'made' | 'not-made' | 'permitted' | 'not-posted' }>,
): CallerStep {
  const { phase } = state;
  if (phase.is !== 'calling' || input.attempt !== state.attempt) return same(state);
  switch (input.type) {
    case 'made':
      return to(state, { ...phase, call: input.call }, { type: 'enter', call: input.call });
    case 'not-made':
      return to(state, { is: 'idle', problem: input.problem });
    case 'permitted':
      return postWhenReady({ ...state, phase: { ...phase, asking: false } });
    case 'not-posted':
      return notPosted(state, input.problem);
  }
}

function looked(state: CallerState, accepting: boolean, line: Line): CallerStep {
  const known = { ...state, line };
  if (accepting || state.phase.is !== 'idle') return same(known);
  return to(known, { is: 'unavailable', why: 'not-accepting' });
}

/** One thing that happened. `at`: when (ms, performance.now()). */
export function stepCaller(state: CallerState, input: CallerInput, at: Time): CallerStep {
  const { phase } = state;
  switch (input.type) {
    case 'looked':
      return looked(state, input.accepting, input.line);
    case 'unavailable':
      return to(state, { is: 'unavailable', why: input.why }, ...(phase.is === 'calling' ? [LEAVE] : []));
    case 'ring':
      return begin(state);
    case 'made':
    case 'not-made':
    case 'permitted':
    case 'not-posted':
      return answerToTry(state, input);
    case 'posted':
      return posted(state, input.attempt, input.news, at);
    case 'entered':
      return entered(state);
    case 'cut-off':
      return isUnderway(phase) || phase.is === 'calling'
        ? to(state, { ...phase, seated: false })
        : same(state);
    case 'thrown-out':
      if (phase.is === 'calling') return to(state, { is: 'idle', problem: 'unavailable' }, LEAVE);
      return isUnderway(phase) ? to(state, { is: 'over', how: 'lost' }, LEAVE) : same(state);
    case 'news':
      return news(state, input.news, at);
    case 'unknown-ring': {
      const ours = isUnderway(phase) && phase.ringId === input.ringId;
      return ours ? to(state, { is: 'over', how: 'lost' }, LEAVE) : same(state);
    }
    case 'resume': {
      const { call, ringId } = input;
      const ringing = { call, ringId, seated: false, askAt: at + ASK_EVERY_MS };
      return to(state, { is: 'waiting', place: null, ...ringing }, { type: 'enter', call });
    }
    case 'cancel':
      return cancel(state);
    case 'page-goes':
      // Who waits in a line may be loading the page anew; that nobody is there any more, the server sees by itself.
      return phase.is === 'waiting' ? same(state) : cancel(state);
    case 'somebody-came':
      return ask(state, at);
    case 'tick':
      return isUnderway(phase) && phase.askAt <= at ? ask(state, at) : same(state);
  }
}

/** When something is due by itself; null: never. */
export const nextAsk = ({ phase }: CallerState): Time | null => (isUnderway(phase) ? phase.askAt : null);
