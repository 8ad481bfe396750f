import { execFile, execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { startChild, type Child } from '../../e2e/support/child.js';

const run = promisify(execFile);

/** Where programs are looked for inside an image, as the base image says. */
export const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Its mounts are its own, and gone with it. */
const APART = ['--mount', '--propagation', 'private', '--pid', '--fork', '--kill-child'];

/** This machine's programs, to be seen but not touched: what a base image brings along for building. */
const TOOLS = `
  mkdir -p "$ROOM/usr" "$ROOM/etc" "$ROOM/proc" "$ROOM/dev" "$ROOM/tmp"
  for each in usr etc; do mount --rbind -o ro "/$each" "$ROOM/$each"; done
  mount --rbind -o ro /dev "$ROOM/dev"
  mount -t proc proc "$ROOM/proc"
  mount -t tmpfs -o mode=1777 tmpfs "$ROOM/tmp"
`;

/** Debian has /bin and its like as links into /usr. */
function linkIntoUsr(room: string): void {
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    const [there, here] = [`/${name}`, join(room, name)];
    const isThere = lstatSync(here, { throwIfNoEntry: false }) !== undefined;
    if (!isThere && existsSync(there)) symlinkSync(readlinkSync(there), here);
  }
}

export interface ShellRun {
  /** The folder that is everything the script sees as `/`. */
  readonly room: string;
  readonly script: string;
  readonly workdir: string;
  readonly env: Readonly<Record<string, string>>;
  /** Folders of this machine, by the place where the script finds them. */
  readonly bound?: Readonly<Record<string, string>>;
}

/** Runs a shell script as root in a room of its own, with this machine's programs. */
export async function runInRoom({ room, script, workdir, env, bound = {} }: ShellRun): Promise<void> {
  linkIntoUsr(room);
  const binds = Object.entries(bound).map(
    ([place, folder]) => `mkdir -p "$ROOM${place}"; mount --bind "${folder}" "$ROOM${place}"`,
  );
  const words = Object.entries({ PATH, HOME: '/root', ...env }).map(([name, value]) => `${name}=${value}`);
  const inside = `exec chroot "$ROOM" /usr/bin/env -i "$@"`;
  const outer = ['sh', '-euc', [TOOLS, ...binds, inside].join('\n'), 'sh', ...words];
  const command = ['sh', '-ec', `cd "${workdir}"\n${script}`];
  await run('unshare', [...APART, ...outer, ...command], {
    env: { PATH: process.env.PATH, ROOM: room },
    maxBuffer: 1e8,
  });
}

/** Puts Node, and the libraries it is linked with, where the base image has them; nothing else of this machine. */
export function furnishWithNode(room: string): void {
  linkIntoUsr(room);
  const node = process.execPath;
  const libraries = execFileSync('ldd', [node], { encoding: 'utf8' }).match(/\/\S+/g) ?? [];
  const files = [[node, '/usr/local/bin/node'], ...libraries.map((library) => [library, library])];
  for (const [from = '', to = ''] of files) {
    const place = join(room, to.replace(/^\/(?=lib)/, '/usr/'));
    mkdirSync(dirname(place), { recursive: true });
    copyFileSync(from, place);
  }
  for (const folder of ['proc', 'dev', 'tmp']) mkdirSync(join(room, folder), { recursive: true });
}

export interface ProgramRun {
  readonly room: string;
  readonly argv: readonly string[];
  readonly workdir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly user: { readonly uid: number; readonly gid: number };
  /** Folders of this machine that may be written, by their place in the room. */
  readonly volumes?: Readonly<Record<string, string>>;
  readonly ready?: RegExp;
}

/** A program as a container runtime starts it. */
export interface Contained {
  readonly child: Child;
  /** Its process id as this machine sees it; it sees itself as process 1. */
  readonly pid: () => number;
}

/**
 * Starts a program as a container with a read-only root does: process 1 of its own, as this user, with no way to more rights,
 * and only /tmp and its volumes to write in.
 */
export async function startInRoom(program: ProgramRun): Promise<Contained> {
  const { room, argv, workdir, env, user, volumes = {}, ready } = program;
  const binds = Object.entries(volumes).map(([place, folder]) => `mount --bind "${folder}" "$ROOM${place}"`);
  const mounts = [
    'mount --bind "$ROOM" "$ROOM"',
    'mount -o remount,bind,ro "$ROOM"',
    'mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs "$ROOM/tmp"',
    'mount --rbind -o ro /dev "$ROOM/dev"',
    ...binds,
  ];
  const numbers = [`--setuid=${user.uid}`, `--setgid=${user.gid}`];
  const place = [`--root=${room}`, `--wd=${workdir}`, '--mount-proc'];
  const inner = [
    'setpriv',
    '--no-new-privs',
    'unshare',
    '--pid',
    '--fork',
    '--kill-child',
    ...place,
    ...numbers,
  ];
  const enter = 'exec env -u ROOM "$@"';
  const outer = ['sh', '-euc', [...mounts, enter].join('\n'), 'sh', ...inner, '--', ...argv];
  const child = await startChild('unshare', ['--mount', '--propagation', 'private', ...outer], {
    env: { ...env, PATH, ROOM: room },
    ...(ready && { ready }),
  });
  return {
    child,
    pid: () => Number(readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim()),
  };
}
