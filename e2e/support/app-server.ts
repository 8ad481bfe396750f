import { join } from 'node:path';
import { onFreePort, removeFolder, startChild, temporaryFolder, until, type Child } from './child.js';
import { root } from '../../scripts/fresh-build.js';

export interface AppOptions {
  /** The environment of the server, over what tests need by default. */
  readonly env?: Readonly<Record<string, string>>;
  /** Runs in this network namespace; `url` must then be given. */
  readonly namespace?: string | undefined;
  /** The address of the pages, where it is not http://localhost:PORT (a proxy, another network). */
  readonly url?: string;
  readonly port?: number;
}

/** The built server as its own process, with a data folder of its own. */
export interface AppServer {
  /** The address of its pages, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  readonly pid: () => number;
  readonly output: () => string;
  /** SIGTERM; resolves with the exit code. Its data goes with it. */
  readonly stop: () => Promise<number | null>;
  /** SIGKILL: no goodbye. */
  readonly kill: () => Promise<void>;
  /** Starts again on the same port and data; ends it first (SIGTERM) if it runs, and resolves with that exit code. */
  readonly restart: () => Promise<number | null>;
}

const ENTRY = join(root, 'server', 'dist', 'main.js');

/** What a test's server needs besides: its own port and data, nothing of the machine's own settings. */
function environment(port: number, dataDir: string, options: AppOptions): NodeJS.ProcessEnv {
  const own = { PORT: String(port), DATA_DIR: dataDir, STUN_PORT: '0', LOG_LEVEL: 'warn' };
  const origin: Record<string, string> =
    options.url === undefined ? { RATE_LIMITS: 'off' } : { PUBLIC_ORIGIN: options.url };
  const { PATH } = process.env;
  return { PATH, NODE_ENV: 'production', ...own, ...origin, ...options.env };
}

async function launch(port: number, dataDir: string, options: AppOptions): Promise<Child> {
  const child = await startChild(process.execPath, [ENTRY], {
    cwd: dataDir,
    env: environment(port, dataDir, options),
    namespace: options.namespace,
    ready: /o to o is ready/,
    readyWithinMs: 180_000,
  });
  if (options.namespace === undefined) {
    try {
      await until('the server says it is ready', async () => {
        const { ok } = await fetch(`http://127.0.0.1:${port}/readyz`);
        return ok;
      });
    } catch (problem) {
      await child.end('SIGKILL');
      throw problem;
    }
  }
  return child;
}

/** Starts the built server (see ensureBuilt) on a free port. */
export async function startApp(options: AppOptions = {}): Promise<AppServer> {
  const dataDir = temporaryFolder('app');
  const start = async (at: number): Promise<{ port: number; child: Child }> => ({
    port: at,
    child: await launch(at, dataDir, options),
  });
  const first = options.port === undefined ? await onFreePort(start) : await start(options.port);
  const { port } = first;
  let child = first.child;
  return {
    port,
    url: options.url ?? `http://localhost:${port}`,
    pid: () => child.pid,
    output: () => child.output(),
    async stop() {
      const code = await child.end('SIGTERM');
      removeFolder(dataDir);
      return code;
    },
    async kill() {
      await child.end('SIGKILL');
    },
    async restart() {
      const code = await child.end('SIGTERM');
      child = await launch(port, dataDir, options);
      return code;
    },
  };
}
