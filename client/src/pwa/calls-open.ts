/** What is used of the browser's Web Locks, which windows and workers of one browser share. */
export interface HeldLocks {
  query(): Promise<LockManagerSnapshot>;
}

const browserLocks = (): HeldLocks | null => ('locks' in navigator ? navigator.locks : null);

/**
 * The calls that are open in a window of this browser, from the lobby to the end. By the locks with which a tab speaks for a
 * person (call/tab-claim.ts): the one place where that stands, and a window that crashed holds none.
 */
export async function callsOpen(locks: HeldLocks | null = browserLocks()): Promise<ReadonlySet<string>> {
  const { held = [] } = (await locks?.query()) ?? {};
  return new Set(held.flatMap(({ name = '' }) => /^o-to-o\/call\/([\w-]+)\//.exec(name)?.[1] ?? []));
}

export const isAnyCallOpen = async (): Promise<boolean> => (await callsOpen()).size > 0;
