import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, posix } from 'node:path';
import { root } from '../../scripts/fresh-build.js';
import { projectFiles, seenByBuilder } from './build-context.js';
import { lastOf, type BuildStep, type Stage } from './dockerfile.js';
import { PATH, runInRoom } from './rooms.js';

/** What a stage has become. */
export interface Built {
  /** The folder that is its `/`. */
  readonly room: string;
  readonly env: Readonly<Record<string, string>>;
  readonly workdir: string;
}

/** The final stage, with what is needed to start it. */
export interface Image extends Built {
  readonly user: { readonly uid: number; readonly gid: number };
  readonly start: readonly string[];
  readonly healthcheck: readonly string[];
}

interface Builder {
  readonly folder: string;
  /** What the builder was given. */
  readonly context: string;
  readonly built: Map<string, Built>;
}

/** Copies the files that .dockerignore lets through. */
function fillContext(context: string): void {
  for (const file of seenByBuilder(projectFiles())) {
    mkdirSync(dirname(join(context, file)), { recursive: true });
    copyFileSync(join(root, file), join(context, file));
  }
}

const npmSays = (...words: string[]): string =>
  execFileSync('npm', ['config', 'get', ...words], { encoding: 'utf8' }).trim();

/**
 * The cache a builder keeps between builds is npm's own on this machine, filled when the project was installed: nothing is
 * fetched twice. How the registry is reached is this machine's affair, too.
 */
function npmOfThisMachine(): { env: Record<string, string>; caches: Record<string, string> } {
  const certificates = process.env.NODE_EXTRA_CA_CERTS;
  return {
    env: {
      npm_config_prefer_offline: 'true',
      npm_config_registry: npmSays('registry'),
      ...(certificates !== undefined && { NODE_EXTRA_CA_CERTS: certificates }),
    },
    caches: { '/root/.npm': npmSays('cache') },
  };
}

/** Everything, as this machine's own installation holds it. */
const WHOLE_INSTALLATION = /^npm ci --ignore-scripts( --no-\w+)*$/;

const versionsIn = (lock: string): Record<string, string> => {
  const { packages } = JSON.parse(readFileSync(lock, 'utf8')) as {
    packages: Record<string, { version: string; hasInstallScript?: boolean; optional?: boolean }>;
  };
  const all = Object.entries(packages).filter(([place, { optional }]) => place !== '' && optional !== true);
  return Object.fromEntries(all.map(([place, { version }]) => [place, version]));
};

/**
 * A second installation of all packages would cost half a minute: the one on this machine, of the same lock file, is taken.
 * That none of them needs a script to be run is shown by the build, which runs on them.
 */
function takeInstallation(to: string): void {
  const [wanted, there] = ['package-lock.json', 'node_modules/.package-lock.json'].map((lock) =>
    versionsIn(join(root, lock)),
  );
  if (JSON.stringify(wanted) !== JSON.stringify(there))
    throw new Error('Installed is not what package-lock.json says: run "npm ci".');
  const from = join(root, 'node_modules');
  // Links where both are on one disk.
  execFileSync('sh', ['-c', 'cp -al "$0" "$1" 2>/dev/null || cp -a "$0" "$1"', from, to]);
}

async function run(step: Extract<BuildStep, { is: 'RUN' }>, at: Built): Promise<void> {
  if (WHOLE_INSTALLATION.test(step.script)) {
    takeInstallation(join(at.room, at.workdir));
    return;
  }
  const npm = npmOfThisMachine();
  const bound: Record<string, string> = {};
  for (const place of step.caches) {
    const cache = npm.caches[place];
    if (cache === undefined) throw new Error(`There is nothing to stand in for the cache ${place}.`);
    mkdirSync(cache, { recursive: true });
    bound[place] = cache;
  }
  await runInRoom({ ...at, script: step.script, env: { ...at.env, ...npm.env }, bound });
}

/** A folder's content, or files, to a place; hard links, as nobody changes them afterwards. */
function copy(step: Extract<BuildStep, { is: 'COPY' }>, at: Built, builder: Builder): void {
  const from = step.from === null ? builder.context : builder.built.get(step.from)?.room;
  if (from === undefined) throw new Error(`There is no stage ${step.from ?? ''}.`);
  const to = join(at.room, posix.resolve(at.workdir, step.to));
  for (const source of step.sources.map((each) => join(from, each))) {
    const isFolder = statSync(source).isDirectory();
    const intoFolder = isFolder || step.to.endsWith('/') || step.sources.length > 1;
    mkdirSync(intoFolder ? to : dirname(to), { recursive: true });
    const target = isFolder || !intoFolder ? to : join(to, basename(source));
    execFileSync('cp', ['-al', isFolder ? `${source}/.` : source, target]);
  }
}

async function carryOutStage(stage: Stage, room: string, builder: Builder): Promise<Built> {
  let at: Built = { room, env: { PATH }, workdir: '/' };
  for (const step of stage.steps) {
    if (step.is === 'WORKDIR') {
      at = { ...at, workdir: posix.resolve(at.workdir, step.folder) };
      mkdirSync(join(room, at.workdir), { recursive: true });
    } else if (step.is === 'ENV') at = { ...at, env: { ...at.env, ...step.values } };
    else if (step.is === 'RUN') await run(step, at);
    else if (step.is === 'COPY') copy(step, at, builder);
  }
  return at;
}

/**
 * Does what the Dockerfile says, step by step, in this folder (Linux, root). Stood in for: the base image (this machine's own
 * programs while building) and the builder's cache (npm's).
 */
export async function carryOut(stages: readonly Stage[], folder: string): Promise<Image> {
  const builder: Builder = { folder, context: join(folder, 'context'), built: new Map() };
  fillContext(builder.context);
  let last: Built | undefined;
  for (const [number, stage] of stages.entries()) {
    const room = join(folder, `stage-${number}`);
    mkdirSync(room);
    last = await carryOutStage(stage, room, builder);
    if (stage.name !== null) builder.built.set(stage.name, last);
  }
  const final = stages.at(-1);
  const user = final && lastOf(final, 'USER');
  if (!last || !final || !user) throw new Error('The Dockerfile has no stage that can be started.');
  const argvOf = (is: 'ENTRYPOINT' | 'CMD' | 'HEALTHCHECK') => lastOf(final, is)?.argv ?? [];
  return {
    ...last,
    user,
    start: [...argvOf('ENTRYPOINT'), ...argvOf('CMD')],
    healthcheck: argvOf('HEALTHCHECK'),
  };
}
