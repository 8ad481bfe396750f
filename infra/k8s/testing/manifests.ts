import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment';
import type { IStatefulSet } from 'kubernetes-models/apps/v1/StatefulSet';
import type { IHorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import type { IJob } from 'kubernetes-models/batch/v1/Job';
import type { IIngress } from 'kubernetes-models/networking.k8s.io/v1/Ingress';
import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import type { IPodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import type { IConfigMap } from 'kubernetes-models/v1/ConfigMap';
import type { IContainer } from 'kubernetes-models/v1/Container';
import type { INamespace } from 'kubernetes-models/v1/Namespace';
import type { IPodSpec } from 'kubernetes-models/v1/PodSpec';
import type { ISecret } from 'kubernetes-models/v1/Secret';
import type { IService } from 'kubernetes-models/v1/Service';
import type { IPrometheusRule } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule';
import type { IServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor';

/** Whatever may stand in these manifests. */
export type Manifest =
  | IConfigMap
  | IDeployment
  | IHorizontalPodAutoscaler
  | IIngress
  | IJob
  | INamespace
  | INetworkPolicy
  | IPodDisruptionBudget
  | IPrometheusRule
  | ISecret
  | IService
  | IServiceMonitor
  | IStatefulSet;
export type Kind = Manifest['kind'];
type OfKind<K extends Kind> = Extract<Manifest, { kind: K }>;

export type Labels = Readonly<Record<string, string>>;

/** What makes pods: its kind and name, and the pods it makes. */
export interface Workload {
  readonly of: IDeployment | IStatefulSet | IJob;
  readonly name: string;
  readonly labels: Labels;
  readonly pod: IPodSpec;
}

export const nameOf = ({ metadata }: Manifest): string => metadata?.name ?? '(no name)';

/** Who it is, for a failed test. */
export const titleOf = (manifest: Manifest): string => `${manifest.kind} ${nameOf(manifest)}`;

export function allOf<K extends Kind>(manifests: readonly Manifest[], kind: K): OfKind<K>[] {
  return manifests.filter((each): each is OfKind<K> => each.kind === kind);
}

export function oneOf<K extends Kind>(manifests: readonly Manifest[], kind: K, name: string): OfKind<K> {
  const found = allOf(manifests, kind).find((each) => nameOf(each) === name);
  if (found) return found;
  throw new Error(`There is no ${kind} ${name}.`);
}

export function workloadsOf(manifests: readonly Manifest[]): Workload[] {
  const makers = [
    ...allOf(manifests, 'Deployment'),
    ...allOf(manifests, 'StatefulSet'),
    ...allOf(manifests, 'Job'),
  ];
  return makers.map((of) => {
    const template = of.spec?.template;
    if (!template?.spec) throw new Error(`${titleOf(of)} makes no pods.`);
    return { of, name: nameOf(of), labels: template.metadata?.labels ?? {}, pod: template.spec };
  });
}

export function workloadOf(manifests: readonly Manifest[], name: string): Workload {
  const found = workloadsOf(manifests).find((each) => each.name === name);
  if (found) return found;
  throw new Error(`Nothing called ${name} makes pods.`);
}

/** The one container of a pod. */
export function containerOf({ name, pod }: Workload): IContainer {
  const [container, ...more] = pod.containers;
  if (container && more.length === 0) return container;
  throw new Error(`The pods of ${name} have not exactly one container.`);
}

/** A port as Kubernetes takes it: its number, or the name a container gives it. */
export function portNumber({ pod }: Pick<Workload, 'pod'>, port: number | string): number | undefined {
  const ports = pod.containers.flatMap((container) => container.ports ?? []);
  return typeof port === 'number' ? port : ports.find(({ name }) => name === port)?.containerPort;
}
