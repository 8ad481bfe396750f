import { isOver, type RingState, type Rung } from '@protocol';
import type { KeptTrace, RingAddress } from '../invites/invites-db';
import type { RingWords } from '../invites/ring-seal';

// What a push and a tap on its notification lead to. Pure: the worker brings what it found out, and does what is said here.

/** A ring, as far as this browser can read it. */
export interface OpenedRing {
  readonly ring: Rung;
  /** Null: it was not sealed to a link of this browser's. */
  readonly words: RingWords | null;
  /** The own link it came by, in the owner's words; may be empty. */
  readonly link: string;
}

/** What a push has brought. */
export type News =
  | { readonly is: 'ring'; readonly opened: OpenedRing }
  /** `known` null: nothing more is known of it. A page may have kept its trace already. */
  | {
      readonly is: 'over';
      readonly ringId: string;
      readonly state: RingState;
      readonly known: OpenedRing | KeptTrace | null;
    }
  /** Something that cannot be read; a ring that could not be asked for. */
  | { readonly is: 'unread'; readonly ringId: string | null };

export type TraceState = 'missed' | 'busy' | 'cancelled';

/** A notification, before it is put into words. */
export type Note =
  | {
      readonly is: 'ringing';
      readonly opened: OpenedRing;
      /** A window of ours is in a call: whoever talks is not to be startled. */
      readonly quiet: boolean;
    }
  | { readonly is: 'unread'; readonly ringId: string | null; readonly quiet: boolean }
  | { readonly is: 'trace'; readonly trace: KeptTrace; readonly link: string }
  /** A trace of which nothing is known but that there was somebody. */
  | { readonly is: 'trace-unread'; readonly ringId: string }
  | { readonly is: 'over'; readonly ringId: string };

export interface PushPlan {
  /** Always one: browsers take pushes away from pages that show nothing. It takes the place of an earlier one of its ring. */
  readonly note: Note;
  /** Who rang and was not talked to, to be remembered. */
  readonly trace: KeptTrace | null;
  /** What open windows are told. */
  readonly tell: { readonly type: 'ringing' | 'rung-over'; readonly ringId: string } | null;
}

const traceState = (state: RingState): TraceState | null =>
  state === 'missed' || state === 'busy' || state === 'cancelled' ? state : null;

const traceOf = ({ ring, words }: OpenedRing, state: TraceState): KeptTrace => ({
  ringId: ring.ringId,
  slug: ring.slug,
  name: words?.name ?? '',
  back: words?.back ?? null,
  state,
  at: ring.madeAt,
});

function planOver(ringId: string, state: RingState, known: OpenedRing | KeptTrace | null): PushPlan {
  const tell = { type: 'rung-over', ringId } as const;
  const left = traceState(state);
  if (!left) return { note: { is: 'over', ringId }, trace: null, tell };
  if (!known) return { note: { is: 'trace-unread', ringId }, trace: null, tell };
  const trace = 'ring' in known ? traceOf(known, left) : known;
  const link = 'ring' in known ? known.link : '';
  return { note: { is: 'trace', trace, link }, trace, tell };
}

/**
 * @param now ms since 1970
 * @param inCall a window of this browser is in a call
 */
export function planPush(news: News, now: number, inCall: boolean): PushPlan {
  switch (news.is) {
    case 'unread': {
      const { ringId } = news;
      const tell = ringId === null ? null : ({ type: 'ringing', ringId } as const);
      return { note: { is: 'unread', ringId, quiet: inCall }, trace: null, tell };
    }
    case 'over':
      return planOver(news.ringId, news.state, news.known);
    case 'ring': {
      const { ring } = news.opened;
      if (isOver(ring.state)) return planOver(ring.ringId, ring.state, news.opened);
      // A phone that was off gets it late: then nobody is there any more.
      if (now >= ring.expiresAt) return planOver(ring.ringId, 'missed', news.opened);
      const tell = { type: 'ringing', ringId: ring.ringId } as const;
      return { note: { is: 'ringing', opened: news.opened, quiet: inCall }, trace: null, tell };
    }
  }
}

/** An open window of ours. */
export interface OpenWindow {
  readonly id: string;
  /** The call that is open in it, from lobby to end. */
  readonly callId: string | null;
  readonly isVisible: boolean;
}

/** What was tapped: a button of the notification, or the notification itself. */
export type Tapped = 'accept' | 'decline' | 'ring-back' | 'note';

/** What a notification of ours was about. */
export type Subject =
  | { readonly is: 'ring'; readonly ringId: string; readonly callId: string }
  | { readonly is: 'unread-ring'; readonly ringId: string }
  | { readonly is: 'trace'; readonly back: RingAddress | null }
  | { readonly is: 'nothing' };

export type TapPlan =
  | { readonly do: 'decline'; readonly ringId: string }
  /** The server is asked first; then straight into the call, in this window, or in a new one (null). */
  | { readonly do: 'answer'; readonly ringId: string; readonly windowId: string | null }
  /** This window is brought forward and told that somebody rings: it asks, and nothing in it is taken over. */
  | { readonly do: 'ask-there'; readonly ringId: string; readonly windowId: string }
  | { readonly do: 'show'; readonly windowId: string }
  /** A new window, or a free one, with this page. */
  | { readonly do: 'open'; readonly address: string; readonly windowId: string | null };

const HOME = '/';

/** Where a page asks whether the ring is to be answered. */
export const askingPage = (ringId: string): string => `/?ring=${ringId}`;

/** The window somebody is most likely looking at. */
const best = (windows: readonly OpenWindow[]): OpenWindow | undefined =>
  windows.find(({ isVisible }) => isVisible) ?? windows[0];

function planRing(
  subject: Extract<Subject, { is: 'ring' }>,
  tapped: Tapped,
  windows: readonly OpenWindow[],
): TapPlan {
  const { ringId, callId } = subject;
  if (tapped === 'decline') return { do: 'decline', ringId };
  const there = windows.find((window) => window.callId === callId);
  if (there) return { do: 'show', windowId: there.id };
  const talking = best(windows.filter((window) => window.callId !== null));
  if (talking) return { do: 'ask-there', ringId, windowId: talking.id };
  const free = best(windows);
  if (tapped === 'accept') return { do: 'answer', ringId, windowId: free?.id ?? null };
  return free
    ? { do: 'ask-there', ringId, windowId: free.id }
    : { do: 'open', address: askingPage(ringId), windowId: null };
}

/** A tap on a notification. A window in another call is never taken over. */
export function planTap(subject: Subject, tapped: Tapped, windows: readonly OpenWindow[]): TapPlan {
  if (subject.is === 'ring') return planRing(subject, tapped, windows);
  if (subject.is === 'unread-ring' && tapped === 'decline') return { do: 'decline', ringId: subject.ringId };
  const free = best(windows.filter(({ callId }) => callId === null));
  const windowId = free?.id ?? null;
  if (subject.is === 'unread-ring') return { do: 'open', address: askingPage(subject.ringId), windowId };
  if (subject.is === 'trace' && subject.back && tapped === 'ring-back') {
    const { slug, publicKey } = subject.back;
    return { do: 'open', address: `/r/${slug}#${publicKey}`, windowId };
  }
  return free ? { do: 'show', windowId: free.id } : { do: 'open', address: HOME, windowId };
}
