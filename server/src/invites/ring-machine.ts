import { RING_MS, type RingState, type UndeliveredReason } from '../protocol/index.js';

/** ms since 1970, by the database's clock: the servers' own may differ. */
export type Time = number;

export type Ending = Extract<RingState, 'answered' | 'declined' | 'busy' | 'missed' | 'cancelled' | 'closed'>;

/** How a ring stands. `until`: when it is missed. What is over stays as it is. */
export type Ring =
  | { readonly is: 'ringing' | 'delivered' | 'waiting'; readonly until: Time }
  | { readonly is: 'undelivered'; readonly until: Time; readonly reason: UndeliveredReason }
  | { readonly is: 'over'; readonly how: Ending; readonly at: Time };

/** What may happen to a ring. Every input carries its time. */
export type Input = { readonly at: Time } & (
  | { readonly type: 'tick' }
  /** The push service has it, or an open page of the device shows it. */
  | { readonly type: 'taken' }
  /** It could not be pushed. */
  | { readonly type: 'untaken'; readonly reason: UndeliveredReason }
  | { readonly type: 'answer' }
  | { readonly type: 'decline'; readonly busy: boolean }
  | { readonly type: 'cancel' }
  /** Its caller was blocked. */
  | { readonly type: 'block' }
  /** In a line: it is this caller's turn. */
  | { readonly type: 'next' }
  /** The caller is there no more, or never was. */
  | { readonly type: 'gone' }
  /** The link was taken back, or has no line any more. */
  | { readonly type: 'close' }
);

/** What is to be done, as data. */
export type Effect =
  /** The device gets a message: it rings. */
  | { readonly type: 'push' }
  /** The device gets a message: what it shows of this ring is to be replaced. */
  | { readonly type: 'push-over' }
  | { readonly type: 'tell-caller' }
  /** The open pages of the device. */
  | { readonly type: 'tell-device' }
  /** Somebody came to the line, or left it. */
  | { readonly type: 'line'; readonly left: boolean }
  /** Whose call it is and what was sealed is needed no more. */
  | { readonly type: 'erase' }
  /** It came too late. */
  | { readonly type: 'refuse' };

export interface Step {
  readonly ring: Ring;
  readonly effects: readonly Effect[];
}

/** ms somebody waits in a line at most. */
export const WAIT_MS = 12 * 3_600_000;

export const stateOf = (ring: Ring): RingState => (ring.is === 'over' ? ring.how : ring.is);

/** What the device sees of it later: who tried. */
const LEAVES_A_TRACE: readonly Ending[] = ['missed', 'busy', 'cancelled'];

/** What the device itself did, or had done, needs no message to it. */
const IS_NEWS_TO_DEVICE: readonly Ending[] = ['missed', 'cancelled'];

const same = (ring: Ring): Step => ({ ring, effects: [] });
const refused = (ring: Ring): Step => ({ ring, effects: [{ type: 'refuse' }] });

/** Somebody rings. `isRung`: the device is being rung by somebody else. */
export function begin(
  at: Time,
  { line, isRung, ringMs = RING_MS }: { line: boolean; isRung: boolean; ringMs?: number },
): Step {
  if (line) return { ring: { is: 'waiting', until: at + WAIT_MS }, effects: [{ type: 'line', left: false }] };
  if (isRung) {
    const ring: Ring = { is: 'over', how: 'busy', at };
    return { ring, effects: [{ type: 'tell-device' }, { type: 'push-over' }] };
  }
  const ring: Ring = { is: 'ringing', until: at + ringMs };
  return { ring, effects: [{ type: 'tell-device' }, { type: 'push' }] };
}

function end(ring: Ring, how: Ending, at: Time): Step {
  const over: Ring = { is: 'over', how, at };
  // Who only waited in a line never rang: nothing shows them, and nothing is kept of them.
  if (ring.is === 'waiting')
    return {
      ring: over,
      effects: [{ type: 'tell-caller' }, { type: 'line', left: true }, { type: 'erase' }],
    };
  return {
    ring: over,
    effects: [
      { type: 'tell-caller' },
      { type: 'tell-device' },
      ...(IS_NEWS_TO_DEVICE.includes(how) ? [{ type: 'push-over' } as const] : []),
      ...(LEAVES_A_TRACE.includes(how) ? [] : [{ type: 'erase' } as const]),
    ],
  };
}

const told = (ring: Ring): Step => ({ ring, effects: [{ type: 'tell-caller' }] });

function untaken(ring: Ring, reason: UndeliveredReason): Step {
  if (ring.is !== 'ringing' && ring.is !== 'undelivered') return same(ring);
  if (ring.is === 'undelivered' && ring.reason === reason) return same(ring);
  return told({ is: 'undelivered', until: ring.until, reason });
}

function taken(ring: Ring): Step {
  if (ring.is !== 'ringing' && ring.is !== 'undelivered') return same(ring);
  return told({ is: 'delivered', until: ring.until });
}

/** Who asks for something that is over, is told so; what merely happens late is ignored. */
const IS_ASKED: readonly Input['type'][] = ['answer', 'decline', 'cancel', 'next'];

/** What becomes of a ring. Pure: time is an input, effects are data. */
export function step(ring: Ring, input: Input): Step {
  if (ring.is === 'over') return IS_ASKED.includes(input.type) ? refused(ring) : same(ring);
  if (input.at >= ring.until) {
    const missed = end(ring, 'missed', input.at);
    return IS_ASKED.includes(input.type)
      ? { ring: missed.ring, effects: [...missed.effects, { type: 'refuse' }] }
      : missed;
  }
  const waits = ring.is === 'waiting';
  switch (input.type) {
    case 'tick':
      return same(ring);
    case 'taken':
      return taken(ring);
    case 'untaken':
      return untaken(ring, input.reason);
    // In a line nobody is answered out of turn.
    case 'answer':
      return waits ? refused(ring) : end(ring, 'answered', input.at);
    case 'decline':
      return waits ? refused(ring) : end(ring, input.busy ? 'busy' : 'declined', input.at);
    case 'next':
      return waits ? end(ring, 'answered', input.at) : refused(ring);
    case 'gone':
      return end(ring, 'cancelled', input.at);
    case 'block':
      return end(ring, 'declined', input.at);
    case 'cancel':
      return end(ring, 'cancelled', input.at);
    case 'close':
      return end(ring, 'closed', input.at);
  }
}
