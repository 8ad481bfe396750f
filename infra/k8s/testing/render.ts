import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { temporaryFolder } from '../../../e2e/support/child.js';
import { root } from '../../../scripts/fresh-build.js';
import { findKustomizes, type Kustomize } from '../../../scripts/tools.js';
import { makeEnv } from '../../testing/compose.js';
import type { Manifest } from './manifests.js';

export const OVERLAYS = ['managed', 'everything-inside'] as const;
export type Overlay = (typeof OVERLAYS)[number];

/** One way to install it. */
export interface Installation {
  readonly overlay: Overlay;
  readonly monitoring: boolean;
}

export const INSTALLATIONS: readonly Installation[] = OVERLAYS.flatMap((overlay) =>
  [false, true].map((monitoring) => ({ overlay, monitoring })),
);

export const nameOfInstallation = ({ overlay, monitoring }: Installation): string =>
  monitoring ? `${overlay} with monitoring` : overlay;

/** The files of this folder in a copy, with the secrets of an operator beside them, as the README says. */
function copyOfFiles(): { folder: string; secrets: Readonly<Record<string, string>> } {
  const folder = temporaryFolder('k8s');
  for (const part of ['k8s', 'coturn']) {
    cpSync(join(root, 'infra', part), join(folder, part), { recursive: true });
  }
  const secrets = makeEnv(folder, 'call.example');
  renameSync(join(folder, '.env'), join(folder, 'k8s/overlays/everything-inside/secrets.env'));
  return { folder, secrets };
}

const MONITORING_LEFT_OUT = '# components:\n#   - ../../monitoring\n';

/** The overlay with the lines that take monitoring in no longer commented out. */
function withMonitoring(overlays: string, overlay: Overlay): string {
  const own = join(overlays, `${overlay}-with-monitoring`);
  cpSync(join(overlays, overlay), own, { recursive: true });
  const file = join(own, 'kustomization.yaml');
  const text = readFileSync(file, 'utf8');
  const taken = text.replace(MONITORING_LEFT_OUT, MONITORING_LEFT_OUT.replaceAll(/^# ?/gm, ''));
  if (taken === text) throw new Error(`${overlay} does not say how to take monitoring in.`);
  writeFileSync(file, taken);
  return own;
}

function build({ command, args }: Kustomize, folder: string): string {
  return execFileSync(command, [...args, folder], { encoding: 'utf8', maxBuffer: 1e8 });
}

function parsed(text: string): Manifest[] {
  return parseAllDocuments(text).map((document) => {
    const [problem] = document.errors;
    if (problem) throw problem;
    // What it really is, the first test of manifests.test.ts finds out.
    return document.toJS() as Manifest;
  });
}

/** What `kubectl apply -k` would send to a cluster, by every kustomize of this machine. */
export class Renderings {
  readonly #files = copyOfFiles();
  readonly #known = new Map<string, string>();
  readonly secrets = this.#files.secrets;
  readonly kustomizes = findKustomizes();

  #folder({ overlay, monitoring }: Installation): string {
    const overlays = join(this.#files.folder, 'k8s/overlays');
    return monitoring ? withMonitoring(overlays, overlay) : join(overlays, overlay);
  }

  #text(kustomize: Kustomize, installation: Installation): string {
    const name = `${kustomize.command} ${nameOfInstallation(installation)}`;
    const text = this.#known.get(name) ?? build(kustomize, this.#folder(installation));
    this.#known.set(name, text);
    return text;
  }

  /** By each of `kustomizes`. */
  texts(installation: Installation): string[] {
    return this.kustomizes.map((each) => this.#text(each, installation));
  }

  manifests(installation: Installation): Manifest[] {
    const [first] = this.kustomizes;
    if (!first) throw new Error('kustomize is missing: run "node scripts/setup.mjs".');
    return parsed(this.#text(first, installation));
  }
}
