import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { root } from '../../scripts/fresh-build.js';
import { loadConfig } from '../../server/src/config/load-config.js';
import { environmentSchema } from '../../server/src/config/environment.js';
import { composition } from '../testing/compose.js';
import { liberties } from './testing/hardening.js';
import {
  allOf,
  containerOf,
  nameOf,
  oneOf,
  portNumber,
  titleOf,
  workloadOf,
  workloadsOf,
  type Manifest,
} from './testing/manifests.js';
import { environmentOf, type GivenByHand } from './testing/pod-environment.js';
import {
  leftToOperator,
  namedTwice,
  outOfNamespace,
  selectedBy,
  strayVolumes,
} from './testing/references.js';
import { INSTALLATIONS, nameOfInstallation, Renderings } from './testing/render.js';
import { unknownFields, wrongValues } from './testing/shape.js';

const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');

const renderings = new Renderings();

const { SERVER_SECRET = '', VAPID_PUBLIC_KEY = '', VAPID_PRIVATE_KEY = '' } = renderings.secrets;

/** What the README of this folder tells an operator to make for the overlay "managed". */
const BY_HAND: GivenByHand = {
  'secrets/SERVER_SECRET': SERVER_SECRET,
  'secrets/VAPID_PUBLIC_KEY': VAPID_PUBLIC_KEY,
  'secrets/VAPID_PRIVATE_KEY': VAPID_PRIVATE_KEY,
  'secrets/DATABASE_URL': 'postgres://o_to_o:secret@database.example:5432/o_to_o?sslmode=verify-full',
  'secrets/REDIS_URL': 'rediss://:secret@redis.example:6379',
};
const WHERE_IT_IS_ASKED_FOR = 'secrets/REDIS_SENTINEL_PASSWORD';
/** Not settings of the server: what other settings are put together from, and Node's own. */
const NOT_OF_THE_SERVER = ['DATABASE_PASSWORD', 'REDIS_PASSWORD', 'NODE_EXTRA_CA_CERTS'];

describe.each(INSTALLATIONS.map((each) => [nameOfInstallation(each), each] as const))('%s', (_, how) => {
  let manifests: Manifest[] = [];

  beforeAll(() => {
    manifests = renderings.manifests(how);
  });

  it('is rendered the same by every kustomize at hand', () => {
    const [first, ...others] = renderings.texts(how).map((text) => text.trim());
    for (const other of others) expect(other).toEqual(first);
  });

  it('has no value that a cluster would refuse', () => {
    expect(wrongValues(manifests)).toEqual([]);
  });

  it('stays in its own namespace, where only restricted pods may run', () => {
    expect(oneOf(manifests, 'Namespace', 'o-to-o').metadata?.labels).toMatchObject({
      'pod-security.kubernetes.io/enforce': 'restricted',
    });
    expect(outOfNamespace(manifests, 'o-to-o')).toEqual([]);
    expect(namedTwice(manifests)).toEqual([]);
  });

  it('gives no pod more liberty than it needs', () => {
    expect(workloadsOf(manifests).flatMap(liberties)).toEqual([]);
  });

  it('runs the version of this project', () => {
    const { version } = JSON.parse(textOf('package.json')) as { version: string };
    const images = ['server', 'migrate'].map((name) => containerOf(workloadOf(manifests, name)).image);
    for (const image of images)
      expect(image).toMatch(new RegExp(`/o-to-o:${version.replaceAll('.', '\\.')}$`));
  });

  it('runs the same releases of everything else as one box does', () => {
    const { services } = composition(renderings.secrets);
    const boxes: Record<string, string> = { stun: 'coturn', postgres: 'postgres', redis: 'redis' };
    for (const workload of workloadsOf(manifests)) {
      const service = services[boxes[workload.name] ?? ''];
      if (service) expect(containerOf(workload).image).toMatch(new RegExp(`/${service.image ?? '?'}$`));
    }
  });

  it('means the right pods everywhere', () => {
    for (const { of, labels, name } of workloadsOf(manifests)) {
      if (of.kind === 'Job') continue;
      expect(labels, titleOf(of)).toMatchObject(of.spec?.selector.matchLabels ?? {});
      expect(selectedBy(of.spec?.selector.matchLabels ?? {}, manifests), titleOf(of)).toEqual([name]);
    }
    for (const service of allOf(manifests, 'Service')) {
      expect(selectedBy(service.spec?.selector ?? {}, manifests), titleOf(service)).toEqual([
        nameOf(service),
      ]);
    }
    for (const budget of allOf(manifests, 'PodDisruptionBudget')) {
      expect(selectedBy(budget.spec?.selector?.matchLabels ?? {}, manifests)).toEqual([nameOf(budget)]);
    }
  });

  it('leads every port of a Service to one that its pods have', () => {
    for (const service of allOf(manifests, 'Service')) {
      const workload = workloadOf(manifests, nameOf(service));
      const offered = workload.pod.containers.flatMap(({ ports = [] }) => ports);
      for (const { targetPort = '', protocol = 'TCP', name } of service.spec?.ports ?? []) {
        const port = portNumber(workload, targetPort);
        const match = offered.find(({ containerPort }) => containerPort === port);
        expect(match?.protocol ?? 'TCP', `${titleOf(service)}: ${name ?? ''}`).toBe(match && protocol);
      }
    }
  });

  it('has no secret of its own: a script makes them, or an operator, and git looks away', () => {
    expect(allOf(manifests, 'Secret')).toHaveLength(how.overlay === 'managed' ? 0 : 1);
    expect(textOf('.gitignore').split('\n')).toContain('secrets.env');
  });

  it('leaves to the operator only what the README names', () => {
    const readme = textOf('infra/k8s/README.md');
    const left = leftToOperator(manifests);
    const wanted =
      how.overlay === 'managed'
        ? [
            'ConfigMap store-ca',
            ...[...Object.keys(BY_HAND), WHERE_IT_IS_ASKED_FOR].map((each) => `Secret ${each}`),
          ].sort()
        : [];
    expect(left).toEqual(wanted);
    for (const each of left) expect(readme).toContain(each.split('/').at(-1)?.split(' ').at(-1));
  });

  it('mounts every volume, and none that there is not', () => {
    expect(workloadsOf(manifests).flatMap(strayVolumes)).toEqual([]);
  });

  it('gives the server settings that exist, with values that it takes', async () => {
    for (const name of ['server', 'migrate']) {
      const environment = environmentOf(workloadOf(manifests, name), manifests, BY_HAND);
      const unknown = Object.keys(environment).filter((each) => !(each in environmentSchema.shape));
      expect(unknown.filter((each) => !NOT_OF_THE_SERVER.includes(each))).toEqual([]);
    }
    const server = workloadOf(manifests, 'server');
    const config = await loadConfig(environmentOf(server, manifests, BY_HAND));
    expect(config.port).toBe(portNumber(server, 'http'));
    expect(config.metricsPort).toBe(portNumber(server, 'metrics'));
    expect(config.stun.is).toBe('elsewhere');
    expect(config.publicOrigin).toBe('https://call.example');
    expect(config.trustProxy).not.toEqual([]);
    expect(config.database).toMatchObject({ is: 'postgres' });
  });
});

it('no installation has a field that a cluster would drop in silence', () => {
  expect(unknownFields(INSTALLATIONS.flatMap((each) => renderings.manifests(each)))).toEqual([]);
});
