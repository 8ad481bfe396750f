import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { IProbe } from 'kubernetes-models/v1/Probe';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, startChild, temporaryFolder, until, type Child } from '../../e2e/support/child.js';
import { startPostgres, type PostgresServer } from '../../e2e/support/postgres.js';
import { ensureBuilt, root } from '../../scripts/fresh-build.js';
import { newHolder, Page } from '../../server/src/signaling/testing/page.js';
import { dockerfileText, lastOf, stagesOf } from '../testing/dockerfile.js';
import { containerOf, oneOf, workloadOf, type Manifest, type Workload } from './testing/manifests.js';
import { environmentOf } from './testing/pod-environment.js';
import { Renderings } from './testing/render.js';

type Variables = Readonly<Record<string, string>>;

/** What the image of PostgreSQL does at its first start. */
async function prepared(
  { url }: PostgresServer,
  { POSTGRES_USER, POSTGRES_DB, POSTGRES_PASSWORD }: Variables,
) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`CREATE ROLE ${POSTGRES_USER ?? ''} LOGIN PASSWORD '${POSTGRES_PASSWORD ?? ''}'`);
  await client.query(`CREATE DATABASE ${POSTGRES_DB ?? ''} OWNER ${POSTGRES_USER ?? ''}`);
  await client.end();
}

/** What the image runs where a pod names no command. */
function imageCommand(): readonly string[] {
  const last = stagesOf(dockerfileText()).at(-1);
  if (!last) throw new Error('The Dockerfile has no stage.');
  expect(lastOf(last, 'ENTRYPOINT')?.argv).toEqual(['node']);
  return lastOf(last, 'CMD')?.argv ?? [];
}

