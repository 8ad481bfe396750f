import type { RefusedReason } from '../protocol/index.js';

/** What each refusal says to people: what happened, and what to do. */
export const REFUSALS: Readonly<Record<RefusedReason, string>> = {
  full: 'This call already has two people. Ask the person who sent you the link for another one.',
  displaced:
    'The person whose place this was is back. Start a call of your own, or wait until a place is free.',
  'unknown-call': 'This link opens no call. It may be cut off or too old: ask for a new one.',
  unavailable: 'The call cannot be reached just now. Try again in a moment.',
  'too-many-requests': 'Too many attempts came from your network. Try again in a minute.',
  'bad-message': 'This page speaks another version than the server. Reload it.',
};

/** The answer to `attend` of a device that is none. */
export const UNKNOWN_DEVICE =
  'This device is not known here any more. Make it reachable again in the settings.';

/** The answer to `lock` where nobody has the other seat. */
export const NOT_TOGETHER = 'A call is locked for two people. Wait until the other person is here.';
