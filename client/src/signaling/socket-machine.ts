import type { Entered, RefusedReason, RingFrame, ServerFrame } from '@protocol';
import { pardon, retryDelay, type RetryCause } from './retry-policy';
import {
  answerDue,
  nextChange,
  PULSE_ANSWER_MS,
  QUICK_ANSWER_MS,
  URGENT_PULSE_MS,
  type Effect,
  type Input,
  type Moment,
  type Seat,
  type SignalingEvent,
  type SocketState,
  type Speaker,
  type Step,
  type Time,
} from './socket-state';

/** ms a seat must have been held for the connection to count as one that lasts. */
const LASTING_MS = 5_000;
/** ms after which an attempt to connect is not worth keeping when the network has changed. */
const STALE_CONNECT_MS = 1_000;
/** ms a timer may be late before it means that the page slept, and not that the server is silent. */
const SLEPT_MS = 2_000;

const FINAL: ReadonlySet<RefusedReason> = new Set(['full', 'displaced', 'unknown-call', 'bad-message']);

const tell = (event: SignalingEvent): Effect => ({ type: 'tell', event });
const same = (state: SocketState): Step => ({ state, effects: [] });

const connect = (state: SocketState, at: Time): Step => ({
  state: { ...state, link: { is: 'connecting', since: at } },
  effects: [{ type: 'connect' }],
});

const end = (state: SocketState, before: readonly Effect[] = []): Step => ({
  state: { ...state, link: { is: 'ended' } },
  effects: [...before, { type: 'disconnect' }],
});

function retry(state: SocketState, cause: RetryCause, { at, random }: Moment): Step {
  const { link, urgent } = state;
  const lasted = link.is === 'open' && link.seat.is === 'entered' && at - link.seat.since >= LASTING_MS;
  const attempt = lasted ? 0 : state.attempt;
  const until = at + retryDelay({ cause, attempt, urgent, random });
  return {
    state: { ...state, link: { is: 'waiting', until }, attempt: attempt + 1 },
    effects: [{ type: 'disconnect' }],
  };
}

/** The socket is gone, or as good as gone. */
function lose(state: SocketState, moment: Moment): Step {
  // One that was only held ready is made again when it is needed.
  if (!state.identity)
    return { state: { ...state, link: { is: 'idle' } }, effects: [{ type: 'disconnect' }] };
  const { state: next, effects } = retry(state, 'lost', moment);
  return state.told === 'offline'
    ? { state: next, effects }
    : { state: { ...next, told: 'offline' }, effects: [...effects, tell({ type: 'offline' })] };
}

/** The socket was closed. Where the server sent the page away, the page comes back as if nothing had gone wrong before. */
function closed(before: SocketState, closeCode: number, moment: Moment): Step {
  if (before.link.is !== 'connecting' && before.link.is !== 'open') return same(before);
  const pardons = pardon(before.pardons, closeCode, moment.at);
  return lose(pardons ? { ...before, attempt: 0, pardons } : before, moment);
}

const withSeat = (state: SocketState, seat: Seat): SocketState => ({ ...state, link: { is: 'open', seat } });

const askForSeat = (state: SocketState, identity: Speaker, at: Time): Step => ({
  state: withSeat(state, { is: 'asked', at }),
  effects: [{ type: 'send-enter', identity }],
});

function pulse(state: SocketState, at: Time, patience: number): Step {
  if (state.link.is !== 'open' || state.link.seat.is !== 'entered') return same(state);
  const { seat } = state.link;
  const question = seat.question
    ? { ...seat.question, patience: Math.min(patience, seat.question.patience) }
    : { at, patience, excused: false };
  return {
    state: withSeat(state, { ...seat, lastPulse: at, question }),
    effects: [{ type: 'send-pulse' }],
  };
}

function opened(state: SocketState, at: Time): Step {
  if (state.link.is !== 'connecting') return same(state);
  const open = withSeat({ ...state, told: 'online' }, { is: 'none' });
  const { state: next, effects } = state.identity ? askForSeat(open, state.identity, at) : same(open);
  return {
    state: next,
    effects: [...(state.told === 'offline' ? [tell({ type: 'online' })] : []), ...effects],
  };
}

/** The server knows who speaks; from now on both say that they are there. */
function known(state: SocketState, pulseMs: number, at: Time): SocketState {
  if (state.link.is !== 'open') return state;
  const before = state.link.seat;
  const since = before.is === 'entered' ? before.since : at;
  return withSeat(state, { is: 'entered', since, pulseMs, lastPulse: at, question: null });
}

function entered(state: SocketState, data: Entered, at: Time): Step {
  if (state.link.is !== 'open' || !state.identity) return same(state);
  const identity = { ...state.identity, ticket: data.ticket };
  return {
    state: known({ ...state, identity }, data.pulseMs, at),
    effects: [tell({ type: 'entered', entered: data })],
  };
}

function aboutRinging(state: SocketState, frame: RingFrame, at: Time): Step {
  const next = frame.event === 'attended' ? known(state, frame.data.pulseMs, at) : state;
  return { state: next, effects: [tell({ type: 'ring', frame })] };
}

