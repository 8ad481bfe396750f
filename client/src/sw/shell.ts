/**
 * The pages as they are kept for when there is no network: one file, kept once for each kind of address, because the
 * server's answer names other scripts for each (server/src/pages/preloads.ts). The build puts these into the list of
 * what is kept (client/build/kept-files.ts).
 */
export const SHELLS = ['/', '/c/', '/r/', '/settings', '/other'] as const;

export type Shell = (typeof SHELLS)[number];

/** Everything but the API, its socket, what operators ask, and files: as the server has it (client-pages.ts). */
const isPage = (path: string): boolean =>
  !/^\/(?:api|healthz|readyz|metrics)(?:\/|$)/.test(path) && !path.includes('.');

/** What a page's address is answered with; null: that is no page, and none of the worker's business. */
export function shellFor(path: string): Shell | null {
  if (!isPage(path)) return null;
  if (path === '/' || path === '/settings') return path;
  if (path.startsWith('/c/')) return '/c/';
  return path.startsWith('/r/') ? '/r/' : '/other';
}
