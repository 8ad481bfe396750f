import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import webPush from 'web-push';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StartupProblem } from './app-config.js';
import { iceServersFor } from './ice-servers.js';
import { loadConfig } from './load-config.js';

let dataDir = '';
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'o-to-o-config-'));
});
afterEach(() => {
  rmSync(dataDir, { recursive: true, force: true });
});

const load = (environment: Record<string, string> = {}) => loadConfig({ DATA_DIR: dataDir, ...environment });

async function problemOf(environment: Record<string, string>): Promise<string> {
  const outcome: unknown = await load(environment).catch((error: unknown) => error);
  if (outcome instanceof StartupProblem) return outcome.message;
  throw new Error(`${JSON.stringify(environment)} was accepted`);
}

describe('the environment', () => {
  it('needs nothing: every variable has a default', async () => {
    const config = await load();
    expect(config).toMatchObject({
      port: 3000,
      metricsPort: null,
      publicOrigin: 'http://localhost:3000',
      allowedOrigins: ['http://localhost:3000', 'http://127.0.0.1:3000', 'http://[::1]:3000'],
      database: { is: 'embedded', dataDir },
      redis: { is: 'memory' },
      stun: { is: 'embedded', port: 3478, chosen: false },
      seatGraceMs: 60_000,
      pulseMs: 25_000,
      callTtlS: 604_800,
      rateLimits: 'on',
      retentionDays: 30,
      logLevel: 'info',
    });
    expect(Object.isFrozen(config)).toBe(true);
  });

  it.each([
    ['PORT', '80a'],
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '3000.5'],
    ['METRICS_PORT', '0'],
    ['METRICS_PORT', '65536'],
    ['METRICS_PORT', '3000'],
    ['PUBLIC_ORIGIN', 'call.example'],
    ['PUBLIC_ORIGIN', 'https://call.example/path'],
    ['PUBLIC_ORIGIN', 'ftp://call.example'],
    ['PUBLIC_ORIGIN', 'https://user@call.example'],
    ['DATABASE_URL', 'mysql://localhost/x'],
    ['DATABASE_POOL', '1'],
    ['REDIS_URL', 'localhost:6379'],
    ['REDIS_URL', 'redis://localhost:1,nonsense'],
    ['REDIS_MODE', 'replicated'],
    ['STUN_URLS', 'turn:turn.example:3478'],
    ['STUN_PORT', '65535'],
    ['SEAT_GRACE_MS', 'a minute'],
    ['PULSE_MS', '0'],
    ['CALL_TTL_S', '0'],
    ['SERVER_SECRET', 'short'],
    ['VAPID_PUBLIC_KEY', 'nonsense'],
    ['VAPID_PRIVATE_KEY', 'nonsense'],
    ['VAPID_SUBJECT', 'somebody'],
    ['PUSH_ENDPOINT_ALLOW', 'https://push.example/'],
    ['PUSH_ENDPOINT_ALLOW', 'fcm.googleapis.com,com'],
    ['PUSH_ENDPOINT_ALLOW', '10.0.0.1'],
    ['PUSH_ENDPOINT_ALLOW', '[fd00::1]:8443'],
    ['PUSH_ENDPOINT_ALLOW', 'push.example:99999'],
    ['TRUST_PROXY', '10.0.0.0/33'],
    ['TRUST_PROXY', 'proxy'],
    ['RATE_LIMITS', 'no'],
    ['RETENTION_DAYS', 'forever'],
    ['LOG_LEVEL', 'loud'],
  ])(
    '%s=%s is refused with one line that names the variable and what a right value looks like',
    async (name, value) => {
      const problem = await problemOf({ [name]: value });
      expect(problem.split('\n')).toHaveLength(1);
      expect(problem).toMatch(new RegExp(`^${name} must .+\\.$`));
      expect(problem).toMatch(/for example|"on" or "off"/);
    },
  );

  it('says every wrong variable at once, a line each', async () => {
    const lines = (await problemOf({ PORT: 'x', PULSE_MS: 'y' })).split('\n');
    expect(lines.map((line) => line.split(' ')[0]).sort()).toEqual(['PORT', 'PULSE_MS']);
  });

  it('never repeats a wrong value: it may be a secret', async () => {
    expect(await problemOf({ SERVER_SECRET: 'hunter2' })).not.toContain('hunter2');
  });

  it('takes an empty value for an unset one', async () => {
    expect((await load({ PORT: '', REDIS_URL: '', DATABASE_URL: ' ' })).port).toBe(3000);
  });

  it('takes port 0 for any free port, and names that port everywhere', async () => {
    const config = await load({ PORT: '0' });
    expect(config.port).toBeGreaterThan(0);
    expect(config.publicOrigin).toBe(`http://localhost:${config.port}`);
    expect(config.allowedOrigins).toContain(`http://127.0.0.1:${config.port}`);
  });

  it('knows a STUN port that was chosen, even the usual one, from the default', async () => {
    expect((await load({ STUN_PORT: '3478' })).stun).toEqual({ is: 'embedded', port: 3478, chosen: true });
    expect((await load({ STUN_PORT: '' })).stun).toEqual({ is: 'embedded', port: 3478, chosen: false });
  });

  it('allows only the given PUBLIC_ORIGIN to open sockets', async () => {
    const config = await load({ PUBLIC_ORIGIN: 'https://call.example/' });
    expect(config.publicOrigin).toBe('https://call.example');
    expect(config.allowedOrigins).toEqual(['https://call.example']);
  });

  it('switches rate limits off on this machine only', async () => {
    expect((await load({ RATE_LIMITS: 'off' })).rateLimits).toBe('off');
    expect((await load({ RATE_LIMITS: 'off', PUBLIC_ORIGIN: 'http://127.0.0.1:8080' })).rateLimits).toBe(
      'off',
    );
    expect(await problemOf({ RATE_LIMITS: 'off', PUBLIC_ORIGIN: 'https://call.example' })).toMatch(
      /^RATE_LIMITS /,
    );
  });
});

