import { Cluster, Redis, type ClusterOptions, type RedisOptions } from 'ioredis';
import type { RedisSource } from '../config/redis-source.js';
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

/**
 * What the nodes of a Cluster, and Sentinels, name has no password in it: the first address's counts for all. Which certificates are
 * believed is Node's own matter (NODE_EXTRA_CA_CERTS).
 */
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

/** Two connections: one that subscribes can do nothing else. */
function clientsOfOne(connect: () => Redis): Clients {
  const commands = connect();
  const subscriber = connect();
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

/** The port of Sentinels where an address names none. */
const SENTINEL_PORT = 26_379;

function addressOf(url: string): { host: string; port: number } {
  const { hostname, port } = new URL(url);
  // An IPv6 address stands in brackets in a URL, and without them everywhere else.
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? SENTINEL_PORT : Number(port) };
}

/** The Redis that the Sentinels say is the master, and after a failover the new one. */
function connectBySentinels({ urls, name, password }: Extract<RedisSource, { is: 'sentinel' }>): Redis {
  const access = accessOf(urls[0]);
  return new Redis({
    ...ALONE,
    ...access,
    sentinels: urls.map(addressOf),
    name,
    ...(password === null ? {} : { sentinelPassword: password }),
    ...(access.tls ? { enableTLSForSentinelMode: true, sentinelTLS: access.tls } : {}),
    // The old master is left when the Sentinels say so, not when it stops answering: it may go on for long, alone.
    failoverDetector: true,
    sentinelRetryStrategy: retryIn,
    sentinelReconnectStrategy: retryIn,
    sentinelCommandTimeout: COMMAND_LIMIT_MS,
    // A master that has become a replica meanwhile: the connection is made anew, to whom the Sentinels name then.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  });
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

const asNamed: ClusterOptions['dnsLookup'] = (name, done) => {
  done(null, name);
};

function clientsOfCluster(urls: readonly [string, ...string[]]): Clients {
  const access = accessOf(urls[0]);
  const options = {
    shardedSubscribers: true,
    enableOfflineQueue: false,
    clusterRetryStrategy: retryIn,
    // ioredis 6.0.0 would ask a node at random how the Cluster is, the moment it knows its nodes. Where the address it began with
    // is none of their names, none is connected yet; without a queue that fails, and it begins anew, for ever. What it would
    // ask, `ping` asks of each.
    enableReadyCheck: false,
    slotsRefreshTimeout: COMMAND_LIMIT_MS,
    // A slot whose node is away stays so for longer than anybody waits: some quick attempts, then the answer is no.
    maxRedirections: 8,
    // A certificate is for the name that the nodes are known by, not for the address behind it.
    ...(access.tls ? { dnsLookup: asNamed } : {}),
    redisOptions: {
      commandTimeout: COMMAND_LIMIT_MS,
      socketTimeout: DEAD_MS,
      connectTimeout: CONNECT_LIMIT_MS,
      // Connected before the first person needs them.
      lazyConnect: false,
      connectionName: 'o-to-o',
      ...access,
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

/** Any but the memory of this process. */
export type SharedStore = Exclude<RedisSource, { is: 'memory' }>;

export function openClients(where: SharedStore): Clients {
  switch (where.is) {
    case 'single':
      return clientsOfOne(() => new Redis(where.url, ALONE));
    case 'sentinel':
      return clientsOfOne(() => connectBySentinels(where));
    case 'cluster':
      return clientsOfCluster(where.urls);
  }
}
