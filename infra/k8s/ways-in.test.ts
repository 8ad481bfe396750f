import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { root } from '../../scripts/fresh-build.js';
import {
  allOf,
  nameOf,
  oneOf,
  workloadOf,
  workloadsOf,
  type Manifest,
  type Workload,
} from './testing/manifests.js';
import {
  mayConnect,
  type Connection,
  type OtherPod,
  type OwnPod,
  type Place,
} from './testing/network-rules.js';
import { OVERLAYS, Renderings, type Overlay } from './testing/render.js';

const renderings = new Renderings();

const own = (workload: Workload): OwnPod => ({ is: 'own', workload });
const other = (namespace: string, labels: OtherPod['labels'] = {}): OtherPod => ({
  is: 'other',
  namespace,
  labels,
});
const outside = (address: string): Place => ({ is: 'outside', address });

const DNS = other('kube-system', { 'k8s-app': 'kube-dns' });
const PROMETHEUS = other('monitoring');
const TRAEFIK_OF_K3S = other('kube-system', { 'app.kubernetes.io/name': 'traefik' });
const CONTROLLERS = [
  ...['traefik', 'haproxy-controller', 'haproxy-ingress', 'nginx-ingress', 'ingress-nginx'].map((name) =>
    other(name),
  ),
  TRAEFIK_OF_K3S,
];
/** Of cert-manager, in the namespace of the Ingress for as long as a certificate is being asked for. */
const SOLVER: OwnPod = {
  is: 'own',
  workload: { labels: { 'acme.cert-manager.io/http01-solver': 'true' }, pod: { containers: [] } },
};
const PERSON = outside('203.0.113.9');
/** Browsers' push services; RFC 5737 and RFC 3849 keep these addresses for examples. */
const PUSH_SERVICES = [outside('198.51.100.7'), outside('2001:db8::7')];
const PRIVATE = ['10.9.8.7', '172.16.3.4', '192.168.1.1', '169.254.169.254', 'fd00::7'].map(outside);

/** Where the stores are: in the cluster, or at an address of the private network. */
function storeOf(overlay: Overlay, manifests: readonly Manifest[], name: string): Place {
  return overlay === 'managed' ? outside('10.20.30.40') : own(workloadOf(manifests, name));
}

/** Of any ConfigMap. */
function settingOf(manifests: readonly Manifest[], name: string): string {
  const [value] = allOf(manifests, 'ConfigMap').flatMap(({ data }) => data?.[name] ?? []);
  if (value === undefined) throw new Error(`Nobody sets ${name}.`);
  return value;
}

