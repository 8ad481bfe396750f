import { deviceForLinks, ownDevice, replaceDevice, type DeviceAnswer } from './device';
import { hint } from './hints';
import * as api from './invites-api';
import { links, type KeptDevice, type KeptLink, type QuietHours } from './invites-db';
import { cleanName } from './names';
import { oneAtATime } from './one-at-a-time';
import { toUtc } from './quiet-hours';
import { makeRingKeys } from './ring-seal';

// The ring links of this browser. Names and keys are here alone; the server has the rest, and only under its own names.

const failed = (problem: api.InvitesProblem): DeviceAnswer<never> => ({ ok: false, problem });

/** What is kept here, by name. */
export async function kept(): Promise<readonly KeptLink[]> {
  const all = await links.all();
  return [...all].sort((a, b) => a.name.localeCompare(b.name) || (a.slug < b.slug ? -1 : 1));
}

const quietAtServer = (quiet: QuietHours | null): QuietHours | null =>
  quiet && toUtc(quiet, new Date().getTimezoneOffset());

/** A new ring link of this device. What cannot be kept is taken back. */
async function publish(
  device: KeptDevice,
  as: Pick<KeptLink, 'name' | 'quiet' | 'renewed'>,
): Promise<DeviceAnswer<KeptLink>> {
  const keys = await makeRingKeys();
  const made = await api.makeLink(device);
  if (!made.ok) return made;
  const { slug } = made.value;
  const link = { slug, ...keys, ...as };
  if (!(await links.put(link))) {
    await api.revokeLink(device, slug);
    return { ok: false, problem: 'no-storage' };
  }
  hint('links', true);
  if (link.quiet) await api.changeLink(device, slug, { quietHours: quietAtServer(link.quiet) });
  return { ok: true, value: link };
}

/** Makes a ring link; `name`: whom it is for, in the owner's words. The device is made at the first one. */
export const makeFor = (name: string): Promise<DeviceAnswer<KeptLink>> =>
  oneAtATime('links', async () => {
    const device = await deviceForLinks();
    return device.ok ? publish(device.value, { name: cleanName(name), quiet: null, renewed: false }) : device;
  });

async function asDevice<T>(work: (device: KeptDevice) => Promise<api.Answer<T>>): Promise<DeviceAnswer<T>> {
  const device = await ownDevice();
  return device ? work(device) : failed('unknown-device');
}

/** As the server has them. */
export const published = (): Promise<DeviceAnswer<readonly api.RingLink[]>> => asDevice(api.listLinks);

export async function rename(slug: string, name: string): Promise<void> {
  const link = await links.get(slug);
  if (link) await links.put({ ...link, name: cleanName(name) });
}

/** Its owner has seen that the address is a new one. */
export async function noticed(slug: string): Promise<void> {
  const link = await links.get(slug);
  if (link?.renewed) await links.put({ ...link, renewed: false });
}

type Change = Pick<api.RingLink, 'accepting'> | Pick<api.RingLink, 'line'>;

/** Pauses or resumes it, or changes its line. */
export const change = (slug: string, to: Change): Promise<DeviceAnswer<api.RingLink>> =>
  asDevice((device) => api.changeLink(device, slug, to));

/** When nobody is rung through it, in local time; null: never quiet. */
export async function setQuiet(slug: string, quiet: QuietHours | null): Promise<DeviceAnswer<api.RingLink>> {
  const changed = await asDevice((device) =>
    api.changeLink(device, slug, { quietHours: quietAtServer(quiet) }),
  );
  const link = changed.ok ? await links.get(slug) : null;
  if (link) await links.put({ ...link, quiet });
  return changed;
}

/** Takes it back for good. What the server does not know any more is taken back already. */
export const revoke = (slug: string): Promise<DeviceAnswer<true>> =>
  oneAtATime('links', async () => {
    const revoked = await asDevice((device) => api.revokeLink(device, slug));
    if (!revoked.ok && revoked.problem !== 'gone' && revoked.problem !== 'unknown-device') return revoked;
    await links.remove(slug);
    hint('links', (await links.all()).length > 0);
    return { ok: true, value: true };
  });

async function renew(device: KeptDevice, link: KeptLink): Promise<boolean> {
  const made = await publish(device, { name: link.name, quiet: link.quiet, renewed: true });
  if (made.ok) await links.remove(link.slug);
  return made.ok;
}

/** Quiet hours of the server that are none of this clock's any more: it was changed, or it is summer. */
const isAstray = (link: KeptLink, { quietHours }: api.RingLink): boolean => {
  const wanted = quietAtServer(link.quiet);
  return wanted?.from !== quietHours?.from || wanted?.to !== quietHours?.to;
};

/** What the server has lost gets a new address. */
async function reconcile(device: KeptDevice, at: readonly api.RingLink[]): Promise<boolean> {
  const here = await links.all();
  let renewed = false;
  for (const link of here) {
    const there = at.find(({ slug }) => slug === link.slug);
    if (!there) renewed = (await renew(device, link)) || renewed;
    else if (isAstray(link, there)) {
      await api.changeLink(device, link.slug, { quietHours: quietAtServer(link.quiet) });
    }
  }
  return renewed;
}

export type Checked =
  | { readonly is: 'none' }
  | { readonly is: 'unknown'; readonly problem: api.InvitesProblem | 'no-storage' }
  /** `renewed`: some links have a new address, the old ones are dead. */
  | { readonly is: 'known'; readonly device: KeptDevice; readonly renewed: boolean };

/** Does the server still know this device and its links? What it has lost is made anew. Nothing is asked without a device. */
export const check = (): Promise<Checked> =>
  oneAtATime('links', async () => {
    const before = await ownDevice();
    if (!before) return { is: 'none' };
    const known = await api.listLinks(before);
    if (known.ok) return { is: 'known', device: before, renewed: await reconcile(before, known.value) };
    if (known.problem !== 'unknown-device') return { is: 'unknown', problem: known.problem };
    const device = await replaceDevice(before);
    if (!device.ok) return { is: 'unknown', problem: device.problem };
    return { is: 'known', device: device.value, renewed: await reconcile(device.value, []) };
  });
