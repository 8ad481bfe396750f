import {
  allOf,
  containerOf,
  nameOf,
  titleOf,
  workloadsOf,
  type Kind,
  type Labels,
  type Manifest,
  type Workload,
} from './manifests.js';

const isIn = (wanted: Labels, labels: Labels): boolean =>
  Object.entries(wanted).every(([key, value]) => labels[key] === value);

/** Whose pods a Service, a budget or a policy means: their names, in order. */
export function selectedBy(selector: Labels, manifests: readonly Manifest[]): string[] {
  return workloadsOf(manifests)
    .filter(({ labels }) => isIn(selector, labels))
    .map(({ name }) => name)
    .sort();
}

/** What pods need of others by name: `Secret secrets/REDIS_PASSWORD`, `ConfigMap settings-…`. */
function needsOf(workload: Workload): string[] {
  const { env = [], envFrom = [] } = containerOf(workload);
  const ofVariables = env.flatMap(({ valueFrom }) => {
    const { secretKeyRef: secret, configMapKeyRef: map } = valueFrom ?? {};
    return [
      ...(secret ? [`Secret ${secret.name ?? ''}/${secret.key}`] : []),
      ...(map ? [`ConfigMap ${map.name ?? ''}/${map.key}`] : []),
    ];
  });
  const ofMaps = envFrom.map(
    ({ configMapRef: map, secretRef: secret }) =>
      `${map ? 'ConfigMap' : 'Secret'} ${map?.name ?? secret?.name ?? ''}`,
  );
  const ofVolumes = (workload.pod.volumes ?? []).flatMap(({ configMap, secret }) => [
    ...(configMap ? [`ConfigMap ${configMap.name ?? ''}`] : []),
    ...(secret ? [`Secret ${secret.secretName ?? ''}`] : []),
  ]);
  return [...ofVariables, ...ofMaps, ...ofVolumes];
}

/** What the manifests themselves hold, in the same words. */
function heldBy(manifests: readonly Manifest[]): Set<string> {
  const holders = [...allOf(manifests, 'ConfigMap'), ...allOf(manifests, 'Secret')];
  return new Set(
    holders.flatMap((holder) => [
      titleOf(holder),
      ...Object.keys(holder.data ?? {}).map((key) => `${titleOf(holder)}/${key}`),
    ]),
  );
}

/** What pods need that nothing in these manifests gives them: an operator has to. */
export function leftToOperator(manifests: readonly Manifest[]): string[] {
  const held = heldBy(manifests);
  const needs = workloadsOf(manifests).flatMap(needsOf);
  return [...new Set(needs.filter((need) => !held.has(need)))].sort();
}

/** Volumes that a container mounts and no pod has, and the other way round. */
export function strayVolumes(workload: Workload): string[] {
  const claims = 'volumeClaimTemplates' in (workload.of.spec ?? {}) ? ['data'] : [];
  const had = [...claims, ...(workload.pod.volumes ?? []).map(({ name }) => name)];
  const mounted = (containerOf(workload).volumeMounts ?? []).map(({ name }) => name);
  return [
    ...mounted.filter((name) => !had.includes(name)).map((name) => `${name}: mounted, but there is none`),
    ...had.filter((name) => !mounted.includes(name)).map((name) => `${name}: mounted by nobody`),
  ];
}

/** Kinds that belong to the cluster, not to a namespace. */
const OF_THE_CLUSTER: readonly Kind[] = ['Namespace'];

export function outOfNamespace(manifests: readonly Manifest[], namespace: string): string[] {
  return manifests
    .filter(({ kind, metadata }) => !OF_THE_CLUSTER.includes(kind) && metadata?.namespace !== namespace)
    .map(titleOf);
}

/** Two objects of one name would overwrite each other. */
export function namedTwice(manifests: readonly Manifest[]): string[] {
  const titles = manifests.map((manifest) => `${manifest.kind} ${nameOf(manifest)}`);
  return titles.filter((title, n) => titles.indexOf(title) < n);
}
