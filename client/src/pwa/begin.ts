import { isHinted } from '@/invites/hints';
import { registerWorker } from './registration';

/** Safari has no requestIdleCallback. */
const whenIdle = (): Promise<void> =>
  new Promise((done) => {
    if ('requestIdleCallback' in window) requestIdleCallback(() => done(), { timeout: 5000 });
    else setTimeout(done, 200);
  });

let begun = false;

/** What makes the pages an app: begun once, when nothing else is to be done. */
export async function begin(): Promise<void> {
  if (begun) return;
  begun = true;
  await whenIdle();
  await registerWorker();
  if (isHinted('device')) await (await import('@/invites/start-check')).checkAtStart();
}
