import type { RingNews, UndeliveredReason } from '@protocol';
import type { InvitesProblem } from './invites-api';

// What a caller can be in, what can happen to them, and what follows; the rules are in ring-machine.ts.

/** ms on any clock that only goes forward. */
export type Time = number;

export interface MadeCall {
  readonly callId: string;
  readonly key: string;
}

/** The link's line; null: callers do not wait there. */
export type Line = { readonly minutes: number | null } | null;

/** Why nobody can be rung through this link. */
export type Unavailable = 'gone' | 'not-accepting' | 'damaged' | 'insecure' | 'no-webrtc';

/**
 * How a ring that was not answered came to its end. `engaged`: somebody else was ringing them already. `lost`: the caller was
 * away for too long.
 */
export type Ended = 'declined' | 'engaged' | 'busy' | 'missed' | 'closed' | 'lost';

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
