import { hint } from './hints';
import * as api from './invites-api';
import { devices, keepsAnything, THIS_DEVICE, type KeptDevice } from './invites-db';
import { oneAtATime } from './one-at-a-time';

/** Why there is no device: the server's reasons, or this browser keeps nothing for the page. */
export type DeviceProblem = api.InvitesProblem | 'no-storage';

/** What was asked for, or why it was not done. */
export type DeviceAnswer<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: DeviceProblem };

/** What this browser is to the server, if it ever was anything: most never are. */
export const ownDevice = (): Promise<KeptDevice | null> => devices.get(THIS_DEVICE);

async function newDevice(): Promise<DeviceAnswer<KeptDevice>> {
  if (!(await keepsAnything())) return { ok: false, problem: 'no-storage' };
  const made = await api.makeDevice();
  if (!made.ok) return made;
  if (await devices.put(made.value)) {
    hint('device', true);
    return made;
  }
  await api.forgetDevice(made.value);
  return { ok: false, problem: 'no-storage' };
}

/** The device, made at the first use. Nothing is made that could not be kept; two tabs at once do not make two. */
export const deviceForLinks = (): Promise<DeviceAnswer<KeptDevice>> =>
  oneAtATime('device', async () => {
    const known = await ownDevice();
    return known ? { ok: true, value: known } : newDevice();
  });

/**
 * The server knows it no more: another one in its place, unless another tab has made it already. One that was forgotten on
 * purpose stays forgotten.
 */
export const replaceDevice = (lost: KeptDevice): Promise<DeviceAnswer<KeptDevice>> =>
  oneAtATime('device', async () => {
    const known = await ownDevice();
    if (!known) return { ok: false, problem: 'unknown-device' };
    return known.deviceId === lost.deviceId ? newDevice() : { ok: true, value: known };
  });
