import { createECDH } from 'node:crypto';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { StartupProblem, type AppConfig, type StunSource, type VapidKeys } from './app-config.js';
import { DEFAULT_STUN_PORT, readEnvironment, type Environment, type Settings } from './environment.js';
import { keptServerSecret, keptVapidKeys, openDataDir } from './kept-secrets.js';
import { parsePushHost, type PushHost } from './push-hosts.js';
import { redisSource, type RedisSource } from './redis-source.js';

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

const isLoopbackOrigin = (origin: string): boolean => LOOPBACK.includes(new URL(origin).hostname);

/** The same page under its other local names: people type 127.0.0.1 as well as localhost. */
function originsOf(settings: Settings, port: number): { publicOrigin: string; allowedOrigins: string[] } {
  const given = settings.PUBLIC_ORIGIN;
  if (given !== undefined) return { publicOrigin: given, allowedOrigins: [given] };
  const allowedOrigins = LOOPBACK.map((host) => new URL(`http://${host}:${port}`).origin);
  return { publicOrigin: new URL(`http://localhost:${port}`).origin, allowedOrigins };
}

function stunOf({ STUN_URLS, STUN_PORT }: Settings): StunSource {
  if (STUN_URLS !== undefined) return { is: 'elsewhere', urls: STUN_URLS };
  if (STUN_PORT === 0) return { is: 'elsewhere', urls: [] };
  return { is: 'embedded', port: STUN_PORT ?? DEFAULT_STUN_PORT, chosen: STUN_PORT !== undefined };
}

function fitTogether(publicKey: string, privateKey: string): boolean {
  const ecdh = createECDH('prime256v1');
  try {
    ecdh.setPrivateKey(Buffer.from(privateKey, 'base64url'));
    return ecdh.getPublicKey().equals(Buffer.from(publicKey, 'base64url'));
  } catch {
    return false;
  }
}

/** The keys the environment gives, if it does; half a pair, or two halves of different pairs, cannot be right. */
function givenVapidKeys(settings: Settings): { publicKey: string; privateKey: string } | null {
  const { VAPID_PUBLIC_KEY: publicKey, VAPID_PRIVATE_KEY: privateKey } = settings;
  if (publicKey === undefined && privateKey === undefined) return null;
  if (publicKey === undefined || privateKey === undefined) {
    const [missing, other] =
      publicKey === undefined
        ? ['VAPID_PUBLIC_KEY', 'VAPID_PRIVATE_KEY']
        : ['VAPID_PRIVATE_KEY', 'VAPID_PUBLIC_KEY'];
    throw new StartupProblem(`${missing} must be given together with ${other}, or neither.`);
  }
  if (!fitTogether(publicKey, privateKey)) {
    throw new StartupProblem(
      'VAPID_PRIVATE_KEY must belong to VAPID_PUBLIC_KEY, for example both from one "npx web-push generate-vapid-keys".',
    );
  }
  return { publicKey, privateKey };
}

const vapidSubject = (settings: Settings, publicOrigin: string): string =>
  settings.VAPID_SUBJECT ?? (publicOrigin.startsWith('https:') ? publicOrigin : 'mailto:operator@localhost');

/** PORT=0: any free one, looked up before anything is built from it. */
async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((done, fail) => probe.once('error', fail).listen(0, done));
  const address = probe.address();
  await new Promise((done) => probe.close(done));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Secrets the environment does not give live in DATA_DIR; who gives them all and a database needs no such folder. */
function secretsOf(
  settings: Settings,
  dataDir: string,
): { secret: Buffer; keys: Omit<VapidKeys, 'subject'> } {
  const givenKeys = givenVapidKeys(settings);
  const givenSecret = settings.SERVER_SECRET;
  const complete = givenKeys !== null && givenSecret !== undefined && settings.DATABASE_URL !== undefined;
  if (!complete) openDataDir(dataDir);
  return {
    secret: givenSecret === undefined ? keptServerSecret(dataDir) : Buffer.from(givenSecret, 'utf8'),
    keys: givenKeys ?? keptVapidKeys(dataDir),
  };
}

function pushHostsOf(settings: Settings, publicOrigin: string): readonly PushHost[] {
  const hosts = settings.PUSH_ENDPOINT_ALLOW.flatMap((entry) => parsePushHost(entry) ?? []);
  const isOpen = hosts.some(({ is, port }) => is === 'loopback' && port === 'any');
  if (!isOpen || isLoopbackOrigin(publicOrigin)) return hosts;
  throw new StartupProblem(
    'PUSH_ENDPOINT_ALLOW must name the port of a push service on this machine, for example localhost:8443, unless PUBLIC_ORIGIN is on this machine, too.',
  );
}

function metricsPortOf({ METRICS_PORT }: Settings, port: number): number | null {
  if (METRICS_PORT !== port) return METRICS_PORT ?? null;
  throw new StartupProblem('METRICS_PORT must be another port than PORT, for example 9464.');
}

function redisOf(settings: Settings): RedisSource {
  const { REDIS_URL: urls, REDIS_MODE: mode, REDIS_SENTINEL_NAME: name } = settings;
  const source = redisSource(urls, mode, { name, password: settings.REDIS_SENTINEL_PASSWORD ?? null });
  if (source) return source;
  throw new StartupProblem(
    urls.length === 0
      ? `REDIS_URL must be given with REDIS_MODE=${mode}, for example redis://localhost:6379.`
      : 'REDIS_MODE must not be "single" where REDIS_URL has several addresses, for example auto.',
  );
}

function checkRateLimits(settings: Settings, publicOrigin: string): void {
  if (settings.RATE_LIMITS === 'on' || isLoopbackOrigin(publicOrigin)) return;
  throw new StartupProblem(
    'RATE_LIMITS must be "on" unless PUBLIC_ORIGIN is on this machine, for example http://localhost:3000.',
  );
}

/**
 * The environment → the one configuration of this process, frozen.
 * @throws StartupProblem with a line for each variable that cannot be right.
 */
export async function loadConfig(environment: Environment): Promise<AppConfig> {
  const read = readEnvironment(environment);
  if (!read.ok) throw new StartupProblem(read.problems.join('\n'));
  const { settings } = read;
  const port = settings.PORT === 0 ? await freePort() : settings.PORT;
  const origins = originsOf(settings, port);
  checkRateLimits(settings, origins.publicOrigin);
  const dataDir = resolve(settings.DATA_DIR);
  const { secret, keys } = secretsOf(settings, dataDir);
  const url = settings.DATABASE_URL;
  return Object.freeze({
    ...origins,
    port,
    metricsPort: metricsPortOf(settings, port),
    dataDir,
    database:
      url === undefined ? { is: 'embedded', dataDir } : { is: 'postgres', url, pool: settings.DATABASE_POOL },
    redis: redisOf(settings),
    stun: stunOf(settings),
    seatGraceMs: settings.SEAT_GRACE_MS,
    pulseMs: settings.PULSE_MS,
    callTtlS: settings.CALL_TTL_S,
    serverSecret: secret,
    vapid: { ...keys, subject: vapidSubject(settings, origins.publicOrigin) },
    pushEndpointAllow: pushHostsOf(settings, origins.publicOrigin),
    trustProxy: settings.TRUST_PROXY,
    rateLimits: settings.RATE_LIMITS,
    retentionDays: settings.RETENTION_DAYS,
    logLevel: settings.LOG_LEVEL,
  } satisfies AppConfig);
}
