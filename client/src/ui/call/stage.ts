import { onBeforeUnmount, shallowRef, type ShallowRef } from 'vue';
import { loadCallRun } from '@/call/load-call-run';
import { speakAlso } from '@/text';
import { useListener } from '@/ui/kit/listen';
import type * as late from './late-screens';

// What is seen during a call and after it is a file of its own, so that a lobby is drawn without waiting for it. It is
// fetched in the lobby, as soon as somebody is seen to be there; the call itself never waits for it, only its picture does.

const current = shallowRef<typeof late | null>(null);

/** Every screen of a call but its lobby; null as long as they are not here. */
export const lateScreens: Readonly<ShallowRef<typeof late | null>> = current;

export async function loadStage(): Promise<void> {
  const [screens] = await Promise.all([import('./late-screens'), speakAlso('in-call')]);
  current.value ??= screens;
}

const SIGNS_OF_A_PERSON = ['pointermove', 'pointerdown', 'keydown'];

/** Fetched after this time (ms) in any case: the lobby itself is complete by then. */
const EARLY_MS = 2000;

/** How long (ms) until one asks again. */
const AGAIN_MS = 3000;

async function serverAnswers(): Promise<boolean> {
  try {
    return (await fetch(location.pathname, { method: 'HEAD', cache: 'no-store' })).ok;
  } catch {
    return false;
  }
}

/** Has the stage fetched before it is needed. What goes wrong here is found when it is needed. */
export function useEarlyStage(): void {
  const early = (): void => void Promise.all([loadCallRun(), loadStage()]).catch(() => undefined);
  const timer = setTimeout(early, EARLY_MS);
  useListener(window, SIGNS_OF_A_PERSON, early);
  onBeforeUnmount(() => {
    clearTimeout(timer);
  });
}

/**
 * The stage is needed now. When it does not come, the page is loaded again as soon as the server answers: browsers
 * remember a file that failed, and a newer version of the pages may have replaced it. The call is entered again by itself.
 */
export async function bringStage(
  reload: () => void = () => {
    location.reload();
  },
): Promise<void> {
  try {
    await loadStage();
  } catch {
    do await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    while (!(await serverAnswers()));
    reload();
  }
}
