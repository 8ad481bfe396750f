import { containerOf, type Workload } from './manifests.js';

/** What coturn's program carries in its file: without it, it is not even started. */
const MAY_BE_ADDED: Readonly<Record<string, readonly string[]>> = { stun: ['NET_BIND_SERVICE'] };

/** What these pods may do beyond what they need: the "restricted" Pod Security Standard, and a root nobody can write to. */
export function liberties(workload: Workload): string[] {
  const { pod, name } = workload;
  const { securityContext: own = {}, ...container } = containerOf(workload);
  const whole = pod.securityContext ?? {};
  const added = own.capabilities?.add ?? [];
  const wrong: Record<string, boolean> = {
    'may run as root': own.runAsNonRoot === false || whole.runAsNonRoot !== true,
    'has no user of its own': !((own.runAsUser ?? whole.runAsUser ?? 0) > 0),
    'has no group of its own': !((own.runAsGroup ?? whole.runAsGroup ?? 0) > 0),
    'writes to its root': own.readOnlyRootFilesystem !== true,
    'may gain rights': own.allowPrivilegeEscalation !== false,
    'is privileged': own.privileged === true,
    'keeps capabilities': !(own.capabilities?.drop ?? []).includes('ALL'),
    'is given capabilities': added.some((each) => !(MAY_BE_ADDED[name] ?? []).includes(each)),
    'may make any system call': (own.seccompProfile ?? whole.seccompProfile)?.type !== 'RuntimeDefault',
    'may speak to the API server': pod.automountServiceAccountToken !== false,
    'is told of every Service by variables': pod.enableServiceLinks !== false,
    'sees the node': [pod.hostNetwork, pod.hostPID, pod.hostIPC].includes(true),
    'mounts what is not its own': (pod.volumes ?? []).some(
      ({ emptyDir, configMap }) => !emptyDir && !configMap,
    ),
    'fills the node with temporary files': (pod.volumes ?? []).some(
      ({ emptyDir }) => emptyDir && emptyDir.sizeLimit === undefined,
    ),
    'has no limit of memory': container.resources?.limits?.memory === undefined,
    'asks for no memory': container.resources?.requests?.memory === undefined,
    'asks for no CPU': container.resources?.requests?.cpu === undefined,
    'runs an image of no certain version': !/^[^\s@]+:v?\d+\.\d+[\w.-]*(@sha256:[0-9a-f]{64})?$/.test(
      container.image ?? '',
    ),
  };
  return Object.keys(wrong)
    .filter((what) => wrong[what])
    .map((what) => `${name} ${what}`);
}
