import type * as callRun from './call-run';

/**
 * What talks with the other browser is a file of its own, of some 17 KB: it is needed when somebody joins, not for the
 * lobby. Rejects when it could not be fetched.
 */
export const loadCallRun = (): Promise<typeof callRun> => import('./call-run');
