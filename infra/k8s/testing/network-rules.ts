import { BlockList, isIP } from 'node:net';
import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import type { INetworkPolicyPeer } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicyPeer';
import type { INetworkPolicyPort } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicyPort';
import type { IIoK8sApimachineryPkgApisMetaV1LabelSelector as Selector } from '@kubernetes-models/apimachinery/apis/meta/v1/LabelSelector';
import { portNumber, type Labels, type Workload } from './manifests.js';

/** A pod of the namespace with the policies. */
export type OwnPod = { readonly is: 'own'; readonly workload: Pick<Workload, 'labels' | 'pod'> };
/** A pod of another namespace. */
export type OtherPod = { readonly is: 'other'; readonly namespace: string; readonly labels: Labels };
/** Something outside of the cluster. */
export type Outside = { readonly is: 'outside'; readonly address: string };
export type Place = OwnPod | OtherPod | Outside;

export interface Connection {
  readonly from: Place;
  readonly to: Place;
  readonly port: number;
  readonly protocol?: 'TCP' | 'UDP';
}

function selects({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Labels): boolean {
  const fits = Object.entries(matchLabels).every(([key, value]) => labels[key] === value);
  return (
    fits &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const value = labels[key];
      if (operator === 'In') return value !== undefined && values.includes(value);
      throw new Error(`Nobody has taught this test what "${operator}" means.`);
    })
  );
}

function isWithin(address: string, cidr: string): boolean {
  const [network = '', bits = ''] = cidr.split('/');
  const family = (text: string) => (isIP(text) === 6 ? 'ipv6' : 'ipv4');
  if (family(network) !== family(address)) return false;
  const block = new BlockList();
  block.addSubnet(network, Number(bits), family(network));
  return block.check(address, family(address));
}

const namespaceLabels = (name: string): Labels => ({ 'kubernetes.io/metadata.name': name });

function isPeer({ ipBlock, namespaceSelector, podSelector }: INetworkPolicyPeer, place: Place): boolean {
  if (place.is === 'outside') {
    return (
      ipBlock !== undefined &&
      isWithin(place.address, ipBlock.cidr) &&
      !(ipBlock.except ?? []).some((cidr) => isWithin(place.address, cidr))
    );
  }
  if (ipBlock !== undefined) return false;
  const labels = place.is === 'own' ? place.workload.labels : place.labels;
  // Without a selector for namespaces a peer is a pod of the policy's own.
  const isInNamespace =
    namespaceSelector === undefined
      ? place.is === 'own'
      : place.is === 'other' && selects(namespaceSelector, namespaceLabels(place.namespace));
  return isInNamespace && selects(podSelector ?? {}, labels);
}

function isPort(rule: INetworkPolicyPort, { to, port, protocol = 'TCP' }: Connection): boolean {
  if ((rule.protocol ?? 'TCP') !== protocol) return false;
  if (rule.port === undefined) return true;
  if (typeof rule.port === 'number') return rule.port === port;
  return to.is === 'own' && portNumber(to.workload, rule.port) === port;
}

const applies = (policy: INetworkPolicy, direction: 'Ingress' | 'Egress', { workload }: OwnPod): boolean =>
  (policy.spec?.policyTypes ?? []).includes(direction) &&
  selects(policy.spec?.podSelector ?? {}, workload.labels);

interface Rule {
  readonly ports?: INetworkPolicyPort[];
  readonly peers: INetworkPolicyPeer[] | undefined;
}

const allows = ({ ports, peers }: Rule, peer: Place, connection: Connection): boolean =>
  (ports?.some((port) => isPort(port, connection)) ?? true) &&
  (peers?.some((each) => isPeer(each, peer)) ?? true);

/** A pod that no policy is about may do everything; any other only what one of those about it says. */
function isAllowed(rules: Rule[] | null, peer: Place, connection: Connection): boolean {
  return rules?.some((rule) => allows(rule, peer, connection)) ?? true;
}

function rulesFor(policies: readonly INetworkPolicy[], direction: 'Ingress' | 'Egress', pod: OwnPod) {
  const about = policies.filter((policy) => applies(policy, direction, pod));
  if (about.length === 0) return null;
  return about.flatMap(({ spec }): Rule[] =>
    direction === 'Ingress'
      ? (spec?.ingress ?? []).map(({ from, ports }) => ({ peers: from, ...(ports && { ports }) }))
      : (spec?.egress ?? []).map(({ to, ports }) => ({ peers: to, ...(ports && { ports }) })),
  );
}

/** Whether the policies let a connection be opened: its beginning must be allowed out, and its end in. */
export function mayConnect(policies: readonly INetworkPolicy[], connection: Connection): boolean {
  const { from, to } = connection;
  const out = from.is !== 'own' || isAllowed(rulesFor(policies, 'Egress', from), to, connection);
  const into = to.is !== 'own' || isAllowed(rulesFor(policies, 'Ingress', to), from, connection);
  return out && into;
}
