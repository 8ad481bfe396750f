import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A script that stands in the page; those that come as files have attributes. */
const WRITTEN_IN = /<script>([^]*?)<\/script>/g;

/**
 * The scripts that the build wrote into the page, as a policy names them (https://www.w3.org/TR/CSP3/#grammardef-hash-source):
 * these run, and nothing else that stands in a page. `folder`: the built pages.
 */
export function pageScripts(folder: string): string[] {
  const page = join(folder, 'index.html');
  if (!existsSync(page)) return [];
  return [...readFileSync(page, 'utf8').matchAll(WRITTEN_IN)].map(([, script = '']) => {
    return `'sha256-${createHash('sha256').update(script).digest('base64')}'`;
  });
}
