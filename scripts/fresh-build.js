// Builds what is not built. "Built" is known by a hash of everything that goes into a build, kept after the build:
// times of files say nothing after a clone, a checkout or a copy.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
const cache = join(root, '.cache', 'build');

const PARTS = [
  {
    name: 'server',
    script: 'build:server',
    result: 'server/dist/main.js',
    sources: ['server/src', 'server/tsconfig.json', 'server/tsconfig.build.json', 'nest-cli.json'],
  },
  {
    name: 'client',
    script: 'build:client',
    result: 'client/dist/index.html',
    // Kept pages carry the server's headers: client/build/kept-files.ts.
    sources: ['client', 'server/src/protocol', 'server/src/ops/security-headers.ts', 'server/src/pages'],
  },
];

/** What a change in any part depends on. */
const SHARED = ['package-lock.json', 'tsconfig.base.json'];

/** Ways of a source that never reach a build. */
const LEFT_OUT = /(?:^|\/)(?:dist|node_modules|testing)$|\.test\.ts$|\.contract\.ts$/;

function* filesUnder(path) {
  if (LEFT_OUT.test(path)) return;
  const full = join(root, path);
  if (!existsSync(full)) return;
  if (!statSync(full).isDirectory()) {
    yield path;
    return;
  }
  for (const name of readdirSync(full).sort()) yield* filesUnder(`${path}/${name}`);
}

function fingerprint({ sources }) {
  const hash = createHash('sha256');
  for (const source of [...SHARED, ...sources]) {
    for (const file of filesUnder(source)) hash.update(`${file}\0`).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

const stampOf = (part) => join(cache, `${part.name}.sha256`);

function isFresh(part) {
  const built = existsSync(join(root, part.result));
  // An installation that was shipped without sources has nothing to build from.
  if (!existsSync(join(root, part.sources[0]))) return built;
  const stamp = stampOf(part);
  return built && existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint(part);
}

/** Runs one script of package.json; its output is shown only when it fails. */
function runScript(script) {
  return new Promise((done, fail) => {
    const child = spawn('npm', ['run', '--silent', script], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (data) => (output += data));
    child.stderr.on('data', (data) => (output += data));
    child.once('error', fail);
    child.once('exit', (code) =>
      code === 0 ? done() : fail(new Error(`npm run ${script} failed:\n${output}`)),
    );
  });
}

const alive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (problem) {
    return problem.code === 'EPERM';
  }
};

/** Two programs that build at the same time would delete each other's files: the second waits for the first. */
async function alone(work) {
  const lock = join(cache, 'lock');
  mkdirSync(cache, { recursive: true });
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (problem) {
      if (problem.code !== 'EEXIST') throw problem;
      const owner = existsSync(lock) ? Number(readFileSync(lock, 'utf8')) : 0;
      if (owner > 0 && !alive(owner)) rmSync(lock, { force: true });
      else await new Promise((done) => setTimeout(done, 200));
    }
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

async function build(part, say) {
  const began = performance.now();
  say(`Building the ${part.name} (only when something changed) …`);
  const print = fingerprint(part);
  rmSync(stampOf(part), { force: true });
  await runScript(part.script);
  writeFileSync(stampOf(part), print);
  say(`The ${part.name} is built (${((performance.now() - began) / 1000).toFixed(1)} s).`);
}

/** Builds the parts whose sources changed since they were built. `say` gets one sentence per step. */
export async function ensureBuilt(say) {
  if (PARTS.every(isFresh)) return;
  await alone(async () => {
    for (const part of PARTS) if (!isFresh(part)) await build(part, say);
  });
}

/** The next start builds again: whoever writes into the build by another way says so. */
export function forgetBuild(name) {
  rmSync(join(cache, `${name}.sha256`), { force: true });
}
