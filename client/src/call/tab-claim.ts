import type { Slot } from './identity';

/** This tab is the one that speaks for a person of this browser in a call. */
export interface TabClaim {
  /** Lets another tab have it. */
  release(): void;
  /** Resolves if another tab takes it away (*Move the call here*); never otherwise. */
  readonly stolen: Promise<void>;
}

/** What is used of the browser's Web Locks. */
export interface Locks {
  request(
    name: string,
    options: LockOptions,
    held: (lock: Lock | null) => Promise<void> | undefined,
  ): Promise<unknown>;
}

const nameOf = (callId: string, slot: Slot): string => `o-to-o/call/${callId}/${slot}`;

/** http pages on other hosts than localhost, and old browsers, have no locks: there every tab is the only one. */
const browserLocks = (): Locks | null => ('locks' in navigator ? navigator.locks : null);

const freeClaim = (): TabClaim => ({
  release: () => undefined,
  stolen: new Promise(() => undefined),
});

function request(locks: Locks, name: string, options: LockOptions): Promise<TabClaim | null> {
  return new Promise((settle) => {
    let release = (): void => undefined;
    let stolen = (): void => undefined;
    const claim: TabClaim = {
      release: () => release(),
      stolen: new Promise((resolve) => (stolen = resolve)),
    };
    const held = (lock: Lock | null): Promise<void> | undefined => {
      settle(lock && claim);
      if (!lock) return undefined;
      return new Promise((resolve) => (release = resolve));
    };
    // Web Locks hold a lock for as long as the promise that `held` returns is open.
    locks.request(name, options, held).catch((error: unknown) => {
      // Before it was held: somebody else has it, or locks don't work here. Afterwards: it was taken away.
      stolen();
      settle(isAbort(error) ? null : freeClaim());
    });
  });
}

/** Was the request given up, or the lock stolen? Anything else means that this page may use no locks at all. */
const isAbort = (error: unknown): boolean =>
  error instanceof DOMException && (error.name === 'AbortError' || error.name === 'TimeoutError');

/**
 * Makes this tab the one that speaks for a person in a call; null: another tab does.
 * @param waitMs How long another tab may take to let go: after a reload it is this tab's own dying page.
 */
export async function claimTab(
  callId: string,
  slot: Slot,
  waitMs: number,
  locks: Locks | null = browserLocks(),
): Promise<TabClaim | null> {
  if (!locks) return freeClaim();
  const name = nameOf(callId, slot);
  // Asked without patience first: a slow browser must not make a free place look taken.
  const free = await request(locks, name, { ifAvailable: true });
  if (free || waitMs <= 0) return free;
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), waitMs);
  const claim = await request(locks, name, { signal: patience.signal });
  clearTimeout(timer);
  return claim;
}

/** Takes the call away from the tab that has it. */
export async function stealTab(
  callId: string,
  slot: Slot,
  locks: Locks | null = browserLocks(),
): Promise<TabClaim> {
  const claim = locks ? await request(locks, nameOf(callId, slot), { steal: true }) : null;
  return claim ?? freeClaim();
}
