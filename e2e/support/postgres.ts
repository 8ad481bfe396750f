import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findPostgresFolder } from '../../scripts/tools.js';
import { onFreePort, removeFolder, startChild, temporaryFolder, until, type Child } from './child.js';

const run = promisify(execFile);

/** A real PostgreSQL with an empty database; what is written survives kill() and restart(). */
export interface PostgresServer {
  /** As DATABASE_URL takes it. */
  readonly url: string;
  readonly port: number;
  /** Where it keeps its data. */
  readonly folder: string;
  /** Its log. */
  output(): string;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
  /** Ends it at once, connections cut without a word; the next start recovers from its log, as after a crash. */
  kill(): Promise<void>;
  /** Starts it again on the same port with the same data; ends it first if it runs. */
  restart(): Promise<void>;
  /** It hangs: connections stay open, nothing is answered. */
  pause(): void;
  resume(): void;
}

function program(name: string): string {
  const folder = findPostgresFolder();
  if (folder === undefined) throw new Error('PostgreSQL is missing: run "node scripts/setup.mjs".');
  return join(folder, name);
}

/** PostgreSQL refuses to be root: then it runs as the user its package made. */
function owner(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string): number =>
    Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }).trim());
  return { uid: id('-u'), gid: id('-g') };
}

// Safe against a killed process, not against a power cut: the data dies with the test.
const SETTINGS = ['fsync=off', 'full_page_writes=off', 'shared_buffers=16MB'];

const launch = (
  folder: string,
  port: number,
  user: ReturnType<typeof owner>,
  more: readonly string[],
): Promise<Child> => {
  const settings = [
    ...SETTINGS,
    ...more,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'logging_collector=off',
  ];
  const args = ['-D', join(folder, 'data'), '-p', String(port), ...settings.flatMap((each) => ['-c', each])];
  return startChild(program('postgres'), args, {
    ready: /database system is ready to accept connections/,
    cwd: folder,
    env: { ...process.env, LC_ALL: 'C' },
    ...(user && { user }),
  });
};

/** Its backends are processes of their own and are stopped one by one. */
function signalAll(postmaster: number, signal: NodeJS.Signals): void {
  const children = readFileSync(`/proc/${postmaster}/task/${postmaster}/children`, 'utf8');
  for (const pid of [postmaster, ...children.trim().split(/\s+/).filter(Boolean).map(Number)]) {
    try {
      process.kill(pid, signal);
    } catch {
      // A backend that ended meanwhile needs no signal.
    }
  }
}

/** Nobody is let in but over TLS. */
export interface Secured {
  /** Files of a certificate and its key. */
  readonly cert: string;
  readonly key: string;
}

/** What makes it ask for TLS. It reads only a key that is its user's own. */
function secure(folder: string, files: Secured, user: ReturnType<typeof owner>): string[] {
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  copyFileSync(files.cert, cert);
  copyFileSync(files.key, key);
  chmodSync(key, 0o600);
  if (user) for (const file of [cert, key]) chownSync(file, user.uid, user.gid);
  writeFileSync(join(folder, 'data', 'pg_hba.conf'), 'hostssl all all 127.0.0.1/32 trust\n');
  return ['ssl=on', `ssl_cert_file=${cert}`, `ssl_key_file=${key}`];
}

/** One PostgreSQL on a free port of this machine, in a folder of its own. */
export async function startPostgres(secured?: Secured): Promise<PostgresServer> {
  const folder = temporaryFolder('postgres');
  const user = owner();
  if (user) chownSync(folder, user.uid, user.gid);
  const init = [
    '-D',
    join(folder, 'data'),
    '-U',
    'postgres',
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--locale=C',
    '--no-sync',
  ];
  await run(program('initdb'), init, { cwd: folder, ...user });
  const more = secured ? secure(folder, secured, user) : [];
  const first = await onFreePort(async (port) => ({ port, child: await launch(folder, port, user, more) }));
  let child = first.child;
  return {
    port: first.port,
    folder: join(folder, 'data'),
    output: () => child.output(),
    url: `postgres://postgres@127.0.0.1:${first.port}/postgres`,
    async stop() {
      // SIGQUIT is PostgreSQL's immediate shutdown: it waits for nobody's connection.
      await child.end('SIGQUIT');
      removeFolder(folder);
    },
    async kill() {
      await child.end('SIGQUIT');
    },
    async restart() {
      await child.end('SIGQUIT');
      child = await until('PostgreSQL starts again', () => launch(folder, first.port, user, more));
    },
    pause: () => signalAll(child.pid, 'SIGSTOP'),
    resume: () => signalAll(child.pid, 'SIGCONT'),
  };
}
