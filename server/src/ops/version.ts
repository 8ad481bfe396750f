import { readFileSync } from 'node:fs';
import { isFields, parseJson } from '../protocol/index.js';

function read(): string {
  const json = parseJson(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
  const version: unknown = json.ok && isFields(json.value) ? json.value['version'] : undefined;
  return typeof version === 'string' ? version : 'unknown';
}

/** This program's version, from its package.json. */
export const VERSION = read();
