import { watch } from 'vue';
import { isHinted } from '@/invites/hints';
import { language, speakAlso } from '@/text';
import { installBy } from './install';
import { addStartPictures } from './ios-splash';
import { keepLanguage } from './kept-language';
import { calmLines } from './late-parts';
import { followLaunches } from './launches';
import { registerWorker } from './registration';
import { tellWhere } from './where';

/** Safari has no requestIdleCallback. */
const whenIdle = (): Promise<void> =>
  new Promise((done) => {
    if ('requestIdleCallback' in window) requestIdleCallback(() => done(), { timeout: 5000 });
    else setTimeout(done, 200);
  });

async function showLines(): Promise<void> {
  const [{ default: lines }] = await Promise.all([import('@/ui/app/AppLines.vue'), speakAlso('app')]);
  calmLines.value = lines;
}

let begun = false;

/** What makes the pages an app: begun once, when nothing else is to be done. */
export async function begin(): Promise<void> {
  if (begun) return;
  begun = true;
  tellWhere();
  followLaunches();
  watch(language, (spoken) => void keepLanguage(spoken), { immediate: true });
  await whenIdle();
  if (installBy.value === 'steps') addStartPictures();
  await registerWorker();
  await showLines();
  if (isHinted('device')) await (await import('@/invites/start-check')).checkAtStart();
}
