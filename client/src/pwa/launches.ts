import { isAnyCallOpen } from './calls-open';

/** What is used of the launch queue (Chromium 110): what the app was opened for while it was open already. */
interface LaunchQueue {
  setConsumer(heard: (launch: { readonly targetURL?: string }) => void): void;
}

const isLaunchQueue = (value: unknown): value is LaunchQueue =>
  typeof value === 'object' && value !== null && 'setConsumer' in value;

/** The address this document was loaded for: that launch needs nothing more. */
const firstAddress = (): string | undefined => performance.getEntriesByType('navigation')[0]?.name;

async function follow(address: string): Promise<void> {
  // Whoever is in a call sees it: the app was brought forward, and nothing is taken from them.
  if (await isAnyCallOpen()) return;
  location.assign(address);
}

/** Icon, shortcut and shared links bring the open window forward (launch_handler in the manifest), and lead it there. */
export function followLaunches(): void {
  const queue: unknown = Reflect.get(window, 'launchQueue');
  if (!isLaunchQueue(queue)) return;
  let first = firstAddress();
  queue.setConsumer(({ targetURL }) => {
    const known = targetURL === first;
    first = undefined;
    if (targetURL !== undefined && !known && targetURL !== location.href) void follow(targetURL);
  });
}
