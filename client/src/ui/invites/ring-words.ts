import type { CallerState, Ended, Phase, Reached, StartProblem, Unavailable } from '@/invites/ring-machine';
import { t, type PlainKey } from '@/text';

/** What the ring page says: a title, and a sentence under it (may be empty). */
export interface RingWords {
  readonly title: string;
  readonly detail: string;
}

const say = (title: PlainKey, detail?: PlainKey): RingWords => ({
  title: t(title),
  detail: detail ? t(detail) : '',
});

const sayBoth = ([title, detail]: readonly [PlainKey, PlainKey]): RingWords => say(title, detail);

const REACHED = {
  'not-yet': 'ring.calling-detail',
  yes: 'ring.ringing-detail',
  'no-device': 'ring.no-device',
  'service-down': 'ring.service-down',
  'service-busy': 'ring.service-busy',
  refused: 'ring.refused',
} as const satisfies Record<Reached, PlainKey>;

const ENDED = {
  declined: ['ring.declined', 'ring.declined-detail'],
  engaged: ['ring.engaged', 'ring.busy-detail'],
  busy: ['ring.busy', 'ring.busy-detail'],
  missed: ['ring.missed', 'ring.missed-detail'],
  closed: ['ring.closed', 'ring.closed-detail'],
  lost: ['ring.lost', 'ring.lost-detail'],
} as const satisfies Record<Ended, readonly [PlainKey, PlainKey]>;

const UNAVAILABLE = {
  gone: ['ring.gone', 'ring.gone-detail'],
  'not-accepting': ['ring.not-accepting', 'ring.not-accepting-detail'],
  damaged: ['ring.damaged', 'ring.damaged-detail'],
  insecure: ['ring.insecure', 'ring.insecure-detail'],
  'no-webrtc': ['ring.no-webrtc', 'ring.no-webrtc-detail'],
} as const satisfies Record<Unavailable, readonly [PlainKey, PlainKey]>;

type RingFace = 'idle' | 'ringing' | 'declined' | 'missed' | 'answered' | 'unavailable';

const FACES = {
  declined: 'declined',
  engaged: 'declined',
  busy: 'declined',
  missed: 'missed',
  lost: 'missed',
  closed: 'unavailable',
} as const satisfies Record<Ended, RingFace>;

/** What went wrong before it rang. */
export const PROBLEMS = {
  offline: 'invites.offline',
  busy: 'invites.busy',
  unavailable: 'invites.unavailable',
} as const satisfies Record<StartProblem, PlainKey>;

function waiting(phase: Extract<Phase, { is: 'waiting' }>): RingWords {
  const { place, seated } = phase;
  const detail = t(seated ? 'ring.waiting-detail' : 'ring.own-offline-line');
  if (place === null) return { title: t('ring.calling'), detail };
  return { title: place === 1 ? t('ring.waiting-next') : t('ring.waiting', { place }), detail };
}

/** @param name Whom it is about, as this browser knows them; empty: it does not. */
export function wordsOfRing({ phase }: CallerState, name: string): RingWords {
  switch (phase.is) {
    case 'idle':
      return { title: name ? t('ring.title-name', { name }) : t('ring.title'), detail: t('ring.detail') };
    case 'unavailable':
      return sayBoth(UNAVAILABLE[phase.why]);
    case 'calling':
      return say('ring.calling', phase.asking && phase.call ? 'ring.asking' : 'ring.calling-detail');
    case 'ringing':
      if (!phase.seated) return say('ring.calling', 'ring.own-offline');
      if (phase.reached !== 'yes') return say('ring.calling', REACHED[phase.reached]);
      return name
        ? { title: t('ring.ringing-name', { name }), detail: t(REACHED.yes) }
        : say('ring.ringing', REACHED.yes);
    case 'waiting':
      return waiting(phase);
    case 'answered':
      return say('ring.answered', 'ring.answered-detail');
    case 'over':
      return sayBoth(ENDED[phase.how]);
  }
}

/** How it stands, to programs (`data-state`): one of six that others hold on to. */
export function stateOfRing({ phase }: CallerState): RingFace {
  switch (phase.is) {
    case 'calling':
    case 'waiting':
      return 'ringing';
    case 'over':
      return FACES[phase.how];
    default:
      return phase.is;
  }
}

/** The same, as finely as it is known (`data-detail`). */
export const detailOfRing = ({ phase }: CallerState): string => (phase.is === 'over' ? phase.how : phase.is);
