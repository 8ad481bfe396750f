import type { DeviceProblem } from '@/invites/device';
import type { PlainKey } from '@/text';

/** What is said when the server, or this browser, did not do what was asked. */
export const PROBLEM_WORDS = {
  offline: 'invites.offline',
  busy: 'invites.busy',
  unavailable: 'invites.unavailable',
  'unknown-device': 'invites.unknown-device',
  gone: 'invites.gone',
  over: 'invites.gone',
  // The one thing of one's own that the server refuses so: another ring link.
  'not-accepting': 'links.too-many',
  refused: 'invites.refused',
  'no-storage': 'invites.no-storage',
} as const satisfies Record<DeviceProblem, PlainKey>;
