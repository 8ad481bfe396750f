import type { RingLinkEntity } from './ring-link.entity.js';

/** Minutes of the day (UTC), from the first to before the last; may pass midnight. */
export interface QuietHours {
  readonly from: number;
  readonly to: number;
}

/** Callers wait their turn. */
export interface Line {
  readonly open: boolean;
  /** About how long each talk is meant to take; null: not said. */
  readonly minutes: number | null;
}

/** A ring link, as its device is told of it. */
export interface RingLink {
  readonly slug: string;
  readonly accepting: boolean;
  readonly quietHours: QuietHours | null;
  readonly line: Line | null;
}

/** How a link answers a stranger. `gone`: exactly as one that never was. */
export type Openness = 'open' | 'shut' | 'gone';

/** Days after which a paused link answers strangers no more. */
export const PAUSED_DAYS = 30;
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

export const lineOf = ({ lineOpen, lineMinutes }: RingLinkEntity): Line | null =>
  lineOpen === null ? null : { open: lineOpen, minutes: lineMinutes };

const quietHoursOf = ({ quietFrom, quietTo }: RingLinkEntity): QuietHours | null =>
  quietFrom === null || quietTo === null ? null : { from: quietFrom, to: quietTo };

export const linkOf = (row: RingLinkEntity): RingLink => ({
  slug: row.slug,
  accepting: row.pausedAt === null,
  quietHours: quietHoursOf(row),
  line: lineOf(row),
});

/** @param now ms since 1970 */
export function isQuiet({ from, to }: QuietHours, now: number): boolean {
  const minute = Math.floor((now % DAY_MS) / MINUTE_MS);
  return from < to ? minute >= from && minute < to : minute >= from || minute < to;
}

/** @param now ms since 1970 */
export function opennessOf(row: RingLinkEntity, now: number): Openness {
  if (row.pausedAt) return now - row.pausedAt.getTime() >= PAUSED_DAYS * DAY_MS ? 'gone' : 'shut';
  const quiet = quietHoursOf(row);
  if (quiet && isQuiet(quiet, now)) return 'shut';
  return row.lineOpen === false ? 'shut' : 'open';
}
