import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { replaceDevice } from './device';
import { isHinted } from './hints';
import { deleteInvites, devices, links, THIS_DEVICE } from './invites-db';
import * as ringLinks from './ring-links';
import { FakeServer } from './testing/fake-server';

const ONE_TAB = { request: (_name: string, work: () => unknown) => work() } as unknown as LockManager;
let server: FakeServer;

beforeEach(() => {
  server = new FakeServer();
  vi.stubGlobal('indexedDB', new IDBFactory());
  vi.stubGlobal('fetch', server.fetch);
  // There is one tab here, and no locks in this simulated browser.
  vi.spyOn(navigator, 'locks', 'get').mockReturnValue(ONE_TAB);
});
afterEach(async () => {
  await deleteInvites();
  localStorage.clear();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

async function made(name = 'Family') {
  const answer = await ringLinks.makeFor(name);
  if (!answer.ok) throw new Error(answer.problem);
  return answer.value;
}

describe('Ring links', () => {
  it('The first one makes this browser a device, later ones use it, and their names stay here', async () => {
    expect(isHinted('device')).toBe(false);
    await made('Family');
    await made(' Friends\n');
    expect(isHinted('device')).toBe(true);
    expect(server.devices.size).toBe(1);
    expect(server.links()).toHaveLength(2);
    expect((await ringLinks.kept()).map(({ name }) => name)).toEqual(['Family', 'Friends']);
    expect(JSON.stringify([...server.devices])).not.toContain('Family');
  });

  it('Without a device nothing is asked of the server', async () => {
    expect(await ringLinks.check()).toEqual({ is: 'none' });
    expect(server.asked).toEqual([]);
  });

  it.each([
    ['offline', 'offline'],
    [429, 'busy'],
    [503, 'unavailable'],
  ] as const)('Where the server is %s, nothing is made, and the reason is said', async (trouble, problem) => {
    server.trouble = trouble;
    expect(await ringLinks.makeFor('x')).toEqual({ ok: false, problem });
    expect(await ringLinks.kept()).toEqual([]);
  });

  it('What cannot be kept is not made: a link nobody could answer would ring in vain', async () => {
    vi.stubGlobal('indexedDB', undefined);
    await deleteInvites();
    expect(await ringLinks.makeFor('x')).toEqual({ ok: false, problem: 'no-storage' });
    expect(server.links()).toEqual([]);
  });

  it('Quiet hours are chosen in local time and kept in UTC, and follow the clock when it changes', async () => {
    const offset = vi.spyOn(Date.prototype, 'getTimezoneOffset').mockReturnValue(-60);
    const { slug } = await made();
    await ringLinks.setQuiet(slug, { from: 22 * 60, to: 30 });
    expect(server.links()[0]?.quietHours).toEqual({ from: 21 * 60, to: 23 * 60 + 30 });
    offset.mockReturnValue(-120);
    await ringLinks.check();
    expect(server.links()[0]?.quietHours).toEqual({ from: 20 * 60, to: 22 * 60 + 30 });
    expect((await ringLinks.kept())[0]?.quiet).toEqual({ from: 22 * 60, to: 30 });
  });

  it('A device the server has lost is made anew, and its links get new addresses and say so until they are sent', async () => {
    const before = await made();
    await ringLinks.setQuiet(before.slug, { from: 60, to: 120 });
    const lost = await devices.get(THIS_DEVICE);
    server.lose();
    expect(await ringLinks.check()).toMatchObject({ is: 'known', renewed: true });
    const [after, ...more] = await ringLinks.kept();
    expect(more).toEqual([]);
    expect(after).toMatchObject({ name: 'Family', renewed: true, quiet: { from: 60, to: 120 } });
    expect(after?.slug).not.toBe(before.slug);
    expect(after?.publicKey).not.toBe(before.publicKey);
    expect(server.links()).toMatchObject([{ slug: after?.slug }]);
    expect((await devices.get(THIS_DEVICE))?.deviceId).not.toBe(lost?.deviceId);
    await ringLinks.noticed(after?.slug ?? '');
    expect((await ringLinks.kept())[0]?.renewed).toBe(false);
    expect(await ringLinks.check()).toMatchObject({ is: 'known', renewed: false });
  });

  it('A device that was forgotten on purpose is not made anew, whatever the server said meanwhile', async () => {
    await made();
    const forgotten = await devices.get(THIS_DEVICE);
    server.lose();
    await deleteInvites();
    if (!forgotten) throw new Error('There was no device.');
    expect(await replaceDevice(forgotten)).toEqual({ ok: false, problem: 'unknown-device' });
    expect(await devices.get(THIS_DEVICE)).toBe(null);
    expect(server.links()).toEqual([]);
  });

  it('A server that cannot be asked changes nothing', async () => {
    const { slug } = await made();
    for (const trouble of ['offline', 500, 429] as const) {
      server.trouble = trouble;
      expect(await ringLinks.check()).toMatchObject({ is: 'unknown' });
      expect(await ringLinks.revoke(slug)).toMatchObject({ ok: false });
    }
    expect((await ringLinks.kept()).map((link) => link.slug)).toEqual([slug]);
  });

  it('One that is taken back is gone on both sides, also when the server had lost it before', async () => {
    const [first, second] = [await made('a'), await made('b')];
    expect(await ringLinks.revoke(first.slug)).toEqual({ ok: true, value: true });
    expect(server.links().map(({ slug }) => slug)).toEqual([second.slug]);
    server.lose();
    expect(await ringLinks.revoke(second.slug)).toEqual({ ok: true, value: true });
    expect(await links.all()).toEqual([]);
  });
});
