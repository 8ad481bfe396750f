import { ref, shallowRef } from 'vue';
import { openWords } from '@/invites/attendance';
import { ownDevice } from '@/invites/device';
import { takeNext as askForNext, type RingLine } from '@/invites/invites-api';
import { keepLineTalk } from '@/invites/line-talk';
import * as ringLinks from '@/invites/ring-links';
import type { AttendanceOptions } from '@/invites/attendance';
import { t } from '@/text';
import { isCallElsewhere } from './call-elsewhere';
import { waiting } from './ringing';

// The lines of this device's ring links, as their owner sees them.

export interface OwnLine {
  readonly slug: string;
  readonly name: string;
  readonly line: RingLine;
}

export const ownLines = shallowRef<readonly OwnLine[]>([]);

/** What came of the last press on a line's buttons. `talking`: a call is open in this browser, and nobody is taken. */
export type LineTrouble = 'talking' | 'gone' | 'damaged' | 'offline' | 'unavailable';
export const lineTrouble = ref<LineTrouble | null>(null);
/** Which line is just being asked for its next caller. */
export const taking = ref<string | null>(null);

/** Asks the server for the lines; what cannot be asked stays as it was. */
export async function readLines(): Promise<void> {
  const [published, kept] = await Promise.all([ringLinks.published(), ringLinks.kept()]);
  if (!published.ok) return;
  ownLines.value = published.value.flatMap(({ slug, line }) => {
    const link = kept.find((one) => one.slug === slug);
    return line && link ? [{ slug, name: link.name, line }] : [];
  });
}

/** How many wait, as one says it. */
export function waitingWords(slug: string): string {
  const count = waiting.value.get(slug);
  if (count === undefined) return t('line.unseen');
  if (count === 0) return t('line.nobody');
  return count === 1 ? t('line.one') : t('line.some', { count });
}

export async function setLineOpen({ slug, line }: OwnLine, open: boolean): Promise<void> {
  const changed = await ringLinks.change(slug, { line: { ...line, open } });
  lineTrouble.value = changed.ok ? null : changed.problem === 'offline' ? 'offline' : 'unavailable';
  await readLines();
}

async function next(slug: string, enter: AttendanceOptions['enter']): Promise<LineTrouble | null> {
  if (await isCallElsewhere()) return 'talking';
  const device = await ownDevice();
  const taken = device && (await askForNext(device, slug));
  if (!taken?.ok) return taken?.problem === 'offline' ? 'offline' : 'unavailable';
  const { rung } = taken.value;
  if (!rung) return 'gone';
  const words = await openWords(rung);
  if (!words) return 'damaged';
  const minutes = ownLines.value.find((one) => one.slug === slug)?.line.minutes ?? null;
  keepLineTalk({ callId: rung.callId, slug, minutes });
  enter(rung, words);
  return null;
}

/** Straight into the call with whoever has waited longest. */
export async function takeNext(slug: string, enter: AttendanceOptions['enter']): Promise<void> {
  if (taking.value !== null) return;
  taking.value = slug;
  lineTrouble.value = await next(slug, enter);
  taking.value = null;
}
