import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isFields, parseJson } from '../protocol/index.js';

/** What each kind of page begins with, by its source or name; what that imports comes along. */
const PAGES = {
  // The part that is a call without its page: it begins before that is drawn, and comes first (client/src/main.ts).
  call: 'opened-call',
  home: 'src/pages/HomePage.vue',
  ring: 'src/pages/RingPage.vue',
  settings: 'src/pages/SettingsPage.vue',
  other: 'src/pages/NotFoundPage.vue',
} as const;

type PageKind = keyof typeof PAGES;

const kindOf = (path: string): PageKind => {
  if (path.startsWith('/c/')) return 'call';
  if (path.startsWith('/r/')) return 'ring';
  if (path === '/settings') return 'settings';
  return path === '/' ? 'home' : 'other';
};

/** The file every page begins with. */
const FIRST = 'first';

interface Built {
  readonly file: string;
  readonly imports: readonly string[];
  readonly name: unknown;
}

/** Vite's manifest (build.manifest), as far as it is used: source → built file. */
function readManifest(folder: string): ReadonlyMap<string, Built> {
  const json = parseJson(readFileSync(join(folder, '.vite', 'manifest.json'), 'utf8'));
  if (!json.ok || !isFields(json.value)) throw new Error('The pages were built without a manifest.');
  const built = Object.entries(json.value).flatMap(([source, entry]): [string, Built][] => {
    if (!isFields(entry) || typeof entry['file'] !== 'string') return [];
    const imports = Array.isArray(entry['imports']) ? entry['imports'] : [];
    const named = imports.filter((name): name is string => typeof name === 'string');
    return [[source, { file: entry['file'], imports: named, name: entry['name'] }]];
  });
  return new Map(built);
}

function filesOf(manifest: ReadonlyMap<string, Built>, page: string): ReadonlySet<string> {
  const files = new Set<string>();
  const add = (source: string): void => {
    const built = manifest.get(source);
    // The first file is named by the page itself.
    if (!built || built.name === FIRST || files.has(built.file)) return;
    files.add(built.file);
    built.imports.forEach(add);
  };
  const named = [...manifest].find(([source, { name }]) => source === page || name === page);
  if (named) add(named[0]);
  return files;
}

/**
 * The `Link` header of a page's address: the browser asks for all scripts that this kind of page needs at once, instead
 * of finding one in the other. Read once; `folder`: the built pages.
 */
export function preloadsOf(folder: string): (path: string) => string {
  const manifest = readManifest(folder);
  const header = (kind: PageKind): string =>
    [...filesOf(manifest, PAGES[kind])]
      .map((file) => `</${file}>; rel=modulepreload; crossorigin`)
      .join(', ');
  const headers: Readonly<Record<PageKind, string>> = {
    call: header('call'),
    home: header('home'),
    ring: header('ring'),
    settings: header('settings'),
    other: header('other'),
  };
  return (path) => headers[kindOf(path)];
}
