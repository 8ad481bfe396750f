import type * as meeting from './meeting';

export type MeetingParts = typeof meeting;

/**
 * What makes descriptions small, and agrees on a safety code, is a file of its own, of some 8 KB: it is needed when the
 * other person is there, not for the lobby. Rejects when it could not be fetched.
 */
export const loadMeetingParts = (): Promise<MeetingParts> => import('./meeting');
