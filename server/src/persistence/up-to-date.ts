import { setTimeout as pause } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { waitAfter, type Backoff } from './backoff.js';
import { dataSourceFor } from './data-source.js';
import { isAway } from './database-away.js';
import { alone, MigrationsBusy } from './migration-lock.js';

/** A connected PostgreSQL whose tables are those of this version. */
export interface UpToDate {
  readonly source: DataSource;
  /** How many migrations had to run for that. */
  readonly ran: number;
}

const RETRY: Backoff = { firstMs: 250, maxMs: 2_000 };

/** One try to connect and to bring the tables up to date; only one process at a time does that. */
export async function upToDate(
  { url, pool }: { readonly url: string; readonly pool: number },
  onConnectionLost: (error: unknown) => void,
): Promise<UpToDate> {
  const source = dataSourceFor({ is: 'url', url, pool }, onConnectionLost);
  try {
    await source.initialize();
    const { length: ran } = await alone(url, () => source.runMigrations(), onConnectionLost);
    return { source, ran };
  } catch (error) {
    if (source.isInitialized) await source.destroy();
    throw error;
  }
}

/**
 * Tries again while the database is still starting, or another process is at it; not what only a person can mend, such as a
 * wrong password. How many migrations ran.
 * @param waitMs for so long at most
 * @param onWait once, with what is in the way
 */
export async function bringUpToDate(
  url: string,
  waitMs: number,
  onWait: (error: unknown) => void,
): Promise<number> {
  const deadline = performance.now() + waitMs;
  for (let tries = 1; ; tries += 1) {
    try {
      const { source, ran } = await upToDate({ url, pool: 1 }, () => undefined);
      await source.destroy();
      return ran;
    } catch (error) {
      const mayPass = isAway(error) || error instanceof MigrationsBusy;
      if (!mayPass || performance.now() >= deadline) throw error;
      if (tries === 1) onWait(error);
      await pause(waitAfter(tries, RETRY));
    }
  }
}
