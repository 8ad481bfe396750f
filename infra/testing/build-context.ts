import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
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

/** The files of this project: those that git knows, and new ones that it does not ignore. */
export function projectFiles(): string[] {
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const listed = execFileSync('git', list, { cwd: root, encoding: 'utf8', maxBuffer: 1e8 });
  return listed.split('\0').filter((file) => file !== '' && existsSync(join(root, file)));
}
