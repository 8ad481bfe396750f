/** Locks by which a tab speaks for a person in a call, lobby included (call/tab-claim.ts), or rings somebody. */
const A_CALLS = /^o-to-o\/(?:call|ring)\//;

/** What is used of the browser's Web Locks, which windows and workers of one browser share. */
export interface HeldLocks {
  query(): Promise<LockManagerSnapshot>;
}

const browserLocks = (): HeldLocks | null => ('locks' in navigator ? navigator.locks : null);

/**
 * The windows of this browser in which a call is open, from the lobby to the end, by the id a service worker knows them by.
 * The locks are the one place where this stands: a window that crashed holds none. A window holds one call's at a time.
 */
export async function windowsInCalls(
  locks: HeldLocks | null = browserLocks(),
): Promise<ReadonlyMap<string, string>> {
  const { held = [] } = (await locks?.query()) ?? {};
  const found = held.flatMap(({ name = '', clientId = '' }): [string, string][] =>
    A_CALLS.test(name) ? [[clientId, name]] : [],
  );
  return new Map(found);
}

export const isAnyCallOpen = async (): Promise<boolean> => (await windowsInCalls()).size > 0;
