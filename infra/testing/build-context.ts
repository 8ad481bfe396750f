import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import dockerignore from '@balena/dockerignore';
import { root } from '../../scripts/fresh-build.js';

/** Which of these files the builder gets to see, by the rules of .dockerignore. */
export function seenByBuilder(files: readonly string[]): string[] {
  const rules = readFileSync(join(root, '.dockerignore'), 'utf8');
  return dockerignore
    .default()
    .add(rules)
    .filter([...files]);
}

/** Never looked into here, to save time; that the builder does not see them either is a test of its own. */
const NOT_WALKED = ['.git', 'node_modules'];

/** The files of this project, as they lie on this disk, built ones among them. */
export function projectFiles(folder = ''): string[] {
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  return entries.flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (!entry.isDirectory()) return entry.isFile() ? [path] : [];
    return NOT_WALKED.includes(entry.name) ? [] : projectFiles(path);
  });
}
