import { isRingId } from '@protocol';
import { TO_BLOCK } from '@/call/in-call-mark';
import { browserStore } from '@/storage/guarded-storage';
import * as api from './invites-api';
import { devices, THIS_DEVICE } from './invites-db';
import { oneAtATime } from './one-at-a-time';

/** What a later try may still do. */
const FOR_NOW: readonly api.InvitesProblem[] = ['offline', 'busy', 'unavailable'];

const noted = (): readonly string[] =>
  browserStore.keys().flatMap((key) => (key.startsWith(TO_BLOCK) ? [key.slice(TO_BLOCK.length)] : []));

/**
 * Tells the server whose callers are blocked. What it could not be told stays noted: for when the network is back, and for the next
 * start.
 */
export const tellBlocks = (): Promise<void> =>
  oneAtATime('blocks', async () => {
    const ids = noted();
    const device = ids.length > 0 ? await devices.get(THIS_DEVICE) : null;
    for (const ringId of ids) {
      const told = device && isRingId(ringId) ? await api.blockRing(device, ringId) : null;
      const later = told?.ok === false && FOR_NOW.includes(told.problem);
      if (!later) browserStore.remove(TO_BLOCK + ringId);
      if (later && told.problem === 'offline')
        addEventListener('online', () => void tellBlocks(), { once: true });
    }
  });
