import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { root } from '../../scripts/fresh-build.js';

/** The fields of a service that the checks look at; that the whole file has the right form is the schema's affair. */
export interface Service {
  readonly image?: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly user?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly cap_add?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly restart?: string;
  readonly logging?: { readonly options?: Readonly<Record<string, string>> };
  readonly mem_limit?: string;
  readonly pids_limit?: number;
  readonly environment?: Readonly<Record<string, string>>;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly ports?: readonly string[];
  readonly networks?: readonly string[];
  readonly network_mode?: string;
  readonly stop_grace_period?: string;
}

export interface Composition {
  readonly name: string;
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<
    Record<string, { internal?: boolean; ipam?: { config: readonly { subnet: string }[] } }>
  >;
}

const FILE = join(root, 'infra', 'compose.yaml');
export const composeText = (): string => readFileSync(FILE, 'utf8');

/** Fills in every text below `node`; of names, as Compose does, nothing. */
function filled(node: unknown, fill: (text: string) => string): unknown {
  if (typeof node === 'string') return fill(node);
  if (Array.isArray(node)) return node.map((each: unknown) => filled(each, fill));
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, filled(value, fill)]));
}

/** As Compose reads it: `${NAME}` filled in from `values`, `$$` a dollar sign. */
export function composition(values: Readonly<Record<string, string>>): Composition {
  const fill = (text: string): string =>
    text.replace(/\$\$|\$\{(\w+)\}/g, (_, name: string | undefined) => {
      const value = name === undefined ? '$' : values[name];
      if (value === undefined) throw new Error(`Nothing gives compose.yaml its ${name ?? ''}.`);
      return value;
    });
  return filled(parse(composeText(), { merge: true }), fill) as Composition;
}

/** Runs make-env.sh in a folder of its own, as people do beside compose.yaml. */
export function makeEnv(folder: string, ...words: readonly string[]): Record<string, string> {
  const script = join(folder, 'make-env.sh');
  copyFileSync(join(root, 'infra', 'make-env.sh'), script);
  execFileSync('sh', [script, ...words], { stdio: 'pipe' });
  return readEnv(join(folder, '.env'));
}

/** `NAME=value` lines, as Compose reads them where nothing is quoted. */
export function readEnv(file: string): Record<string, string> {
  const lines = readFileSync(file, 'utf8').split('\n');
  const pairs = lines.filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(pairs.map((line) => [line.replace(/=.*/, ''), line.replace(/^[^=]*=/, '')]));
}
