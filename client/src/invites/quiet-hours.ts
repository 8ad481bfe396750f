import { MINUTES_A_DAY, type QuietHours } from './invites-db';

const inDay = (minutes: number): number => ((minutes % MINUTES_A_DAY) + MINUTES_A_DAY) % MINUTES_A_DAY;

/**
 * Quiet hours as the server has them.
 * @param offset minutes from local time to UTC, as `Date.getTimezoneOffset()` has them: −60 in Central European winter.
 */
export const toUtc = ({ from, to }: QuietHours, offset: number): QuietHours => ({
  from: inDay(from + offset),
  to: inDay(to + offset),
});

/** `22:30` as `<input type="time">` has it → minutes of the day; null: not filled in. */
export function minutesOf(time: string): number | null {
  const [, hours, minutes] = /^(\d\d):(\d\d)/.exec(time) ?? [];
  const value = Number(hours) * 60 + Number(minutes);
  return Number.isFinite(value) && value < MINUTES_A_DAY ? value : null;
}

const twoDigits = (value: number): string => String(value).padStart(2, '0');

export const timeOf = (minutes: number): string =>
  `${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}`;
