import type { IEnvVar } from 'kubernetes-models/v1/EnvVar';
import { allOf, containerOf, nameOf, type Manifest, type Workload } from './manifests.js';

/** What an operator makes by hand: `secrets/DATABASE_URL` → its value. */
export type GivenByHand = Readonly<Record<string, string>>;

function secretValues(manifests: readonly Manifest[], given: GivenByHand): Map<string, string> {
  const made = allOf(manifests, 'Secret').flatMap((secret) =>
    Object.entries(secret.data ?? {}).map(
      ([key, value]) => [`${nameOf(secret)}/${key}`, Buffer.from(value, 'base64').toString('utf8')] as const,
    ),
  );
  return new Map([...Object.entries(given), ...made]);
}

/** `$(NAME)`: only of variables that stand before this one; others stay as they are. */
const expanded = (text: string, known: ReadonlyMap<string, string>): string =>
  text.replaceAll(/\$\(([A-Za-z_]\w*)\)/g, (whole, name: string) => known.get(name) ?? whole);

function valueOf(
  { name, value, valueFrom }: IEnvVar,
  known: ReadonlyMap<string, string>,
  secrets: ReadonlyMap<string, string>,
): string | undefined {
  if (valueFrom === undefined) return expanded(value ?? '', known);
  const { secretKeyRef } = valueFrom;
  const found = secretKeyRef && secrets.get(`${secretKeyRef.name ?? ''}/${secretKeyRef.key}`);
  if (found !== undefined || secretKeyRef?.optional === true) return found;
  throw new Error(`Nobody gives ${name} its value.`);
}

/** The environment that the kubelet starts the one container of such a pod with. */
export function environmentOf(
  workload: Workload,
  manifests: readonly Manifest[],
  given: GivenByHand = {},
): Record<string, string> {
  const { env = [], envFrom = [] } = containerOf(workload);
  const known = new Map<string, string>();
  for (const { configMapRef } of envFrom) {
    const map = allOf(manifests, 'ConfigMap').find((each) => nameOf(each) === configMapRef?.name);
    if (!map) throw new Error(`There is no ConfigMap ${configMapRef?.name ?? ''}.`);
    for (const [name, value] of Object.entries(map.data ?? {})) known.set(name, value);
  }
  const secrets = secretValues(manifests, given);
  for (const variable of env) {
    const value = valueOf(variable, known, secrets);
    if (value !== undefined) known.set(variable.name, value);
  }
  return Object.fromEntries(known);
}
