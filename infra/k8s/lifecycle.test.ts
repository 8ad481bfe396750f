import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { root } from '../../scripts/fresh-build.js';
import { environmentSchema } from '../../server/src/config/environment.js';
import {
  allOf,
  containerOf,
  nameOf,
  oneOf,
  workloadOf,
  workloadsOf,
  type Manifest,
  type Workload,
} from './testing/manifests.js';
import { OVERLAYS, Renderings } from './testing/render.js';

const renderings = new Renderings();

/** Seconds a server takes at most to stop, as its code has it. */
function stopLimit(): number {
  const main = readFileSync(join(root, 'server/src/main.ts'), 'utf8');
  const [, digits] = /STOP_LIMIT_MS = ([\d_]+)/.exec(main) ?? [];
  if (digits === undefined) throw new Error('main.ts no longer says how long a stop takes.');
  return Number(digits.replaceAll('_', '')) / 1000;
}

const pauseOf = (workload: Workload): number => containerOf(workload).lifecycle?.preStop?.sleep?.seconds ?? 0;

describe.each(OVERLAYS)('%s', (overlay) => {
  let manifests: Manifest[] = [];
  let server: Workload;

  beforeAll(() => {
    manifests = renderings.manifests({ overlay, monitoring: false });
    server = workloadOf(manifests, 'server');
  });

  it('gives a server that stops all the time it takes, after Ingress controllers have heard of it', () => {
    const grace = server.pod.terminationGracePeriodSeconds ?? 0;
    expect(pauseOf(server)).toBeGreaterThanOrEqual(5);
    expect(grace).toBeGreaterThan(pauseOf(server) + stopLimit());
    const { readinessProbe } = containerOf(server);
    // What asks for readiness learns of the end within the pause.
    expect(readinessProbe?.periodSeconds).toBeLessThanOrEqual(pauseOf(server));
  });

  it('takes no server away before another one serves', () => {
    const deployment = oneOf(manifests, 'Deployment', 'server').spec;
    expect(deployment?.strategy?.rollingUpdate?.maxUnavailable).toBe(0);
    expect(deployment?.minReadySeconds).toBeGreaterThan(0);
  });

  it('sends people to a server that serves, whatever becomes of the stores all share', () => {
    const { startupProbe, readinessProbe } = containerOf(server);
    for (const probe of [startupProbe, readinessProbe]) {
      expect(probe?.httpGet?.port).toBe('http');
      const url = new URL(probe?.httpGet?.path ?? '', 'http://pod');
      expect(url.pathname).toBe('/readyz');
      expect(url.searchParams.getAll('exclude').sort()).toEqual(['postgres', 'redis']);
    }
    const { periodSeconds = 0, failureThreshold = 0 } = startupProbe ?? {};
    expect(periodSeconds * failureThreshold).toBeGreaterThanOrEqual(60);
  });

  it('starts a server anew only when the process itself no longer answers', () => {
    const { livenessProbe: alive } = containerOf(server);
    expect(alive?.httpGet).toEqual({ path: '/healthz', port: 'http' });
    expect((alive?.periodSeconds ?? 0) * (alive?.failureThreshold ?? 0)).toBeGreaterThanOrEqual(30);
  });

  it('asks everything that goes on running whether it does', () => {
    const lasting = workloadsOf(manifests).filter(({ of }) => of.kind !== 'Job');
    for (const each of lasting) expect(containerOf(each).readinessProbe, each.name).toBeDefined();
    // A database that repeats its log after a crash is not to be killed for being slow.
    const killed = lasting.filter(({ name }) => name !== 'postgres');
    for (const each of killed) expect(containerOf(each).livenessProbe, each.name).toBeDefined();
  });

  it('keeps two servers at least, and never undoes how many there are by being applied again', () => {
    expect(oneOf(manifests, 'Deployment', 'server').spec?.replicas).toBeUndefined();
    const { spec } = oneOf(manifests, 'HorizontalPodAutoscaler', 'server');
    expect(spec?.scaleTargetRef).toEqual({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'server' });
    expect(spec?.minReplicas).toBeGreaterThanOrEqual(2);
    expect(spec?.maxReplicas).toBeGreaterThan(spec?.minReplicas ?? 0);
  });

  it.each([false, true])('counts CPU, and sockets where Prometheus does (monitoring: %s)', (monitoring) => {
    const { spec } = oneOf(
      renderings.manifests({ overlay, monitoring }),
      'HorizontalPodAutoscaler',
      'server',
    );
    const counted = (spec?.metrics ?? []).map(({ resource, pods }) => resource?.name ?? pods?.metric.name);
    expect(counted).toEqual(monitoring ? ['cpu', 'o_to_o_sockets'] : ['cpu']);
  });

  it('adds servers at once and takes them away one by one, an hour after they were needed', () => {
    const { scaleUp, scaleDown } = oneOf(manifests, 'HorizontalPodAutoscaler', 'server').spec?.behavior ?? {};
    expect(scaleUp?.stabilizationWindowSeconds).toBe(0);
    expect(scaleDown?.stabilizationWindowSeconds).toBeGreaterThanOrEqual(1800);
    expect(scaleDown?.policies).toEqual([{ type: 'Pods', value: 1, periodSeconds: 600 }]);
  });

  it('lets a node be drained: of everything that is there twice one pod may go at a time', () => {
    const budgets = allOf(manifests, 'PodDisruptionBudget');
    expect(budgets.map(nameOf).sort()).toEqual(['server', 'stun']);
    for (const { spec } of budgets) {
      expect(spec?.maxUnavailable).toBe(1);
      expect(spec?.unhealthyPodEvictionPolicy).toBe('AlwaysAllow');
    }
  });

  it('spreads servers over nodes and zones, without insisting where there is but one', () => {
    for (const name of ['server', 'stun']) {
      const { labels, pod } = workloadOf(manifests, name);
      const [term] = pod.affinity?.podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
      expect(term?.podAffinityTerm.topologyKey).toBe('kubernetes.io/hostname');
      expect(labels).toMatchObject(term?.podAffinityTerm.labelSelector?.matchLabels ?? { none: 'given' });
    }
    const [zones] = server.pod.topologySpreadConstraints ?? [];
    expect(zones?.topologyKey).toBe('topology.kubernetes.io/zone');
    expect(zones?.whenUnsatisfiable).toBe('ScheduleAnyway');
    expect(server.labels).toMatchObject(zones?.labelSelector?.matchLabels ?? { none: 'given' });
  });

  it('brings the tables up to date by a Job that goes away by itself', () => {
    const { spec } = oneOf(manifests, 'Job', 'migrate');
    expect(spec?.ttlSecondsAfterFinished).toBeLessThanOrEqual(600);
    expect(spec?.backoffLimit).toBeGreaterThan(0);
    expect(spec?.template.spec?.restartPolicy).toBe('Never');
  });
});

it('everything-inside never makes more servers than its PostgreSQL has connections for', () => {
  const manifests = renderings.manifests({ overlay: 'everything-inside', monitoring: false });
  const args = containerOf(workloadOf(manifests, 'postgres')).args ?? [];
  const [connections] = args.flatMap((each) => /^max_connections=(\d+)$/.exec(each)?.[1] ?? []);
  const { maxReplicas = 0 } = oneOf(manifests, 'HorizontalPodAutoscaler', 'server').spec ?? {};
  // While one release follows another there is a tenth more (maxSurge).
  const servers = Math.ceil(maxReplicas * 1.1);
  const pool = environmentSchema.shape.DATABASE_POOL.parse(undefined);
  expect(Number(connections)).toBeGreaterThan(servers * pool + 10);
});
