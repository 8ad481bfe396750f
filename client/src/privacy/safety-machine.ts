import type { SafetyFrame } from '@/channel/app-frames';
import type { Fingerprints } from '@/peer/fingerprint';
import type { SafetyCode } from './safety-hashes';

/** What this page commits itself to. The nonce is 128 random bits, new for every connection. */
export interface Own {
  readonly nonce: string;
  readonly fingerprints: Fingerprints;
}

/**
 * How far two pages are with the safety code of one connection. As in ZRTP (RFC 6189, section 4.4.1.1) both commit
 * themselves before either reveals anything, so nobody can choose a nonce to suit one that was heard.
 */
export type SafetyProgress =
  /** Nothing said yet; `theirs`: their commitment, should it have come already. */
  | { readonly is: 'none'; readonly theirs: string | null }
  /** The own commitment is being computed. */
  | { readonly is: 'committing'; readonly own: Own; readonly theirs: string | null }
  /** Said; theirs has not come. */
  | { readonly is: 'committed'; readonly own: Own; readonly commitment: string }
  /** Both have committed themselves, and the own nonce is said. */
  | { readonly is: 'revealed'; readonly own: Own; readonly theirs: string }
  /** Their nonce is here; whether it is the one they committed themselves to is being computed. */
  | { readonly is: 'checking'; readonly own: Own; readonly theirs: string; readonly nonce: string }
  | {
      readonly is: 'ready';
      readonly own: Own;
      readonly theirs: string;
      readonly nonce: string;
      readonly code: SafetyCode;
    }
  /** Something came that a page of this program does not say. For good: one connection has one try. */
  | { readonly is: 'mismatch' };

export type SafetyInput =
  /** The connection carries words. `fingerprints` null: an end does not name its one certificate. */
  | { readonly type: 'begin'; readonly fingerprints: Fingerprints | null; readonly nonce: string }
  /** The own commitment was computed. */
  | { readonly type: 'committed'; readonly commitment: string }
  | { readonly type: 'heard'; readonly frame: SafetyFrame }
  /** What their nonce would have been committed to with, and the code it makes. */
  | { readonly type: 'checked'; readonly commitment: string; readonly code: SafetyCode };

export type SafetyEffect =
  | { readonly type: 'send'; readonly frame: SafetyFrame }
  /** Compute the own commitment; answered by `committed`. */
  | { readonly type: 'commit'; readonly own: Own }
  /** Compute what belongs to their nonce; answered by `checked`. */
  | { readonly type: 'check'; readonly own: Own; readonly nonce: string };

export interface SafetyStep {
  readonly state: SafetyProgress;
  readonly effects: readonly SafetyEffect[];
}

export const notBegun: SafetyProgress = { is: 'none', theirs: null };

const now = (state: SafetyProgress, ...effects: SafetyEffect[]): SafetyStep => ({ state, effects });
const mismatch = now({ is: 'mismatch' });

const sayCommitment = (commitment: string): SafetyEffect => ({
  type: 'send',
  frame: { type: 'safety-commit', commitment },
});
const sayNonce = ({ nonce }: Own): SafetyEffect => ({ type: 'send', frame: { type: 'safety-nonce', nonce } });

export function stepSafety(state: SafetyProgress, input: SafetyInput): SafetyStep {
  if (state.is === 'mismatch') return now(state);
  switch (input.type) {
    case 'begin':
      return begin(state, input);
    case 'committed':
      return committed(state, input.commitment);
    case 'heard':
      return input.frame.type === 'safety-commit'
        ? heardCommitment(state, input.frame.commitment)
        : heardNonce(state, input.frame.nonce);
    case 'checked':
      return checked(state, input);
  }
}

type Going = Exclude<SafetyProgress, { is: 'mismatch' }>;
type Of<Type extends SafetyInput['type']> = Extract<SafetyInput, { type: Type }>;

/** Begun again it goes on, unless an end shows another certificate now: that is another connection in this one's place. */
function begin(state: Going, { fingerprints, nonce }: Of<'begin'>): SafetyStep {
  if (!fingerprints) return mismatch;
  if (state.is !== 'none') {
    const { own, other } = state.own.fingerprints;
    return own === fingerprints.own && other === fingerprints.other ? now(state) : mismatch;
  }
  const own = { nonce, fingerprints };
  return now({ is: 'committing', own, theirs: state.theirs }, { type: 'commit', own });
}

function committed(state: Going, commitment: string): SafetyStep {
  if (state.is !== 'committing') return now(state);
  const { own, theirs } = state;
  return theirs === null
    ? now({ is: 'committed', own, commitment }, sayCommitment(commitment))
    : reveal(own, commitment, theirs);
}

/**
 * The one place where the own nonce leaves, and only with their commitment at hand. The own commitment goes before it also
 * when it was said already: it may have come before the other page was listening, and said twice it is harmless.
 */
const reveal = (own: Own, commitment: string, theirs: string): SafetyStep =>
  now({ is: 'revealed', own, theirs }, sayCommitment(commitment), sayNonce(own));

function heardCommitment(state: Going, commitment: string): SafetyStep {
  if (state.is === 'committed') return reveal(state.own, state.commitment, commitment);
  if (state.theirs === null) return now({ ...state, theirs: commitment });
  return state.theirs === commitment ? now(state) : mismatch;
}

function heardNonce(state: Going, nonce: string): SafetyStep {
  switch (state.is) {
    // Nobody of this program reveals anything before it has the other's commitment.
    case 'none':
    case 'committing':
    case 'committed':
      return mismatch;
    case 'revealed':
      return now({ ...state, is: 'checking', nonce }, { type: 'check', own: state.own, nonce });
    case 'checking':
    case 'ready':
      return state.nonce === nonce ? now(state) : mismatch;
  }
}

function checked(state: Going, { commitment, code }: Of<'checked'>): SafetyStep {
  if (state.is !== 'checking') return now(state);
  return state.theirs === commitment ? now({ ...state, is: 'ready', code }) : mismatch;
}
