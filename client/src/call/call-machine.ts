import type { Entered, PeerChange, PeerPresence, RefusedReason } from '@protocol';
import type { CallScreen, Obstacle, OwnNetwork, Trouble, Whose } from './call-view';

/** How media is; the words of the peer session, repeated here because this file imports no other part. */
export type MediaStatus = 'idle' | 'connecting' | 'flowing' | 'stalled' | 'unreachable';

/** Am I connected to the server? */
export type SocketState = 'connecting' | 'online' | 'offline';

/** Do I have my place, and how is the other's? */
export type SeatState =
  | { readonly is: 'none'; readonly trouble?: Trouble }
  | { readonly is: 'held'; readonly peer: PeerPresence | 'left' };

/** Why a call is over for this page. */
export type Over =
  | { readonly is: 'ended'; readonly lastedMs: number | null }
  | { readonly is: 'full' | 'unknown-call' | 'superseded' | 'damaged-link' }
  | { readonly is: 'failed'; readonly why: 'no-webrtc' | 'insecure' | 'broken' };

/** Three machines side by side while one is in; none of them ever decides for another. */
export type CallState =
  | { readonly stage: 'opening' | 'second-tab' | 'lobby' }
  | {
      readonly stage: 'in';
      readonly socket: SocketState;
      /** Since when the socket is as it is, and media: together they tell whose trouble it is. */
      readonly socketSince: number;
      readonly mediaSince: number;
      readonly seat: SeatState;
      readonly media: MediaStatus;
      /** When both first were together (ms, performance.now()); null: not yet. */
      readonly metAt: number | null;
      /** Has media flowed with the person who is in the other seat now? */
      readonly known: boolean;
      readonly network: OwnNetwork | null;
      readonly obstacle: Obstacle;
    }
  | { readonly stage: 'over'; readonly over: Over };

export type CallInput =
  | {
      readonly type: 'opened';
      readonly as: 'lobby' | 'second-tab' | 'damaged-link' | 'unknown-call' | 'no-webrtc' | 'insecure';
    }
  /** `metAt`: when the talk began to which this page comes back; null: there was none. */
  | { readonly type: 'join'; readonly metAt: number | null }
  | { readonly type: 'socket'; readonly state: 'online' | 'offline'; readonly at: number }
  | { readonly type: 'entered'; readonly peer: Entered['peer']['state'] }
  | { readonly type: 'trouble'; readonly trouble: Trouble }
  | { readonly type: 'refused'; readonly reason: Exclude<RefusedReason, 'unavailable' | 'too-many-requests'> }
  | { readonly type: 'superseded' }
  /** Nothing the other person says can be opened with this link's key. */
  | { readonly type: 'damaged' }
  | { readonly type: 'peer'; readonly state: PeerChange }
  | { readonly type: 'media'; readonly status: MediaStatus; readonly at: number }
  | { readonly type: 'network'; readonly network: OwnNetwork }
  | { readonly type: 'obstacle'; readonly obstacle: Obstacle }
  | { readonly type: 'hang-up'; readonly at: number }
  | { readonly type: 'broken' };

export const opening: CallState = { stage: 'opening' };

const over = (so: Over): CallState => ({ stage: 'over', over: so });

type In = Extract<CallState, { stage: 'in' }>;

const joined: In = {
  stage: 'in',
  socket: 'connecting',
  socketSince: 0,
  mediaSince: 0,
  seat: { is: 'none' },
  media: 'idle',
  metAt: null,
  known: false,
  network: null,
  obstacle: { whose: 'unknown', why: 'unknown' },
};

/** Who left, or was away for too long, and comes again is connected to anew, not reconnected. */
function stillKnown({ known, media }: In, peer: PeerChange): boolean {
  if (peer === 'left') return false;
  return known && (peer !== 'absent' || media === 'flowing');
}

function mediaIs(state: In, status: MediaStatus, at: number): In {
  const flows = status === 'flowing';
  return {
    ...state,
    media: status,
    mediaSince: at,
    metAt: state.metAt ?? (flows ? at : null),
    known: state.known || flows,
  };
}

