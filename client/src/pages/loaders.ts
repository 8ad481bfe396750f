// Each page is a file of its own, fetched by main.ts for the address that was opened, and by whoever knows that it is
// needed next.
import { loadPack, startingLanguage } from '@/text/languages';

/** A page whose words come with it. */
async function withInvitesWords<Page>(load: () => Promise<Page>): Promise<Page> {
  // Asked for at once, in the language that is most likely spoken; taken when the page is there.
  loadPack('invites', startingLanguage()).catch(() => undefined);
  const [page, { speakAlso }] = await Promise.all([load(), import('@/text')]);
  await speakAlso('invites');
  return page;
}

export const loadHome = () => import('./HomePage.vue');
export const loadCall = () => import('./CallPage.vue');
export const loadSettings = () => withInvitesWords(() => import('./SettingsPage.vue'));
export const loadRing = () => withInvitesWords(() => import('./RingPage.vue'));
export const loadAnswered = () => import('./AnsweredPage.vue');
export const loadNotFound = () => import('./NotFoundPage.vue');

/** What an address needs, so that it is fetched beside the rest and not after it. */
export function loaderFor(path: string): () => Promise<unknown> {
  if (path.startsWith('/c/')) return loadCall;
  if (path.startsWith('/r/')) return loadRing;
  if (path === '/') return loadHome;
  if (path.startsWith('/answered/')) return loadAnswered;
  return path === '/settings' ? loadSettings : loadNotFound;
}
