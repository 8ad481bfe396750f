/** Seconds; nobody is rung an hour later. */
const MAX_S = 3_600;

/**
 * `Retry-After` (RFC 9110, 10.2.3): seconds, or a date → seconds from now; null: it names no time.
 * @param now ms since 1970
 */
export function retryAfter(header: string | undefined, now: number): number | null {
  if (header === undefined) return null;
  const isDate = header.endsWith(' GMT');
  const seconds = isDate
    ? (Date.parse(header) - now) / 1000
    : /^\d{1,9}$/.test(header)
      ? Number(header)
      : NaN;
  return Number.isFinite(seconds) ? Math.min(MAX_S, Math.max(1, Math.ceil(seconds))) : null;
}
