import * as api from './invites-api';
import { devices, keepsAnything, THIS_DEVICE, type KeptDevice } from './invites-db';

/** Why there is no device: the server's reasons, or this browser keeps nothing for the page. */
export type DeviceProblem = api.InvitesProblem | 'no-storage';

export type DeviceAnswer =
  { readonly ok: true; readonly value: KeptDevice } | { readonly ok: false; readonly problem: DeviceProblem };

/** What this browser is to the server, if it ever was anything: most never are. */
export const ownDevice = (): Promise<KeptDevice | null> => devices.get(THIS_DEVICE);

/** Two tabs at once must not become two devices. Where there are no locks, there is hardly a second tab. */
function alone<T>(work: () => Promise<T>): Promise<T> {
  return 'locks' in navigator ? navigator.locks.request('o-to-o/device', work) : work();
}

/** The device, made at the first use. Nothing is made that could not be kept. */
export const deviceForLinks = (): Promise<DeviceAnswer> =>
  alone(async () => {
    const known = await ownDevice();
    if (known) return { ok: true, value: known };
    if (!(await keepsAnything())) return { ok: false, problem: 'no-storage' };
    const made = await api.makeDevice();
    if (!made.ok || (await devices.put(made.value))) return made;
    await api.forgetDevice(made.value);
    return { ok: false, problem: 'no-storage' };
  });

/** The server knows it no more: what was kept of it is worth nothing. Another one made meanwhile stays. */
export const dropDevice = (known: KeptDevice): Promise<void> =>
  alone(async () => {
    if ((await ownDevice())?.deviceId === known.deviceId) await devices.remove(THIS_DEVICE);
  });
