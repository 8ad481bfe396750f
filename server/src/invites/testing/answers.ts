import type { RingNews } from '../../protocol/index.js';

/** A ring link, as its device is told of it. */
export interface Link {
  readonly slug: string;
  readonly accepting: boolean;
  readonly quietHours: { readonly from: number; readonly to: number } | null;
  readonly line: { readonly open: boolean; readonly minutes: number | null } | null;
}

/** As a stranger is. */
export interface PublicLink {
  readonly slug: string;
  readonly accepting: boolean;
  readonly line?: { readonly minutes: number | null };
}

export interface MadeRing extends RingNews {
  readonly expiresAt: string;
}
