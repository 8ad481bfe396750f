import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import {
  onFreePort,
  freePort,
  removeFolder,
  startChild,
  temporaryFolder,
  until,
  type Child,
} from './child.js';

const run = promisify(execFile);

/** A real redis-server that keeps nothing on disk: a restart leaves it empty. */
export interface RedisServer {
  readonly url: string;
  readonly port: number;
  readonly pid: () => number;
  /** Ends it in order; its port is free afterwards. */
  stop(): Promise<void>;
  /** Ends it as a crash would. */
  kill(): Promise<void>;
  /** Starts it again on the same port, empty; ends it first if it runs. */
  restart(): Promise<void>;
  /** How many keys it holds. */
  keys(): Promise<number>;
  /** It hangs: connections stay open, nothing is answered. */
  pause(): void;
  resume(): void;
}

const alone = ['--save', '', '--appendonly', 'no', '--bind', '127.0.0.1', '--daemonize', 'no'];

interface Launch {
  readonly folder: string;
  readonly port: number;
  readonly more: readonly string[];
  readonly namespace?: string | undefined;
}

const launch = ({ folder, port, more, namespace }: Launch): Promise<Child> =>
  startChild('redis-server', ['--port', String(port), '--dir', folder, ...alone, ...more], {
    ready: /Ready to accept connections/,
    cwd: folder,
    namespace,
  });

/** A redis-server with these settings besides. */
export async function startNode(
  name: string,
  moreFor: () => Promise<readonly string[]>,
  namespace?: string,
): Promise<RedisServer> {
  const folder = temporaryFolder(name);
  const first = await onFreePort(async (port) => {
    const how: Launch = { folder, port, more: await moreFor(), namespace };
    return { how, child: await launch(how) };
  });
  const { how } = first;
  let child = first.child;
  return {
    port: how.port,
    pid: () => child.pid,
    url: `redis://127.0.0.1:${how.port}`,
    async stop() {
      await child.end();
      removeFolder(folder);
    },
    async kill() {
      await child.end('SIGKILL');
    },
    async restart() {
      await child.end('SIGKILL');
      child = await launch(how);
    },
    async keys() {
      const { stdout } = await run('redis-cli', ['-p', String(how.port), 'dbsize']);
      return Number(stdout.trim());
    },
    pause: () => child.signal('SIGSTOP'),
    resume: () => child.signal('SIGCONT'),
  };
}

/** One redis-server on a free port of this machine, or of a network namespace. */
export const startRedis = (namespace?: string): Promise<RedisServer> =>
  startNode('redis', () => Promise.resolve([]), namespace);

/** Three masters without replicas. */
export interface RedisCluster {
  readonly nodes: readonly RedisServer[];
  /** As REDIS_URL takes it: the nodes' addresses, separated by commas. */
  readonly url: string;
  stop(): Promise<void>;
}

async function clusterNode(): Promise<readonly string[]> {
  const bus = String(await freePort()); // the default, port + 10000, may lie above 65535
  const own = ['--cluster-enabled', 'yes', '--cluster-config-file', 'nodes.conf', '--cluster-port', bus];
  // A lost node is noticed soon, and the others go on serving their own slots.
  return [...own, '--cluster-node-timeout', '2000', '--cluster-require-full-coverage', 'no'];
}

async function agrees(node: RedisServer): Promise<boolean> {
  const { stdout } = await run('redis-cli', ['-p', String(node.port), 'cluster', 'info']);
  return stdout.includes('cluster_state:ok') && stdout.includes('cluster_slots_ok:16384');
}

/** A Redis Cluster of real processes on free ports of this machine. */
export async function startRedisCluster(): Promise<RedisCluster> {
  const nodes: RedisServer[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.stop()));
  };
  try {
    for (let n = 0; n < 3; n += 1) nodes.push(await startNode('redis-cluster', clusterNode));
    const addresses = nodes.map((node) => `127.0.0.1:${node.port}`);
    await run('redis-cli', ['--cluster', 'create', ...addresses, '--cluster-replicas', '0', '--cluster-yes']);
    await until('the Redis Cluster agrees on its slots', async () => {
      const all = await Promise.all(nodes.map(agrees));
      return all.every(Boolean);
    });
  } catch (problem) {
    await stop();
    throw problem;
  }
  return { nodes, url: nodes.map((node) => node.url).join(','), stop };
}