function refused(state: SocketState, reason: RefusedReason, detail: string, moment: Moment): Step {
  const final = FINAL.has(reason);
  const told = tell({ type: 'refused', reason, detail, final });
  if (final) return end(state, [told]);
  const cause = reason === 'too-many-requests' ? reason : 'unavailable';
  const { state: next, effects } = retry(state, cause, moment);
  return { state: next, effects: [told, ...effects] };
}

/** Whatever is heard proves that the socket lives. */
function answered(state: SocketState): SocketState {
  if (state.link.is !== 'open' || state.link.seat.is !== 'entered') return state;
  return withSeat(state, { ...state.link.seat, question: null });
}

function heard(before: SocketState, frame: ServerFrame | RingFrame | null, moment: Moment): Step {
  const state = answered(before);
  switch (frame?.event) {
    case 'entered':
      return entered(state, frame.data, moment.at);
    case 'refused':
      return refused(state, frame.data.reason, frame.data.detail, moment);
    case 'superseded':
      return end(state, [tell({ type: 'superseded' })]);
    case 'locked':
      return { state, effects: [tell({ type: 'locked', on: frame.data.on })] };
    case 'relay':
      return { state, effects: [tell({ type: 'relay', payload: frame.data.payload })] };
    case 'ring':
    case 'rung':
    case 'rung-over':
    case 'line':
    case 'attended':
      return aboutRinging(state, frame, moment.at);
    case 'error':
      return { state, effects: [tell({ type: 'unusable', by: 'server', problem: frame.data })] };
    case 'peer': {
      const told = tell({ type: 'peer', ...frame.data });
      if (frame.data.state !== 'dropped') return { state, effects: [told] };
      // The other's seat runs out unless this page says that it still hears them: say so now, not in 25 s.
      const { state: next, effects } = pulse(state, moment.at, PULSE_ANSWER_MS);
      return { state: next, effects: [told, ...effects] };
    }
    default:
      return same(state);
  }
}

function tick(state: SocketState, late: number, moment: Moment): Step {
  const { link, urgent } = state;
  const { at } = moment;
  const due = nextChange(state);
  if (due === null || at < due) return same(state);
  if (link.is === 'waiting') return connect(state, at);
  if (link.is !== 'open' || link.seat.is !== 'entered') return lose(state, moment);
  const { question } = link.seat;
  const patience = urgent ? QUICK_ANSWER_MS : PULSE_ANSWER_MS;
  if (!question || at < answerDue(question, urgent)) return pulse(state, at, patience);
  // Once only: where a hidden page's timers always come late, silence must still come to an end.
  if (late < SLEPT_MS || question.excused) return lose(state, moment);
  const again = { at, patience, excused: true };
  return pulse(withSeat(state, { ...link.seat, question: again }), at, patience);
}

function poke(state: SocketState, at: Time): Step {
  const { link } = state;
  if (link.is === 'waiting') return connect(state, at);
  // What was sent over the old network is not coming back; TCP itself would only try again after seconds.
  if (link.is === 'connecting' && at - link.since > STALE_CONNECT_MS) return connect(state, at);
  if (link.is !== 'open' || link.seat.is !== 'entered') return same(state);
  const { question } = link.seat;
  const fresh = question !== null && at - question.at < QUICK_ANSWER_MS;
  if (fresh && at - link.seat.lastPulse < URGENT_PULSE_MS) return same(state);
  return pulse(fresh ? state : withSeat(state, { ...link.seat, question: null }), at, QUICK_ANSWER_MS);
}

function urgent(before: SocketState, on: boolean, at: Time): Step {
  const state = { ...before, urgent: on };
  return on && !before.urgent && state.link.is === 'waiting' ? connect(state, at) : same(state);
}

function enter(before: SocketState, identity: Speaker, at: Time): Step {
  // A client is for one entering: who wants in again makes a new one.
  if (before.identity) return same(before);
  const state = { ...before, identity };
  if (state.link.is === 'idle') return connect(state, at);
  return state.link.is === 'open' ? askForSeat(state, identity, at) : same(state);
}

const hangUp = (state: SocketState, word: 'send-leave' | 'send-block'): Step =>
  end(state, state.link.is === 'open' && state.link.seat.is !== 'none' ? [{ type: word }] : []);

/** One step of the page's connection to the server. Pure: no socket, no clock, no chance of its own. */
export function step(state: SocketState, input: Input, moment: Moment): Step {
  if (state.link.is === 'ended') return same(state);
  switch (input.type) {
    case 'open':
      return state.link.is === 'idle' ? connect(state, moment.at) : same(state);
    case 'enter':
      return enter(state, input.identity, moment.at);
    case 'opened':
      return opened(state, moment.at);
    case 'heard':
      return heard(state, input.frame, moment);
    case 'lost':
      return closed(state, input.closeCode, moment);
    case 'tick':
      return tick(state, input.late, moment);
    case 'poke':
      return poke(state, moment.at);
    case 'network-lost':
      // Asking a dead socket whether it lives would cost seconds. Where there is another network already, a new socket
      // works at once; where there is none it fails at once and is tried again.
      return state.link.is === 'connecting' || state.link.is === 'open' ? lose(state, moment) : same(state);
    case 'urgent':
      return urgent(state, input.on, moment.at);
    case 'leave':
      return hangUp(state, 'send-leave');
    case 'block':
      return hangUp(state, 'send-block');
    case 'close':
      return end(state);
  }
}
