import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface ChildOptions {
  /** Text on its output that says it is ready; without one it counts as ready once it runs. */
  readonly ready?: RegExp;
  /** Longest wait (ms) for `ready`. Generous: the machines that run this are slow and shared. */
  readonly readyWithinMs?: number;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Runs as this user: some servers refuse to be root. */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** Runs inside this network namespace (Linux, root). */
  readonly namespace?: string | undefined;
}

/** A process started for a test, ended by its own pid. */
export interface Child {
  readonly pid: number;
  /** What it printed last, both streams; at most OUTPUT_KEPT characters. */
  readonly output: () => string;
  readonly running: () => boolean;
  readonly signal: (name: NodeJS.Signals) => void;
  /** Sends `first` and waits for the end, after `patienceMs` by force; resolves with the exit code (null: by a signal). */
  readonly end: (first?: NodeJS.Signals, patienceMs?: number) => Promise<number | null>;
  /** Resolves with the exit code once it has ended. */
  readonly ended: Promise<number | null>;
}

const OUTPUT_KEPT = 200_000;
const living = new Set<ChildProcess>();
const folders = new Set<string>();

// A test run that is cut short ends what it started all the same.
process.on('exit', () => {
  for (const child of living) child.kill('SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder that is gone when the test run is over. */
export function temporaryFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `o-to-o-${name}-`));
  folders.add(folder);
  return folder;
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  folders.delete(folder);
}

/** A TCP port nobody listens on just now. It may be taken a moment later: callers try again. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  await new Promise((done) => probe.close(done));
  if (typeof address !== 'object' || address === null) throw new Error('This machine gave no free port.');
  return address.port;
}

/** Starts something on a free port; takes another one when somebody else was quicker. */
export async function onFreePort<T>(start: (port: number) => Promise<T>): Promise<T> {
  const problems: unknown[] = [];
  for (let attempt = 0; attempt < 5; attempt += 1) {
    try {
      return await start(await freePort());
    } catch (problem) {
      problems.push(problem);
    }
  }
  throw new AggregateError(
    problems,
    `It did not start on any of five free ports: ${String(problems.at(-1))}`,
  );
}

/** Asks again until the answer is there; the last problem is told when time is up. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  withinMs = 30_000,
  everyMs = 50,
): Promise<T> {
  const deadline = performance.now() + withinMs;
  let problem: unknown = 'not yet';
  do {
    try {
      const answer = await ask();
      if (answer !== null && answer !== undefined && answer !== false) return answer;
    } catch (caught) {
      problem = caught;
    }
    await new Promise((done) => setTimeout(done, everyMs));
  } while (performance.now() < deadline);
  throw new Error(`${what}: not within ${withinMs} ms (${String(problem)})`);
}

function watchOutput(process_: ChildProcess): {
  text: () => string;
  seen: (pattern: RegExp) => Promise<void>;
} {
  let text = '';
  const waiting = new Set<() => void>();
  const add = (data: Buffer): void => {
    text = (text + data.toString('utf8')).slice(-OUTPUT_KEPT);
    for (const look of waiting) look();
  };
  process_.stdout?.on('data', add);
  process_.stderr?.on('data', add);
  return {
    text: () => text,
    seen: (pattern) =>
      new Promise((done) => {
        const look = (): void => {
          if (!pattern.test(text)) return;
          waiting.delete(look);
          done();
        };
        waiting.add(look);
        look();
      }),
  };
}

async function waitReady(name: string, ready: Promise<void>, child: Child, withinMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((done) => {
    timer = setTimeout(() => done(`is not ready after ${withinMs} ms`), withinMs);
  });
  const ended = child.ended.then((code) => `ended with ${code ?? 'a signal'}`);
  const problem = await Promise.race([ready, late, ended]);
  clearTimeout(timer);
  if (typeof problem !== 'string') return;
  await child.end('SIGKILL');
  throw new Error(`${name} ${problem}:\n${child.output().slice(-3000)}`);
}

/** Starts a process and waits until it is ready. */
export async function startChild(
  command: string,
  args: readonly string[],
  options: ChildOptions = {},
): Promise<Child> {
  const { ready, readyWithinMs = 60_000, env, cwd, user, namespace } = options;
  const settings: SpawnOptions = { stdio: ['ignore', 'pipe', 'pipe'], ...user };
  if (env) settings.env = env;
  if (cwd !== undefined) settings.cwd = cwd;
  // `ip netns exec` becomes the program it starts: the pid is the program's own.
  const process_ =
    namespace === undefined
      ? spawn(command, args, settings)
      : spawn('ip', ['netns', 'exec', namespace, command, ...args], settings);
  const ended = new Promise<number | null>((done, fail) => {
    process_.once('error', fail);
    process_.once('exit', (code) => {
      living.delete(process_);
      done(code);
    });
  });
  ended.catch(() => undefined); // told through waitReady below
  await Promise.race([once(process_, 'spawn'), ended]);
  living.add(process_);
  const output = watchOutput(process_);
  const running = (): boolean => process_.exitCode === null && process_.signalCode === null;
  const child: Child = {
    pid: process_.pid ?? 0,
    output: output.text,
    running,
    signal: (name) => void process_.kill(name),
    ended,
    async end(first = 'SIGTERM', patienceMs = 20_000) {
      if (running()) process_.kill(first);
      const force = setTimeout(() => process_.kill('SIGKILL'), patienceMs);
      return ended.finally(() => clearTimeout(force));
    },
  };
  if (ready) await waitReady(command, output.seen(ready), child, readyWithinMs);
  return child;
}
