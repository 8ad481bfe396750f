import { ref, shallowRef } from 'vue';
import { isFields, isRingId } from '@protocol';
import { Attendance, type AttendanceOptions, type Attended } from '@/invites/attendance';
import { links, type KeptTrace } from '@/invites/invites-db';
import { nobodyRings } from '@/invites/rung-machine';
import { dropTrace, listTraces } from '@/invites/traces';

// Who rings this browser, as its pages see it: a mirror of the attendance, with no state of its own.

export const rung = shallowRef<Attended['rung']>(nobodyRings);
export const waiting = shallowRef<Attended['waiting']>(new Map());
export const traces = shallowRef<readonly KeptTrace[]>([]);
/** What the own ring links are called, by slug. */
export const linkNames = shallowRef<ReadonlyMap<string, string>>(new Map());
/** Not one look at the server was finished yet. */
export const looking = ref(true);

let attendance: Attendance | null = null;

async function readTraces(): Promise<void> {
  traces.value = await listTraces();
}

async function readNames(): Promise<void> {
  const all = await links.all();
  linkNames.value = new Map(all.map(({ slug, name }) => [slug, name]));
}

/** What the service worker says to open pages. */
function workerSaid({ data }: MessageEvent<unknown>): void {
  if (!isFields(data)) return;
  const { type, ringId } = data;
  if (!isRingId(ringId) || (type !== 'ringing' && type !== 'rung-over')) return;
  // The socket may have said so already; asking is harmless, and one ring is one ring.
  void attendance?.look().then(readTraces);
}

export async function beginAttending(enter: AttendanceOptions['enter']): Promise<void> {
  const begun = new Attendance({
    enter,
    tell(changed) {
      if (changed.rung) rung.value = changed.rung;
      if (changed.waiting) waiting.value = changed.waiting;
    },
    traced: () => void readTraces(),
  });
  attendance = begun;
  if ('serviceWorker' in navigator) navigator.serviceWorker.addEventListener('message', workerSaid);
  await Promise.all([readTraces(), readNames(), begun.open()]);
  await begun.look();
  looking.value = false;
}

export function endAttending(): void {
  attendance?.close();
  attendance = null;
  rung.value = nobodyRings;
  if ('serviceWorker' in navigator) navigator.serviceWorker.removeEventListener('message', workerSaid);
}

export const accept = (ringId: string): void => attendance?.put({ type: 'accept', ringId });
export const decline = (ringId: string, busy = false): void =>
  attendance?.put({ type: 'decline', ringId, busy });
/** They have read that they were late. */
export const closeLate = (ringId: string): void => attendance?.put({ type: 'close', ringId });

export async function removeTrace(ringId: string): Promise<void> {
  traces.value = traces.value.filter((one) => one.ringId !== ringId);
  await dropTrace(ringId);
}
