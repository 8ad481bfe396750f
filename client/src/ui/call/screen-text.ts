import type { CallScreen, Obstacle, Trouble, Whose } from '@/call/call-view';
import { t, type PlainKey, type TextKey } from '@/text';
import { spokenDuration } from '@/text/duration';

/** What one screen of a call says: a title, and the sentences under it. */
export interface Words {
  readonly title: string;
  readonly detail: string;
}

const say = (title: PlainKey, detail?: PlainKey): Words => ({
  title: t(title),
  detail: detail ? t(detail) : '',
});

const RECONNECTING = {
  yours: 'call.reconnecting-yours',
  theirs: 'call.reconnecting-theirs',
  ours: 'call.reconnecting-ours',
  unknown: 'call.reconnecting-unknown',
} as const satisfies Record<Whose, TextKey>;

function entering(trouble: Trouble | undefined): Words {
  switch (trouble) {
    case 'unavailable':
      return say('call.unavailable', 'call.unavailable-detail');
    case 'too-many-requests':
      return say('call.too-many', 'call.too-many-detail');
    case 'no-connection':
      return say('call.no-connection', 'call.no-connection-detail');
    case undefined:
      return say('call.entering', 'call.entering-detail');
  }
}

function ended(lastedMs: number | null): Words {
  const detail =
    lastedMs === null
      ? t('call.ended-unmet')
      : t('call.ended-lasted', { duration: spokenDuration(lastedMs) });
  return { title: t('call.ended'), detail };
}

const UNREACHABLE_BY = {
  yours: 'call.unreachable-yours',
  theirs: 'call.unreachable-theirs',
  both: 'call.unreachable-both',
  ours: 'call.unreachable-ours',
  unknown: 'call.unreachable',
} as const satisfies Record<Obstacle['whose'], TextKey>;

const UNREACHABLE_WHY = {
  changing: 'call.unreachable-changing',
  silent: 'call.unreachable-silent',
  unasked: 'call.unreachable-unasked',
  unknown: 'call.unreachable-detail',
} as const satisfies Record<Obstacle['why'], TextKey>;

const UNKNOWN: Obstacle = { whose: 'unknown', why: 'unknown' };

const unreachable = ({ whose, why }: Obstacle = UNKNOWN): Words =>
  say(UNREACHABLE_BY[whose], UNREACHABLE_WHY[why]);

/** What one may do about a missing path; null: nothing that the two could. */
export function helpFor({ whose }: Obstacle = UNKNOWN): string | null {
  if (whose === 'ours') return null;
  if (whose === 'yours') return t('call.unreachable-help-yours');
  return t(whose === 'theirs' ? 'call.unreachable-help-theirs' : 'call.unreachable-help');
}

function failed(why: Extract<CallScreen, { is: 'failed' }>['why']): Words {
  switch (why) {
    case 'no-webrtc':
      return say('call.no-webrtc', 'call.no-webrtc-detail');
    case 'insecure':
      return say('call.insecure', 'call.insecure-detail');
    case 'broken':
      return say('call.broken', 'call.broken-detail');
  }
}

/** The words of a screen, in the current language. The same ones are shown and read aloud. */
export function wordsOf(screen: CallScreen): Words {
  switch (screen.is) {
    case 'opening':
      return say('opening.title');
    case 'second-tab':
      return say('tabs.title', 'tabs.detail');
    case 'lobby':
      return say('lobby.title', 'lobby.detail');
    case 'entering':
      return entering(screen.trouble);
    case 'waiting':
      return say('call.waiting', screen.parted ? 'call.waiting-parted' : 'call.waiting-detail');
    case 'connecting':
      return say('call.connecting', 'call.connecting-detail');
    case 'connected':
      return say('call.connected');
    case 'reconnecting':
      return say('call.reconnecting', RECONNECTING[screen.whose]);
    case 'peer-left':
      return say('call.peer-left', 'call.peer-left-detail');
    case 'unreachable':
      return unreachable(screen.obstacle);
    case 'ended':
      return ended(screen.lastedMs);
    case 'full':
      return say('call.full', 'call.full-detail');
    case 'unknown-call':
      return say('call.unknown', 'call.unknown-detail');
    case 'superseded':
      return say('call.superseded', 'call.superseded-detail');
    case 'damaged-link':
      return say('call.damaged', 'call.damaged-detail');
    case 'failed':
      return failed(screen.why);
  }
}

/** What is read aloud when the screen changes. */
export function announcementOf(screen: CallScreen): string {
  const { title, detail } = wordsOf(screen);
  // The reconnecting line says all there is to say itself.
  if (screen.is === 'reconnecting') return detail;
  if (!detail) return title;
  return t(title.endsWith('…') ? 'app.open-title-then' : 'app.title-then', { title, detail });
}
