import type { SealedHeader } from './sealing';

/** `repeated`: this page has said that, or something later, before. `outdated`: a later page has spoken since. */
export type Freshness = 'fresh' | 'repeated' | 'outdated';

/** What one page knows of the pages it heard: for telling what is new from what a server kept and says again. */
export interface ReplayWindow {
  /** The newest epoch heard from the other seat: pages before it have nothing to say any more. */
  readonly epoch: number;
  /** The newest count heard of each page, by its name. Only true pages get in here, so there are few. */
  readonly counts: ReadonlyMap<string, number>;
}

export const nothingHeard: ReplayWindow = { epoch: 0, counts: new Map() };

export function judge({ epoch, counts }: ReplayWindow, header: SealedHeader): Freshness {
  if (header.sequence <= (counts.get(header.page) ?? 0)) return 'repeated';
  return header.epoch < epoch ? 'outdated' : 'fresh';
}

/** After something fresh. */
export const afterHearing = ({ counts }: ReplayWindow, header: SealedHeader): ReplayWindow => ({
  epoch: header.epoch,
  counts: new Map(counts).set(header.page, header.sequence),
});

/**
 * The server counts the other seat's epochs. Where it has lost the call it begins anew, and true pages would be refused as
 * outdated. A server that only says so gains little: what was heard stays heard, and a page of long ago proves nothing to
 * the peer session.
 */
export const afterServerTold = (window: ReplayWindow, epoch: number): ReplayWindow =>
  epoch < window.epoch ? { ...window, epoch } : window;
