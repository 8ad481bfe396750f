import type {
  DeviceCredentials,
  Entered,
  FrameProblem,
  PeerChange,
  RefusedReason,
  RingFrame,
  ServerFrame,
} from '@protocol';

/** ms on any clock that only goes forward. */
export type Time = number;

export interface Identity {
  readonly callId: string;
  readonly holder: string;
  /** Proof of a seat held before. */
  readonly ticket?: string;
}

/** Who speaks through the socket: a person in a call, or a device that waits to be rung. */
export type Speaker = Identity | DeviceCredentials;

/** What the owner of the socket is told. */
export type SignalingEvent =
  /** This page has its seat; told again after every return. */
  | { readonly type: 'entered'; readonly entered: Entered }
  /** `final`: nothing more will come; otherwise the client tries again by itself. */
  | {
      readonly type: 'refused';
      readonly reason: RefusedReason;
      readonly detail: string;
      readonly final: boolean;
    }
  | { readonly type: 'peer'; readonly state: PeerChange; readonly epoch: number }
  /** The call is bound to its two people, or open again; how it is at first stands in `entered`. */
  | { readonly type: 'locked'; readonly on: boolean }
  | { readonly type: 'relay'; readonly payload: string }
  /** About ringing; only where its words are understood (`SignalingOptions.decodeRing`). */
  | { readonly type: 'ring'; readonly frame: RingFrame }
  /** A newer connection of the same person has the seat. Final. */
  | { readonly type: 'superseded' }
  /** No way to the server at present; retrying. */
  | { readonly type: 'offline' }
  | { readonly type: 'online' }
  /** A frame that one of the two sides could not use. Nothing follows from it; it is for finding bugs. */
  | { readonly type: 'unusable'; readonly by: 'server' | 'page'; readonly problem: FrameProblem };

/** Something was asked of the server and nothing was heard since. */
export interface Question {
  readonly at: Time;
  /** ms after which the silence means a dead socket. */
  readonly patience: number;
  /** Silence was forgiven once, because the page itself had slept. */
  readonly excused: boolean;
}

export type Seat =
  | { readonly is: 'none' }
  | { readonly is: 'asked'; readonly at: Time }
  | {
      readonly is: 'entered';
      readonly since: Time;
      readonly pulseMs: number;
      readonly lastPulse: Time;
      readonly question: Question | null;
    };

export type Link =
  /** Not wanted yet. */
  | { readonly is: 'idle' }
  | { readonly is: 'connecting'; readonly since: Time }
  | { readonly is: 'open'; readonly seat: Seat }
  | { readonly is: 'waiting'; readonly until: Time }
  /** For good. */
  | { readonly is: 'ended' };

export interface SocketState {
  readonly link: Link;
  /** Who enters as soon as there is a socket; null: the socket is only held ready. */
  readonly identity: Speaker | null;
  readonly urgent: boolean;
  /** Retries since the last connection that lasted, or the last goodbye that was followed at once. */
  readonly attempt: number;
  /** When the server's latest goodbyes were followed at once. */
  readonly pardons: readonly Time[];
  readonly told: 'online' | 'offline';
}

export type Input =
  | { readonly type: 'open' }
  | { readonly type: 'enter'; readonly identity: Speaker }
  | { readonly type: 'opened' }
  /** null: a frame that is not known here; still a sign of life. */
  | { readonly type: 'heard'; readonly frame: ServerFrame | RingFrame | null }
  /** The socket is closed, by the other end or by the network. */
  | { readonly type: 'lost'; readonly closeCode: number }
  /** Time has passed. `late`: ms since the moment this tick was asked for. */
  | { readonly type: 'tick'; readonly late: number }
  /** Something says that the network may have changed: look at once. */
  | { readonly type: 'poke' }
  /** The browser says that the network the socket was made over is gone. */
  | { readonly type: 'network-lost' }
  | { readonly type: 'urgent'; readonly on: boolean }
  | { readonly type: 'leave' }
  | { readonly type: 'block' }
  | { readonly type: 'close' };

export type Effect =
  /** A new socket; the one before is no longer listened to. */
  | { readonly type: 'connect' }
  | { readonly type: 'disconnect' }
  | { readonly type: 'send-enter'; readonly identity: Speaker }
  | { readonly type: 'send-pulse' }
  | { readonly type: 'send-leave' }
  | { readonly type: 'send-block' }
  | { readonly type: 'tell'; readonly event: SignalingEvent };

export interface Step {
  readonly state: SocketState;
  readonly effects: readonly Effect[];
}

export interface Moment {
  readonly at: Time;
  /** 0 ≤ random < 1 */
  readonly random: number;
}

/** ms a socket may take to open: a phone's first packet on a sleeping radio takes seconds. */
const CONNECT_MS = 10_000;
/** ms: after an outage TCP waits ever longer before it tries again; a new socket is faster. */
const URGENT_CONNECT_MS = 4_000;
/** ms until the answer to `enter`. A socket opened in the lobby may have died there unnoticed. */
const ENTER_MS = 5_000;
/** ms until the answer to a pulse. */
export const PULSE_ANSWER_MS = 8_000;
/** ms of silence while media is in trouble, or after the network changed. */
export const QUICK_ANSWER_MS = 2_500;
/** ms between pulses while media is in trouble. */
export const URGENT_PULSE_MS = 1_000;
export const initialState: SocketState = {
  link: { is: 'idle' },
  identity: null,
  urgent: false,
  attempt: 0,
  pardons: [],
  told: 'online',
};

/** ms between pulses. */
const pulseEvery = (urgent: boolean, pulseMs: number): number =>
  urgent ? Math.min(URGENT_PULSE_MS, pulseMs) : pulseMs;

/** Until when an answer is waited for. */
export const answerDue = ({ at, patience }: Question, urgent: boolean): Time =>
  at + (urgent ? Math.min(patience, QUICK_ANSWER_MS) : patience);

/** When this state changes by itself; null: never. */
export function nextChange({ link, urgent }: SocketState): Time | null {
  switch (link.is) {
    case 'connecting':
      return link.since + (urgent ? URGENT_CONNECT_MS : CONNECT_MS);
    case 'waiting':
      return link.until;
    case 'open':
      if (link.seat.is === 'none') return null;
      if (link.seat.is === 'asked') return link.seat.at + (urgent ? QUICK_ANSWER_MS : ENTER_MS);
      return Math.min(
        link.seat.lastPulse + pulseEvery(urgent, link.seat.pulseMs),
        link.seat.question ? answerDue(link.seat.question, urgent) : Infinity,
      );
    default:
      return null;
  }
}
