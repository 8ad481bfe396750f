import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, readlinkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartupProblem } from '../config/app-config.js';
import { isFields, parseJson } from '../protocol/index.js';

const LOCK_FILE = 'lock.json';

/** Which process holds the folder. A number alone is reused by the system; with its start time it is unique. */
interface Holder {
  readonly pid: number;
  readonly started: string;
  /** Process numbers mean something only within one of these: a container has its own. */
  readonly space: string;
}

/** When a process started, in whatever unit the system counts; null: there is no such process. */
function startOf(pid: number): string | null {
  try {
    if (process.platform === 'linux') {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      // proc(5): field 22 is the start time; the name (field 2) may hold blanks, so count from its closing bracket.
      return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
    }
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null;
  } catch {
    return null;
  }
}

function spaceOfThisProcess(): string {
  if (process.platform !== 'linux') return '';
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
}

function readHolder(path: string): Holder | null {
  const json = parseJson(readFileSync(path, 'utf8'));
  if (!json.ok || !isFields(json.value)) return null;
  const { pid, started, space } = json.value;
  return typeof pid === 'number' && typeof started === 'string' && typeof space === 'string'
    ? { pid, started, space }
    : null;
}

const isAlive = (holder: Holder, space: string): boolean =>
  holder.space === space && startOf(holder.pid) === holder.started;

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;

/** Links `draft` to `path` unless that exists. */
function linked(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  }
}

/** Takes a lock left by a process that is no more out of the way, unless somebody else was faster. */
function clear(path: string, space: string): Holder | null {
  const aside = `${path}.${randomUUID()}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null;
    throw error;
  }
  const moved = readHolder(aside);
  const alive = moved !== null && isAlive(moved, space);
  // Between our look and our move a live process took it: it gets it back.
  if (alive) linked(aside, path);
  rmSync(aside);
  return alive ? moved : null;
}

function takenBy(path: string, space: string): Holder | null {
  try {
    const holder = readHolder(path);
    return holder !== null && isAlive(holder, space) ? holder : clear(path, space);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null;
    throw error;
  }
}

/** Once: after that the lock may be somebody else's. */
function giverBack(path: string): () => void {
  let held = true;
  return () => {
    if (held) rmSync(path, { force: true });
    held = false;
  };
}

/**
 * Makes this process the only one that works on the folder: two would destroy the database in it. A killed process
 * leaves its lock behind, and the next start sees that nobody holds it.
 * @returns gives the folder back, once
 * @throws StartupProblem when a living process holds it
 */
export function lockDataDir(dataDir: string): () => void {
  const path = join(dataDir, LOCK_FILE);
  const draft = `${path}.${randomUUID()}`;
  const space = spaceOfThisProcess();
  const own: Holder = { pid: process.pid, started: startOf(process.pid) ?? '', space };
  writeFileSync(draft, JSON.stringify(own), { mode: 0o600 });
  try {
    for (;;) {
      if (linked(draft, path)) return giverBack(path);
      const holder = takenBy(path, space);
      if (holder !== null) {
        throw new StartupProblem(
          `DATA_DIR (${dataDir}) is in use by process ${holder.pid}. Stop that one, or give this one a folder of its own, for example DATA_DIR=./data2.`,
        );
      }
    }
  } finally {
    rmSync(draft, { force: true });
  }
}
