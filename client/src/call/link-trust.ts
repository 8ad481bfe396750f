import type { SeatNumber } from '@protocol';
import type { RefusedWords } from './call-view';
import type { Refusal } from './sealed-relay';

/**
 * What is to be thought of messages that do not open: this page's link may be damaged, or the other's, or somebody on the
 * way meddles. No page can be sure which; what it knows decides.
 */
export interface LinkTrust {
  /** This page's key is the right one: the call was made here, or something opened with it. */
  readonly proven: boolean;
  /** Something opened of the person who is there now. */
  readonly heard: boolean;
  /** Since when (ms) nothing opens though somebody is there; null: no reason for doubt. */
  readonly doubtedAt: number | null;
  readonly notice: RefusedWords;
}

export const untested = (madeHere: boolean): LinkTrust => ({
  proven: madeHere,
  heard: false,
  doubtedAt: null,
  notice: 'none',
});

export type TrustInput =
  | { readonly type: 'opened' }
  | { readonly type: 'refused'; readonly why: Refusal; readonly at: number }
  /** Somebody else, or nobody, is in the other seat from now on. */
  | { readonly type: 'other-changed' };

/**
 * How long (ms) nothing may open before this page holds its own link for the damaged one. Who came second has most
 * likely the worse copy, and goes first: then the other page's doubt is over.
 */
const DOUBT_MS: Readonly<Record<SeatNumber, number>> = { 0: 5000, 1: 1200 };

/** When (ms) the doubt becomes certainty; null: there is none. */
export const damagedFrom = ({ proven, doubtedAt }: LinkTrust, seat: SeatNumber): number | null =>
  proven || doubtedAt === null ? null : doubtedAt + DOUBT_MS[seat];

function refused(trust: LinkTrust, why: Refusal, at: number): LinkTrust {
  // A true page with another key says the same as a server that makes things up, as long as nothing else was heard.
  if (why === 'unopened' && !trust.heard) {
    const notice = trust.proven ? 'damaged-copy' : trust.notice;
    return { ...trust, notice, doubtedAt: trust.doubtedAt ?? at };
  }
  return { ...trust, notice: 'tampered' };
}

export function stepTrust(trust: LinkTrust, input: TrustInput): LinkTrust {
  switch (input.type) {
    case 'opened': {
      // With the person who is heard now, what did not open was somebody else's doing; the one of before is gone.
      const past = trust.notice === 'damaged-copy' ? 'none' : trust.notice;
      const notice = trust.doubtedAt === null ? past : 'tampered';
      return { proven: true, heard: true, doubtedAt: null, notice };
    }
    case 'refused':
      return refused(trust, input.why, input.at);
    case 'other-changed':
      // They went, and this page's doubt with them: theirs was the damaged one.
      return {
        ...trust,
        heard: false,
        doubtedAt: null,
        notice: trust.doubtedAt === null ? trust.notice : 'damaged-copy',
      };
  }
}