function opened(as: Extract<CallInput, { type: 'opened' }>['as']): CallState {
  if (as === 'damaged-link' || as === 'unknown-call') return over({ is: as });
  return as === 'no-webrtc' || as === 'insecure' ? over({ is: 'failed', why: as }) : { stage: as };
}

function refused(reason: Extract<CallInput, { type: 'refused' }>['reason']): CallState {
  if (reason === 'bad-message') return over({ is: 'failed', why: 'broken' });
  // Displaced: the seat's owner came back. What this person sees is what is so: two others are in.
  return over({ is: reason === 'displaced' ? 'full' : reason });
}

function stepIn(state: In, input: CallInput): CallState {
  switch (input.type) {
    case 'socket':
      return { ...state, socket: input.state, socketSince: input.at };
    case 'entered':
      return {
        ...state,
        socket: 'online',
        seat: { is: 'held', peer: input.peer },
        known: stillKnown(state, input.peer),
      };
    case 'trouble':
      return state.seat.is === 'none' ? { ...state, seat: { is: 'none', trouble: input.trouble } } : state;
    case 'refused':
      return refused(input.reason);
    case 'superseded':
      return over({ is: 'superseded' });
    case 'damaged':
      return over({ is: 'damaged-link' });
    case 'peer':
      return {
        ...state,
        seat: { is: 'held', peer: input.state },
        known: stillKnown(state, input.state),
      };
    case 'media':
      return mediaIs(state, input.status, input.at);
    case 'network':
      return { ...state, network: input.network };
    case 'obstacle':
      return { ...state, obstacle: input.obstacle };
    case 'hang-up':
      return over({ is: 'ended', lastedMs: state.metAt === null ? null : input.at - state.metAt });
    case 'broken':
      return over({ is: 'failed', why: 'broken' });
    default:
      return state;
  }
}

/** One step of the call as this page sees it. Pure; what does not fit the stage is late and ignored. */
export function stepCall(state: CallState, input: CallInput): CallState {
  if (state.stage === 'in') return stepIn(state, input);
  if (input.type === 'opened') return opened(input.as);
  if (input.type === 'join') return { ...joined, metAt: input.metAt };
  return state;
}

/** Media that goes on for so long (ms) without the server shows that the own network is whole. */
const SERVER_GONE_MS = 4000;

function whose({ socket, socketSince, media, mediaSince, seat }: In): Whose {
  if (socket === 'offline') {
    const serverFirst = media === 'stalled' && mediaSince - socketSince >= SERVER_GONE_MS;
    return serverFirst ? 'ours' : 'yours';
  }
  return seat.is === 'held' && seat.peer !== 'present' ? 'theirs' : 'unknown';
}

const waiting = ({ network, socket, metAt }: In): CallScreen => ({
  is: 'waiting',
  network,
  offline: socket === 'offline',
  parted: metAt !== null,
});

function screenWithoutMedia(state: In): CallScreen {
  const { seat, known, socket } = state;
  if (seat.is === 'none') {
    const trouble = socket === 'offline' ? 'no-connection' : seat.trouble;
    return trouble ? { is: 'entering', trouble } : { is: 'entering' };
  }
  switch (seat.peer) {
    case 'absent':
      return waiting(state);
    case 'left':
      // Who went before the two ever met leaves somebody who still waits.
      return state.metAt === null ? waiting(state) : { is: 'peer-left', offline: socket === 'offline' };
    case 'dropped':
      return { is: 'reconnecting', whose: whose(state) };
    case 'present':
      return known ? { is: 'reconnecting', whose: whose(state) } : { is: 'connecting' };
  }
}

function screenIn(state: In): CallScreen {
  switch (state.media) {
    case 'flowing':
      return { is: 'connected' };
    case 'unreachable':
      return { is: 'unreachable', obstacle: state.obstacle };
    case 'stalled':
      return { is: 'reconnecting', whose: whose(state) };
    default:
      return screenWithoutMedia(state);
  }
}

/** What the page shows. Derived, never stored: there is one truth and this is its face. */
export function screenOf(state: CallState): CallScreen {
  if (state.stage === 'over') return state.over;
  return state.stage === 'in' ? screenIn(state) : { is: state.stage };
}
