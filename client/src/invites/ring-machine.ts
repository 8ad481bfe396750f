import type { RingNews, RingState } from '@protocol';
import type { InvitesProblem } from './invites-api';
import type {
  CallerEffect,
  CallerInput,
  CallerState,
  CallerStep,
  Ended,
  Line,
  Phase,
  Reached,
  Ringing,
  Time,
  Unavailable,
} from './ring-state';

export type * from './ring-state';

// What becomes of ringing somebody, as its caller sees it. Pure: time and answers are inputs, what follows is data.

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
  // Busy from the start, it never rang: busy later is what the person said.
  if (news.state === 'busy') return to(state, { is: 'over', how: 'engaged' }, LEAVE);
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
  const { phase } = state;
  if (phase.is === 'idle' && !accepting) return to(known, { is: 'unavailable', why: 'not-accepting' });
  const resumed = phase.is === 'unavailable' && phase.why === 'not-accepting' && accepting;
  return resumed ? to(known, { is: 'idle', problem: null }) : same(known);
}

/** Whoever rings or waits already hears from the ring itself what becomes of it. */
function unavailable(state: CallerState, why: Unavailable): CallerStep {
  const { phase } = state;
  if (isUnderway(phase) || phase.is === 'answered') return same(state);
  return to(state, { is: 'unavailable', why }, ...(phase.is === 'calling' ? [LEAVE] : []));
}

/** One thing that happened. `at`: when (ms, performance.now()). */
export function stepCaller(state: CallerState, input: CallerInput, at: Time): CallerStep {
  const { phase } = state;
  switch (input.type) {
    case 'looked':
      return looked(state, input.accepting, input.line);
    case 'unavailable':
      return unavailable(state, input.why);
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