describe('addresses browsers ask for their own', () => {
  it('are both ports of the embedded responder under the host people type', async () => {
    const config = await load({ PUBLIC_ORIGIN: 'https://call.example:8443', STUN_PORT: '4000' });
    expect(iceServersFor(config)).toEqual([{ urls: ['stun:call.example:4000', 'stun:call.example:4001'] }]);
  });

  it('are those of STUN_URLS when given', async () => {
    const config = await load({ STUN_URLS: 'stun:a.example:3478, stun:[2001:db8::1]:3478' });
    expect(iceServersFor(config)).toEqual([{ urls: ['stun:a.example:3478', 'stun:[2001:db8::1]:3478'] }]);
  });

  it.each([{ STUN_URLS: '' }, { STUN_PORT: '0' }])('are none with %j', async (environment) => {
    expect(iceServersFor(await load(environment))).toEqual([]);
  });
});

describe('secrets made once', () => {
  it('stay the same from start to start', async () => {
    const [first, second] = [await load(), await load()];
    expect(second.serverSecret).toEqual(first.serverSecret);
    expect(second.vapid).toEqual(first.vapid);
    expect(first.serverSecret).toHaveLength(32);
  });

  it('are the same for processes that start together', async () => {
    const configs = await Promise.all([load(), load(), load()]);
    expect(new Set(configs.map((config) => config.serverSecret.toString('hex'))).size).toBe(1);
  });

  it('are readable by this user only', async () => {
    await load();
    for (const file of ['server-secret', 'vapid.json']) {
      expect(statSync(join(dataDir, file)).mode & 0o777).toBe(0o600);
    }
  });

  it('are not replaced in silence when the file is damaged', async () => {
    writeFileSync(join(dataDir, 'server-secret'), 'half');
    expect(await problemOf({})).toContain('damaged');
    expect(readFileSync(join(dataDir, 'server-secret'), 'utf8')).toBe('half');
  });

  it('may come from the environment instead, and then no data folder is needed', async () => {
    const keys = webPush.generateVAPIDKeys();
    const config = await load({
      DATA_DIR: '/dev/null/nowhere',
      DATABASE_URL: 'postgres://localhost/x',
      SERVER_SECRET: 'sixteen or more characters',
      VAPID_PUBLIC_KEY: keys.publicKey,
      VAPID_PRIVATE_KEY: keys.privateKey,
      VAPID_SUBJECT: 'mailto:operator@call.example',
    });
    expect(config.vapid).toEqual({ ...keys, subject: 'mailto:operator@call.example' });
    expect(config.serverSecret.toString()).toBe('sixteen or more characters');
  });

  it('come as a pair that fits, or not at all', async () => {
    const [one, other] = [webPush.generateVAPIDKeys(), webPush.generateVAPIDKeys()];
    expect(await problemOf({ VAPID_PUBLIC_KEY: one.publicKey })).toMatch(/^VAPID_PRIVATE_KEY /);
    const mixed = { VAPID_PUBLIC_KEY: one.publicKey, VAPID_PRIVATE_KEY: other.privateKey };
    expect(await problemOf(mixed)).toMatch(/^VAPID_PRIVATE_KEY /);
  });

  // Under /proc nothing can be made, which Node's own way of making several folders tries for ever.
  it.each(['/dev/null/nowhere', '/proc/nowhere', '/proc/no/where'])(
    'need a folder that can be written, and one that cannot is named: %s',
    async (folder) => {
      expect(await problemOf({ DATA_DIR: folder })).toContain(`DATA_DIR (${folder}) cannot be written`);
    },
  );

  it('are kept in a folder that is made, with those above it, for this user only', async () => {
    const folder = join(dataDir, 'a', 'b');
    await load({ DATA_DIR: folder });
    for (const made of [folder, join(dataDir, 'a')]) expect(statSync(made).mode & 0o777).toBe(0o700);
  });

  it.each([
    [{}, { is: 'memory' }],
    [{ REDIS_URL: 'redis://one:6379' }, { is: 'single', url: 'redis://one:6379' }],
    [
      { REDIS_URL: 'redis://one:1,redis://two:2' },
      { is: 'cluster', urls: ['redis://one:1', 'redis://two:2'] },
    ],
    [
      { REDIS_URL: 'rediss://all.of.them:6379', REDIS_MODE: 'cluster' },
      { is: 'cluster', urls: ['rediss://all.of.them:6379'] },
    ],
    [
      { REDIS_URL: 'redis://watcher:26379', REDIS_MODE: 'sentinel' },
      { is: 'sentinel', urls: ['redis://watcher:26379'], name: 'mymaster', password: null },
    ],
    [
      {
        REDIS_URL: 'redis://a:1,redis://b:2',
        REDIS_MODE: 'sentinel',
        REDIS_SENTINEL_NAME: 'calls',
        REDIS_SENTINEL_PASSWORD: 'secret',
      },
      { is: 'sentinel', urls: ['redis://a:1', 'redis://b:2'], name: 'calls', password: 'secret' },
    ],
  ])('leads to one Redis, a Cluster or Sentinels: %j', async (environment, redis) => {
    expect((await load(environment)).redis).toEqual(redis);
  });

  it.each([
    [{ REDIS_MODE: 'cluster' }, /^REDIS_URL must be given with REDIS_MODE=cluster/],
    [{ REDIS_MODE: 'single', REDIS_URL: 'redis://a:1,redis://b:2' }, /^REDIS_MODE must not be "single"/],
  ])('says which two settings of Redis do not fit together: %j', async (environment, problem) => {
    expect(await problemOf(environment)).toMatch(problem);
  });
});
