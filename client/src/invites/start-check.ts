import { tellBlocks } from './blocked-callers';
import { refreshSubscription } from './notifications';
import { check } from './ring-links';

/**
 * At a start, once the page has nothing better to do: does the server still know this device, its links, its
 * subscription, and whom it blocked? What it has lost is brought back; links with a new address say so in the settings.
 */
export async function checkAtStart(): Promise<void> {
  const checked = await check();
  await tellBlocks();
  if (checked.is === 'known') await refreshSubscription(checked.device);
}
