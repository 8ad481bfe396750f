import { Cluster, Redis, type ClusterOptions, type RedisOptions } from 'ioredis';
import { LOAD, SWAP } from './redis-scripts.js';

/** ms until a command that is not answered fails. A person is waiting, and may try again. */
export const COMMAND_LIMIT_MS = 2_000;
/** ms without an answer after which a connection is given up: it may be dead without a word. */
const DEAD_MS = 4_000;
const CONNECT_LIMIT_MS = 3_000;
/** ms between two attempts to connect: short at first, then at most this, never all processes at once. */
const MAX_RETRY_MS = 1_000;

const retryIn = (attempts: number): number =>
  Math.min(50 * 2 ** Math.min(attempts, 6), MAX_RETRY_MS) * (0.5 + Math.random() / 2);

const ALONE = {
  // What cannot be sent now fails now: nothing piles up while Redis is away.
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
  // Subscribing again is the store's: it has to know when it is done.
  autoResubscribe: false,
  commandTimeout: COMMAND_LIMIT_MS,
  socketTimeout: DEAD_MS,
  connectTimeout: CONNECT_LIMIT_MS,
  retryStrategy: retryIn,
  connectionName: 'o-to-o',
  scripts: { presenceLoad: LOAD, presenceSwap: SWAP },
} satisfies RedisOptions;

interface Access {
  readonly username?: string;
  readonly password?: string;
  readonly tls?: Record<string, never>;
}

/** What the nodes of a Cluster name themselves has no password in it: the first address's counts for all. */
function accessOf(url: string): Access {
  const { username, password, protocol } = new URL(url);
  return {
    ...(username ? { username: decodeURIComponent(username) } : {}),
    ...(password ? { password: decodeURIComponent(password) } : {}),
    ...(protocol === 'rediss:' ? { tls: {} } : {}),
  };
}

/** Connections for commands and for what is published; on a Cluster one object does both. */
export interface Clients {
  readonly commands: Redis | Cluster;
  readonly subscriber: Redis | Cluster;
  /** Calls back whenever something published may have been missed. */
  onBreak(listener: () => void): void;
  onError(listener: (error: unknown) => void): void;
  disconnect(): void;
}

function clientsOfOne(url: string): Clients {
  const commands = new Redis(url, ALONE);
  const subscriber = new Redis(url, ALONE);
  return {
    commands,
    subscriber,
    onBreak: (listener) => subscriber.on('close', listener).on('ready', listener),
    onError: (listener) => {
      for (const client of [commands, subscriber]) client.on('error', listener);
    },
    disconnect: () => {
      commands.disconnect();
      subscriber.disconnect();
    },
  };
}

/**
 * ioredis 6.0.0: when a Cluster connection ends while its subscribers are still connecting, it waits for those for ever,
 * and every later connection has none ("No sharded subscriber for slot"). This ends the waiting; without it, one start in
 * fifty, and many a return after a loss, left a server that heard nothing.
 */
function letSubscribersStartAnew(cluster: Cluster): void {
  cluster.on('close', () => {
    const group: unknown = Reflect.get(cluster, 'shardedSubscribers');
    if (typeof group === 'object' && group !== null) Reflect.set(group, 'isResetting', false);
  });
}

function clientsOfCluster(urls: readonly string[]): Clients {
  const [first = ''] = urls;
  const options = {
    shardedSubscribers: true,
    enableOfflineQueue: false,
    clusterRetryStrategy: retryIn,
    slotsRefreshTimeout: COMMAND_LIMIT_MS,
    // A slot whose node is away stays so for longer than anybody waits: some quick attempts, then the answer is no.
    maxRedirections: 8,
    redisOptions: {
      commandTimeout: COMMAND_LIMIT_MS,
      socketTimeout: DEAD_MS,
      connectTimeout: CONNECT_LIMIT_MS,
      // Connected before the first person needs them.
      lazyConnect: false,
      connectionName: 'o-to-o',
      ...accessOf(first),
    },
    scripts: { presenceLoad: LOAD, presenceSwap: SWAP },
  } satisfies ClusterOptions;
  const cluster = new Cluster([...urls], options);
  letSubscribersStartAnew(cluster);
  return {
    commands: cluster,
    subscriber: cluster,
    onBreak: (listener) => {
      for (const event of ['-node', '+node', '-subscriber', 'subscribersReady', 'close'])
        cluster.on(event, listener);
    },
    onError: (listener) => {
      for (const event of ['error', 'node error', 'nodeError']) cluster.on(event, listener);
    },
    disconnect: () => {
      cluster.disconnect();
    },
  };
}

/** One address: that Redis. Several: nodes of a Redis Cluster. */
export const openClients = (urls: readonly string[]): Clients => {
  const [first, ...others] = urls;
  if (first === undefined) throw new Error('No address of a Redis was given.');
  return others.length === 0 ? clientsOfOne(first) : clientsOfCluster(urls);
};
