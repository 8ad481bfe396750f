// Each page is a file of its own, fetched by main.ts for the address that was opened, and by whoever knows that it is
// needed next.
export const loadHome = () => import('./HomePage.vue');
export const loadCall = () => import('./CallPage.vue');
export const loadSettings = () => import('./SettingsPage.vue');
export const loadNotFound = () => import('./NotFoundPage.vue');

/** What an address needs, so that it is fetched beside the rest and not after it. */
export function loaderFor(path: string): () => Promise<unknown> {
  if (path.startsWith('/c/')) return loadCall;
  if (path === '/') return loadHome;
  return path === '/settings' ? loadSettings : loadNotFound;
}