describe.each(OVERLAYS)('%s', (overlay) => {
  let manifests: Manifest[] = [];
  let server: OwnPod;
  let migrate: OwnPod;
  let stun: OwnPod;
  const may = (connection: Connection) => mayConnect(allOf(manifests, 'NetworkPolicy'), connection);

  beforeAll(() => {
    manifests = renderings.manifests({ overlay, monitoring: true });
    server = own(workloadOf(manifests, 'server'));
    migrate = own(workloadOf(manifests, 'migrate'));
    stun = own(workloadOf(manifests, 'stun'));
  });

  it('lets people in through an Ingress controller, and nobody past it', () => {
    for (const from of CONTROLLERS)
      expect(may({ from, to: server, port: 3000 }), JSON.stringify(from)).toBe(true);
    const others = [other('default'), DNS, PROMETHEUS, PERSON, stun, migrate, ...PRIVATE];
    for (const from of others) expect(may({ from, to: server, port: 3000 })).toBe(false);
  });

  it('shows its numbers to Prometheus alone', () => {
    expect(may({ from: PROMETHEUS, to: server, port: 9464 })).toBe(true);
    for (const from of [...CONTROLLERS, other('default'), PERSON, stun]) {
      expect(may({ from, to: server, port: 9464 })).toBe(false);
    }
    const paths = oneOf(manifests, 'Ingress', 'server').spec?.rules?.flatMap(({ http }) => http?.paths ?? []);
    expect(paths?.map(({ backend }) => backend.service?.port?.name)).toEqual(['http']);
  });

  it('lets a server reach its stores, DNS and push services, and nothing else', () => {
    const [postgres, redis] = ['postgres', 'redis'].map((name) => storeOf(overlay, manifests, name));
    if (!postgres || !redis) throw new Error('There is no store.');
    expect(may({ from: server, to: postgres, port: 5432 })).toBe(true);
    expect(may({ from: server, to: redis, port: 6379 })).toBe(true);
    for (const protocol of ['UDP', 'TCP'] as const) {
      expect(may({ from: server, to: DNS, port: 53, protocol })).toBe(true);
      expect(may({ from: server, to: outside('169.254.20.10'), port: 53, protocol })).toBe(true);
    }
    for (const to of PUSH_SERVICES) {
      expect(may({ from: server, to, port: 443 })).toBe(true);
      expect(may({ from: server, to, port: 80 })).toBe(false);
    }
    for (const to of [...PRIVATE, other('default'), other('kube-system'), stun]) {
      expect(may({ from: server, to, port: 443 })).toBe(false);
    }
    expect(may({ from: server, to: postgres, port: 22 })).toBe(false);
  });

  it('lets the migration reach PostgreSQL and DNS, and nothing else', () => {
    expect(may({ from: migrate, to: storeOf(overlay, manifests, 'postgres'), port: 5432 })).toBe(true);
    expect(may({ from: migrate, to: DNS, port: 53, protocol: 'UDP' })).toBe(true);
    for (const to of PUSH_SERVICES) expect(may({ from: migrate, to, port: 443 })).toBe(false);
    expect(may({ from: migrate, to: storeOf(overlay, manifests, 'redis'), port: 6379 })).toBe(false);
  });

  it('answers STUN to everybody, and never speaks first', () => {
    for (const port of [3478, 3479]) {
      expect(may({ from: PERSON, to: stun, port, protocol: 'UDP' })).toBe(true);
      expect(may({ from: PERSON, to: stun, port, protocol: 'TCP' })).toBe(false);
    }
    expect(may({ from: PERSON, to: stun, port: 5000, protocol: 'UDP' })).toBe(false);
    for (const to of [PERSON, server, DNS])
      expect(may({ from: stun, to, port: 53, protocol: 'UDP' })).toBe(false);
  });

  it('lets a certificate be asked for', () => {
    for (const from of CONTROLLERS) expect(may({ from, to: SOLVER, port: 8089 })).toBe(true);
    expect(may({ from: other('default'), to: SOLVER, port: 8089 })).toBe(false);
  });

  it('isolates every pod, also those that nobody has thought of', () => {
    const stranger: OwnPod = { is: 'own', workload: { labels: {}, pod: { containers: [] } } };
    for (const to of [PERSON, server, ...PUSH_SERVICES])
      expect(may({ from: stranger, to, port: 443 })).toBe(false);
    expect(may({ from: PERSON, to: stranger, port: 80 })).toBe(false);
    for (const workload of workloadsOf(manifests)) {
      expect(may({ from: other('default'), to: own(workload), port: 80 }), workload.name).toBe(false);
    }
  });

  it('names its host once: the address people open, the Ingress and its certificate agree', () => {
    const { host } = new URL(settingOf(manifests, 'PUBLIC_ORIGIN'));
    const { spec, metadata } = oneOf(manifests, 'Ingress', 'server');
    expect(spec?.rules?.map((rule) => rule.host)).toEqual([host]);
    expect(spec?.tls?.flatMap(({ hosts }) => hosts)).toEqual([host]);
    expect(metadata?.annotations).toHaveProperty(['cert-manager.io/cluster-issuer']);
    expect(spec?.ingressClassName).toBeUndefined();
  });

  it('leads the whole address to the server, and keeps its sockets open', () => {
    const { spec, metadata } = oneOf(manifests, 'Ingress', 'server');
    const [path, ...more] = spec?.rules?.[0]?.http?.paths ?? [];
    expect(more).toEqual([]);
    expect(path).toMatchObject({ path: '/', pathType: 'Prefix' });
    const service = oneOf(manifests, 'Service', path?.backend.service?.name ?? '');
    expect(service.spec?.ports?.map(({ name }) => name)).toContain(path?.backend.service?.port?.name);
    const timeOuts = Object.entries(metadata?.annotations ?? {}).filter(([name]) => name.includes('time'));
    expect(timeOuts.length).toBeGreaterThan(0);
    for (const [name, value] of timeOuts) expect(['3600', '1h'], name).toContain(value);
  });

  it('tells a browser its own address: STUN comes over UDP from the person, not from a node', () => {
    const { spec } = oneOf(manifests, 'Service', 'stun');
    expect(spec?.type).toBe('LoadBalancer');
    expect(spec?.externalTrafficPolicy).toBe('Local');
    expect(spec?.ports?.map(({ port, protocol }) => `${port}/${protocol ?? 'TCP'}`)).toEqual([
      '3478/UDP',
      '3479/UDP',
    ]);
    const urls = settingOf(manifests, 'STUN_URLS').split(',');
    expect(urls.map((url) => Number(url.split(':').at(-1)))).toEqual(spec?.ports?.map(({ port }) => port));
  });

  it('never relays a call', () => {
    const settings = settingOf(manifests, 'turnserver.conf').split('\n');
    expect(settings).toContain('stun-only');
    const [volume] = workloadOf(manifests, 'stun').pod.volumes ?? [];
    expect(volume?.configMap?.name).toMatch(/^turnserver-/);
  });
});

describe('monitoring', () => {
  let manifests: Manifest[] = [];

  beforeAll(() => {
    manifests = renderings.manifests({ overlay: 'managed', monitoring: true });
  });

  it('asks every server for its numbers where it has them', () => {
    const { spec } = oneOf(manifests, 'ServiceMonitor', 'server');
    const service = oneOf(manifests, 'Service', 'server');
    expect(service.metadata?.labels).toMatchObject(spec.selector.matchLabels ?? { none: 'given' });
    expect(spec.endpoints.map(({ port, path }) => `${port ?? ''}${path ?? ''}`)).toEqual(['metrics/metrics']);
    expect(service.spec?.ports?.find(({ name }) => name === 'metrics')?.targetPort).toBe('metrics');
  });

  it('gives Kubernetes the number of sockets under the name it scales by', () => {
    const file = readFileSync(join(root, 'infra/k8s/monitoring/prometheus-adapter.yaml'), 'utf8');
    const { rules } = parse(file) as { rules: { custom: { seriesQuery: string }[] } };
    const { spec } = oneOf(manifests, 'HorizontalPodAutoscaler', 'server');
    const names = (spec?.metrics ?? []).flatMap(({ pods }) => pods?.metric.name ?? []);
    expect(rules.custom.map(({ seriesQuery }) => seriesQuery.split('{')[0])).toEqual(names);
  });

  it('brings its alert rules and its dashboard where Prometheus and Grafana look for them', () => {
    expect(allOf(manifests, 'PrometheusRule').map(nameOf)).toEqual(['o-to-o']);
    const { data, metadata } = oneOf(manifests, 'ConfigMap', 'dashboard');
    expect(metadata?.labels).toMatchObject({ grafana_dashboard: '1' });
    expect(JSON.parse(data?.['dashboard.json'] ?? '')).toMatchObject({ uid: 'o-to-o' });
  });
});
