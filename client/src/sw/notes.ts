import { decodeRung, isFields, isRingId } from '@protocol';
import { readAddress } from '../invites/invites-db';
import type { WorkerWords } from '../text/worker/en';
import type { Note, OpenedRing, Subject } from './notification-machine';

// A notification in words, and back again from what was tapped.

/** What browsers know that TypeScript's list lacks. */
export interface NoteOptions extends NotificationOptions {
  readonly renotify?: boolean;
  readonly vibrate?: readonly number[];
  readonly timestamp?: number;
  readonly actions?: readonly { readonly action: string; readonly title: string }[];
}

export interface SpokenNote {
  readonly title: string;
  readonly options: NoteOptions;
}

/** ms on and off, as a phone does it. */
const VIBRATION = [600, 400, 600, 400, 600, 1400, 600, 400, 600, 400, 600];

const PICTURES = { icon: '/icons/app-192.png', badge: '/icons/badge-96.png' };

const say = (sentence: string, names: Readonly<Record<string, string>>): string =>
  sentence.replace(/\{(\w+)\}/g, (whole, name: string) => names[name] ?? whole);

const nameOf = ({ ring, words }: OpenedRing): string => words?.name ?? ring.callerName ?? '';

/** Somebody with a name, or somebody. */
const named = (words: WorkerWords, key: 'ringing' | 'missed' | 'busy', name: string): string =>
  name === '' ? words[`note.${key}-somebody`] : say(words[`note.${key}`], { name });

const overLink = (words: WorkerWords, link: string): string =>
  link === '' ? '' : say(words['note.over-link'], { link });

function whatFor(words: WorkerWords, { link, words: opened }: OpenedRing): string {
  return opened ? overLink(words, link) : words['note.unread'];
}

/** It stays until somebody does something, and is heard and felt, unless whoever is rung is in a call. */
const urgently = (quiet: boolean): NoteOptions =>
  quiet ? { silent: true } : { requireInteraction: true, renotify: true, vibrate: VIBRATION };

const QUIETLY: NoteOptions = { silent: true };

function contents(note: Note, words: WorkerWords): SpokenNote {
  switch (note.is) {
    case 'ringing': {
      const { opened, quiet } = note;
      const decline = { action: 'decline', title: words['note.decline'] };
      const accept = { action: 'accept', title: words['note.accept'] };
      const options = {
        ...urgently(quiet),
        body: whatFor(words, opened),
        tag: opened.ring.ringId,
        timestamp: opened.ring.madeAt,
        actions: opened.words ? [accept, decline] : [decline],
        data: { is: 'ring', ring: opened.ring },
      };
      return { title: named(words, 'ringing', nameOf(opened)), options };
    }
    case 'unread': {
      const { ringId, quiet } = note;
      const options = { ...urgently(quiet), body: words['note.unread'], tag: ringId ?? 'unread' };
      return {
        title: words['note.ringing-somebody'],
        options: { ...options, data: { is: 'unread', ringId } },
      };
    }
    case 'trace': {
      const { trace, link } = note;
      const { back } = trace;
      const options = {
        ...QUIETLY,
        body: overLink(words, link),
        tag: trace.ringId,
        timestamp: trace.at,
        actions: back ? [{ action: 'ring-back', title: words['note.ring-back'] }] : [],
        data: { is: 'trace', back },
      };
      return { title: named(words, trace.state === 'busy' ? 'busy' : 'missed', trace.name), options };
    }
    case 'trace-unread':
      return {
        title: words['note.missed-somebody'],
        options: { ...QUIETLY, tag: note.ringId, data: { is: 'trace', back: null } },
      };
    case 'over':
      return {
        title: words['note.over'],
        options: { ...QUIETLY, body: words['note.over-detail'], tag: note.ringId, data: { is: 'nothing' } },
      };
  }
}

/** @param buttons how many the platform shows on a notification; without any, the page has them */
export function speak(note: Note, words: WorkerWords, lang: string, buttons: number): SpokenNote {
  const { title, options } = contents(note, words);
  const { actions = [], ...rest } = options;
  return { title, options: { ...PICTURES, lang, ...rest, actions: actions.slice(0, buttons) } };
}

/** The ring a notification is about; what an older version of this worker has left is read like anybody's. */
export function ringOf(data: unknown): ReturnType<typeof decodeRung> | null {
  return isFields(data) && data['is'] === 'ring' ? decodeRung(data['ring']) : null;
}

export function subjectOf(data: unknown): Subject {
  if (!isFields(data)) return { is: 'nothing' };
  const ring = ringOf(data);
  if (ring?.ok) return { is: 'ring', ringId: ring.value.ringId, callId: ring.value.callId };
  const { is, ringId } = data;
  if (is === 'unread' && isRingId(ringId)) return { is: 'unread-ring', ringId };
  return is === 'trace' ? { is, back: readAddress(data['back']) } : { is: 'nothing' };
}
