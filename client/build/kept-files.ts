import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CustomInjectManifestOptions } from 'vite-plugin-pwa';
import { SHELLS } from '../src/sw/shell';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** What the server adds to a page: a kept page is fetched anew when any of it changes. */
const OF_THE_SERVER = [
  'ops/security-headers.ts',
  'pages/client-pages.ts',
  'pages/page-scripts.ts',
  'pages/preloads.ts',
];

function serversPart(): string {
  const hash = createHash('sha256');
  for (const file of OF_THE_SERVER) hash.update(readFileSync(at(`../../server/src/${file}`)));
  return hash.digest('hex').slice(0, 16);
}

/** What the worker keeps: all pages in all their languages, so that the app opens anywhere without a network. */
export const keptFiles: Partial<CustomInjectManifestOptions> = {
  // One classic script: no browser needs to know modules in workers.
  rollupFormat: 'iife',
  globPatterns: ['index.html', 'assets/*.{js,css,svg,png,wasm}', 'icons/{app-192,badge-96}.png'],
  manifestTransforms: [
    (entries) => {
      const page = entries.find(({ url }) => url === 'index.html');
      const kept = entries
        .filter((entry) => entry !== page)
        .map((entry) => ({ ...entry, url: `/${entry.url}` }));
      const shells = SHELLS.map((url) => ({
        url,
        revision: `${page?.revision ?? ''}-${serversPart()}`,
        size: page?.size ?? 0,
      }));
      return { manifest: [...shells, ...kept], warnings: page ? [] : ['There is no page to keep.'] };
    },
  ],
};