describe('the pods of everything-inside, as kubelet runs them', () => {
  const ends: (() => Promise<unknown>)[] = [];
  /** Where they run, and would write. */
  const folder = temporaryFolder('pod');
  const redisFolder = temporaryFolder('pod-redis');
  let manifests: Manifest[] = [];
  let server: Workload;
  let postgres: PostgresServer;
  let redis: Child;
  let redisPort = 0;
  let served: Child;
  /** The container's port → the one on this machine. */
  const ports = new Map<string, number>();

  /** The environment of a pod, with the addresses of this machine. */
  function environment(workload: Workload): Record<string, string> {
    const own = environmentOf(workload, manifests);
    const moved: Record<string, string | undefined> = {
      PORT: String(ports.get('http')),
      METRICS_PORT: String(ports.get('metrics')),
      DATABASE_URL: own.DATABASE_URL?.replace('@postgres:5432/', `@127.0.0.1:${postgres.port}/`),
      REDIS_URL: own.REDIS_URL?.replace('@redis:6379', `@127.0.0.1:${redisPort}`),
    };
    const known = Object.entries(moved).filter(([name]) => name in own);
    return { PATH: process.env.PATH ?? '', NODE_ENV: 'production', ...own, ...Object.fromEntries(known) };
  }

  /** A program of the image, from where this machine has what the image has below /app. */
  const run = (workload: Workload, args: readonly string[], ready?: RegExp): Promise<Child> =>
    startChild(process.execPath, [join(root, args[0] ?? ''), ...args.slice(1)], {
      cwd: folder,
      env: environment(workload),
      ...(ready && { ready, readyWithinMs: 90_000 }),
    });

  async function startRedis(): Promise<void> {
    const redisPod = workloadOf(manifests, 'redis');
    const [shell = '', flag = '', script = ''] = containerOf(redisPod).command ?? [];
    const here = script.replace('dir /tmp', `dir ${redisFolder}\nport ${redisPort}\nbind 127.0.0.1`);
    redis = await startChild(shell, [flag, here], {
      ready: /Ready to accept connections/,
      env: { PATH: process.env.PATH, ...environmentOf(redisPod, manifests) },
    });
  }

  const at = (port: string, path: string): string => `http://127.0.0.1:${ports.get(port) ?? 0}${path}`;

  /**
   * As kubelet asks, for whom any answer from 200 to 399 is a yes; but not the page that people get under every path that
   * there is not: it says nothing about health.
   */
  async function passes(probe: IProbe | undefined): Promise<boolean> {
    const { httpGet } = probe ?? {};
    const answer = await fetch(at(String(httpGet?.port), httpGet?.path ?? ''), { redirect: 'manual' });
    const isHealth = answer.headers.get('content-type')?.startsWith('application/json') ?? false;
    return isHealth && answer.status >= 200 && answer.status < 400;
  }

  beforeAll(async () => {
    await ensureBuilt(() => undefined);
    manifests = new Renderings().manifests({ overlay: 'everything-inside', monitoring: true });
    server = workloadOf(manifests, 'server');
    postgres = await startPostgres();
    ends.push(() => postgres.stop());
    await prepared(postgres, environmentOf(workloadOf(manifests, 'postgres'), manifests));
    redisPort = await freePort();
    for (const { name = '' } of containerOf(server).ports ?? []) ports.set(name, await freePort());
    await startRedis();
    ends.push(() => redis.end());
  });
  afterAll(async () => {
    for (const end of ends.reverse()) await end();
  });

  it('bring the tables of an empty PostgreSQL up to date, once or more often', async () => {
    const migrate = workloadOf(manifests, 'migrate');
    const [node, ...args] = containerOf(migrate).command ?? [];
    expect(node).toBe('node');
    for (const said of [/migrations that ran: [1-9]/, /migrations that ran: 0/]) {
      const job = await run(migrate, args);
      expect(await job.ended, job.output()).toBe(0);
      expect(job.output()).toMatch(said);
    }
  });

  it('pass every probe once they run, and show their numbers where Prometheus asks', async () => {
    served = await run(server, imageCommand(), /o to o is ready/);
    ends.push(() => served.end('SIGKILL'));
    const { startupProbe, readinessProbe, livenessProbe } = containerOf(server);
    for (const probe of [startupProbe, readinessProbe, livenessProbe]) expect(await passes(probe)).toBe(true);
    for (const { port = '', path = '' } of oneOf(manifests, 'ServiceMonitor', 'server').spec.endpoints) {
      expect(await (await fetch(at(port, path))).text()).toContain('process_cpu_seconds_total');
      expect((await fetch(at('http', path))).status).toBe(404);
    }
    expect((await fetch(at('http', '/readyz'))).status).toBe(200);
  });

  it('go on being asked for while the stores that all share are away', async () => {
    await redis.end('SIGKILL');
    await postgres.kill();
    await until('the server has noticed', async () => (await fetch(at('http', '/readyz'))).status === 503);
    const { readinessProbe, livenessProbe } = containerOf(server);
    const passed = [await passes(readinessProbe), await passes(livenessProbe)];
    await startRedis();
    await postgres.restart();
    expect(passed).toEqual([true, true]);
    await until('the server has both again', async () => (await fetch(at('http', '/readyz'))).ok, 60_000);
  });

  it('tell their people to go elsewhere, and are gone before they would be killed', async () => {
    const { callId } = (await (await fetch(at('http', '/api/calls'), { method: 'POST' })).json()) as {
      callId: string;
    };
    const pages = [];
    for (let n = 0; n < 2; n += 1) {
      const page = await Page.open(at('http', '/api/signal').replace('http', 'ws'));
      page.send({ event: 'enter', data: { callId, holder: newHolder() } });
      await page.until('entered');
      pages.push(page);
    }
    const grace = server.pod.terminationGracePeriodSeconds ?? 0;
    const pause = containerOf(server).lifecycle?.preStop?.sleep?.seconds ?? 0;
    // Past its grace it is killed, which is no exit code.
    expect(await served.end('SIGTERM', (grace - pause) * 1000), served.output()).toBe(0);
    expect(await Promise.all(pages.map((page) => page.closed))).toEqual([1001, 1001]);
  });

  it('write nothing to a disk', () => {
    expect(readdirSync(folder)).toEqual([]);
  });
});
