import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, onFreePort, removeFolder, startChild, temporaryFolder, until } from './child.js';
import { startNode, type RedisServer } from './redis.js';

const run = promisify(execFile);

/** A certificate and its key, as files. */
export interface Files {
  readonly cert: string;
  readonly key: string;
}

/** A Redis that has a second one standing by, or that nobody may just walk into. */
export interface GuardedRedis {
  /** As REDIS_URL takes it. */
  readonly url: string;
  /** The servers themselves, whoever leads them. */
  readonly nodes: readonly RedisServer[];
  stop(): Promise<void>;
}

const PASSWORD = 'a p@ss/word';
const asUser = encodeURIComponent(PASSWORD);

const tlsArguments = (files: Files, port: number): string[] => [
  ...['--port', '0', '--tls-port', String(port), '--tls-auth-clients', 'no'],
  ...['--tls-cert-file', files.cert, '--tls-key-file', files.key, '--tls-ca-cert-file', files.cert],
  ...['--requirepass', PASSWORD],
];

/** One Redis that speaks TLS only and asks for a password. */
export async function startSecuredRedis(files: Files): Promise<GuardedRedis> {
  const port = await freePort();
  const node = await startNode('redis-tls', () => Promise.resolve(tlsArguments(files, port)));
  return { url: `rediss://:${asUser}@localhost:${port}`, nodes: [node], stop: () => node.stop() };
}

/** Three masters that speak TLS only, also to each other, and ask for a password. */
export async function startSecuredCluster(files: Files): Promise<GuardedRedis> {
  const nodes: RedisServer[] = [];
  const ports: number[] = [];
  for (let n = 0; n < 3; n += 1) {
    const [port, bus] = [await freePort(), await freePort()];
    const cluster = ['--cluster-enabled', 'yes', '--cluster-port', String(bus), '--tls-cluster', 'yes'];
    nodes.push(
      await startNode('redis-tls', () =>
        Promise.resolve([...tlsArguments(files, port), ...cluster, '--masterauth', PASSWORD]),
      ),
    );
    ports.push(port);
  }
  const access = ['--tls', '--cacert', files.cert, '-a', PASSWORD, '--no-auth-warning'];
  const addresses = ports.map((port) => `127.0.0.1:${port}`);
  await run('redis-cli', [...access, '--cluster', 'create', ...addresses, '--cluster-yes']);
  for (const port of ports) {
    await until('the Cluster agrees on its slots', async () => {
      const { stdout } = await run('redis-cli', ['-p', String(port), ...access, 'cluster', 'info']);
      return stdout.includes('cluster_state:ok') && stdout.includes('cluster_slots_ok:16384');
    });
  }
  return {
    // One address: the others are learnt from it, and have no password in them.
    url: `rediss://:${asUser}@localhost:${ports[0]}`,
    nodes,
    stop: async () => {
      await Promise.all(nodes.map((node) => node.stop()));
    },
  };
}

/** Redis that Sentinels watch. */
export interface WatchedRedis extends GuardedRedis {
  /** The password of the Sentinels themselves. */
  readonly sentinelPassword: string;
  /** Kills the master as a crash would. Resolves when the other one leads. */
  failOver(): Promise<void>;
}

const SENTINELS = 3;
const SENTINEL_PASSWORD = 'for the watchers';

async function startSentinel(master: number): Promise<{ port: number; end: () => Promise<void> }> {
  const folder = temporaryFolder('sentinel');
  const lines = (port: number): string[] => [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${folder}`,
    `requirepass "${SENTINEL_PASSWORD}"`,
    `sentinel sentinel-pass "${SENTINEL_PASSWORD}"`,
    `sentinel monitor mymaster 127.0.0.1 ${master} 2`,
    `sentinel auth-pass mymaster "${PASSWORD}"`,
    'sentinel down-after-milliseconds mymaster 1000',
    'sentinel failover-timeout mymaster 5000',
  ];
  return onFreePort(async (port) => {
    const file = join(folder, 'sentinel.conf');
    writeFileSync(file, `${lines(port).join('\n')}\n`);
    const child = await startChild('redis-server', [file, '--sentinel'], {
      ready: /\+monitor master mymaster/,
      cwd: folder,
    });
    const end = async (): Promise<void> => {
      await child.end();
      removeFolder(folder);
    };
    return { port, end };
  });
}

/** A master with a replica, and three Sentinels that watch them. */
export async function startWatchedRedis(): Promise<WatchedRedis> {
  const access = ['--requirepass', PASSWORD, '--masterauth', PASSWORD];
  const master = await startNode('redis-master', () => Promise.resolve(access));
  const replica = await startNode('redis-replica', () =>
    Promise.resolve([...access, '--replicaof', `127.0.0.1 ${master.port}`]),
  );
  const sentinels: Awaited<ReturnType<typeof startSentinel>>[] = [];
  for (let n = 0; n < SENTINELS; n += 1) sentinels.push(await startSentinel(master.port));
  const ask = async (port: number, password: string, ...question: string[]): Promise<string> => {
    const access_ = ['-p', String(port), '-a', password, '--no-auth-warning'];
    return (await run('redis-cli', [...access_, ...question])).stdout;
  };
  const everywhere = (what: string, is: (told: string) => boolean, ...question: string[]): Promise<unknown> =>
    until(what, async () => {
      const told = await Promise.all(sentinels.map(({ port }) => ask(port, SENTINEL_PASSWORD, ...question)));
      return told.every(is);
    });
  const knows = (count: string, number: number) => (told: string) =>
    new RegExp(`^${count}\\s+${number}$`, 'm').test(told);
  await everywhere('they know the replica', knows('num-slaves', 1), 'sentinel', 'master', 'mymaster');
  await everywhere(
    'they know each other',
    knows('num-other-sentinels', SENTINELS - 1),
    'sentinel',
    'master',
    'mymaster',
  );
  return {
    url: sentinels.map(({ port }) => `redis://:${asUser}@127.0.0.1:${port}`).join(','),
    sentinelPassword: SENTINEL_PASSWORD,
    nodes: [master, replica],
    failOver: async () => {
      await master.kill();
      const leader = ['sentinel', 'get-master-addr-by-name', 'mymaster'];
      await everywhere('the replica leads', (told) => told.includes(String(replica.port)), ...leader);
      await until('it does', async () => (await ask(replica.port, PASSWORD, 'role')).startsWith('master'));
    },
    stop: async () => {
      await Promise.all(sentinels.map(({ end }) => end()));
      await Promise.all([master.stop(), replica.stop()]);
    },
  };
}
