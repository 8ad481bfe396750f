import type { DeviceKind, DeviceView } from '@/call/call-view';
import type { DeviceProblem } from '@/media/device-problem';
import { t } from '@/text';

/** `held`: nothing needs mending, it comes back by itself. */
export type Shown = DeviceProblem | 'held';

/** A problem to show: which devices have it, and the words for it. */
export interface ProblemWords {
  readonly problem: Shown;
  readonly devices: readonly DeviceKind[];
  readonly title: string;
  readonly detail: string;
}

type Devices = Readonly<Record<DeviceKind, DeviceView>>;

const KINDS: readonly DeviceKind[] = ['camera', 'microphone'];

function problemOf(device: DeviceView): Shown | null {
  if (device.is === 'held') return 'held';
  return device.is === 'blocked' ? device.problem : null;
}

/** Which kinds there is something to choose of. */
type Choosable = Readonly<Record<DeviceKind, boolean>>;

function detailOf(problem: Shown, devices: readonly DeviceKind[], choosable: Choosable): string {
  const nothingElse = problem === 'missing' && !devices.some((kind) => choosable[kind]);
  return t(nothingElse ? 'problem.missing.detail-only' : `problem.${problem}.detail`);
}

function words(problem: Shown, devices: readonly DeviceKind[], choosable: Choosable): ProblemWords {
  const [first] = devices;
  const both = devices.length > 1 || !first;
  const device = both ? t('device.the-both') : t(`device.the-${first}`);
  return {
    problem,
    devices,
    title: t(`problem.${problem}.title`, { device }),
    detail: detailOf(problem, devices, choosable),
  };
}

/** What is wrong with the own devices and how to mend it. The same problem of both is said once. */
export function problemsOf(devices: Devices, choosable: Choosable): ProblemWords[] {
  const found = KINDS.flatMap((kind) => {
    const problem = problemOf(devices[kind]);
    return problem ? [{ kind, problem }] : [];
  });
  return [...new Set(found.map(({ problem }) => problem))].map((problem) =>
    words(
      problem,
      found.filter((one) => one.problem === problem).map(({ kind }) => kind),
      choosable,
    ),
  );
}
