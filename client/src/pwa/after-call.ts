import { onBeforeUnmount, onMounted } from 'vue';
import type { CallScreen } from '@/call/call-view';
import { speakAlso } from '@/text';
import { afterCallLines } from './late-parts';
import { tellWhere } from './where';

/** ms of a talk after which it was a good one: who would like the next at hand is asked then, and not before. */
const GOOD_CALL_MS = 60_000;

async function hint(): Promise<void> {
  const [{ begin }, { default: lines }] = await Promise.all([
    import('./begin'),
    import('@/ui/app/InstallHint.vue'),
    speakAlso('app'),
  ]);
  afterCallLines.value = lines;
  // The worker comes now, too: who opens nothing but links has no other calm page.
  await begin();
}

/** For what shows a running call. @param screen the call's present one, also when it is over */
export function useAfterCall(screen: () => CallScreen): void {
  onMounted(tellWhere);
  onBeforeUnmount(() => {
    const now = screen();
    if (now.is !== 'ended' || now.lastedMs === null || now.lastedMs < GOOD_CALL_MS) return;
    // Offline: the call was good all the same.
    hint().catch(() => undefined);
  });
}
