import { language } from './index';

const MINUTE_MS = 60_000;
const HOUR_MIN = 60;

/** How long something lasted, as one says it: `42 minutes`, `2 hours 5 minutes`, `40 seconds`. */
export function spokenDuration(ms: number): string {
  const say = (value: number, unit: 'hour' | 'minute' | 'second') =>
    new Intl.NumberFormat(language.value, { style: 'unit', unit, unitDisplay: 'long' }).format(value);
  if (ms < MINUTE_MS) return say(Math.max(1, Math.round(ms / 1000)), 'second');
  const minutes = Math.round(ms / MINUTE_MS);
  const [hours, rest] = [Math.floor(minutes / HOUR_MIN), minutes % HOUR_MIN];
  if (hours === 0) return say(minutes, 'minute');
  const gap = language.value === 'en' ? ' ' : '';
  return rest === 0 ? say(hours, 'hour') : `${say(hours, 'hour')}${gap}${say(rest, 'minute')}`;
}
