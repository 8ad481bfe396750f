import { ownDevice } from './device';
import * as api from './invites-api';
import { traces, type KeptDevice, type KeptTrace } from './invites-db';
import type { RungEffect } from './rung-machine';

// Who rang and was not talked to: kept in this browser, and erased at the server once it was seen here.

/** ms after which a trace is of no use to anybody. */
const MAX_AGE_MS = 30 * 24 * 3_600_000;

const byTime = (a: KeptTrace, b: KeptTrace): number => b.at - a.at;

/** The newest first. */
export async function listTraces(): Promise<readonly KeptTrace[]> {
  const all = await traces.all();
  const oldest = Date.now() - MAX_AGE_MS;
  await Promise.all(all.filter(({ at }) => at < oldest).map(({ ringId }) => traces.remove(ringId)));
  return all.filter(({ at }) => at >= oldest).sort(byTime);
}

const whenSeen = (): Promise<void> =>
  new Promise((seen) => {
    const look = (): void => {
      if (document.visibilityState !== 'visible') return;
      document.removeEventListener('visibilitychange', look);
      seen();
    };
    document.addEventListener('visibilitychange', look);
    look();
  });

type KeepTrace = Extract<RungEffect, { type: 'keep-trace' }>;

/** What could not be kept here stays at the server, for its seven days. */
export async function keepTrace(device: KeptDevice, { ring, words, state }: KeepTrace): Promise<void> {
  const { ringId, slug, madeAt } = ring;
  const kept = await traces.put({
    ringId,
    slug,
    state,
    at: madeAt,
    name: words?.name ?? '',
    back: words?.back ?? null,
  });
  if (kept) void whenSeen().then(() => api.dropRing(device, ringId));
}

/** The person has no more use for it. */
export async function dropTrace(ringId: string): Promise<void> {
  await traces.remove(ringId);
  const device = await ownDevice();
  if (device) await api.dropRing(device, ringId);
}
