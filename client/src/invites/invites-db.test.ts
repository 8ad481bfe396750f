import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { openDB } from 'idb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeRingKeys } from './ring-seal';

const SLUG = 'AAECAwQFBgcICQoL';
const KEY = 'BK0Tf374Ke74qFcb9NMHZk6o4CTgW9pOJtqPeuiERWBYqI5IyaHZOGRx8T8lWXWO3EvB4ROU60FdY-LTPk04UZ0';
const DEVICE = { deviceId: 'AAECAwQFBgcICQoLDA0ODw', deviceSecret: 'A'.repeat(43) };

/** The module holds one connection: each test is a page of its own. */
async function freshPage() {
  vi.resetModules();
  return import('./invites-db');
}

beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory());
});
afterEach(() => {
  vi.unstubAllGlobals();
});

describe('What this browser keeps of being rung', () => {
  it('is there for the next page', async () => {
    const first = await freshPage();
    expect(await first.devices.put(DEVICE)).toBe(true);
    expect(await first.people.put({ slug: SLUG, publicKey: KEY, name: 'Ann' })).toBe(true);
    const next = await freshPage();
    expect(await next.devices.get(next.THIS_DEVICE)).toEqual(DEVICE);
    expect(await next.people.all()).toEqual([{ slug: SLUG, publicKey: KEY, name: 'Ann' }]);
    expect(await next.keepsAnything()).toBe(true);
  });

  it('A ring link keeps the key that opens, and it still cannot be taken out', async () => {
    const { links } = await freshPage();
    const keys = await makeRingKeys();
    expect(
      await links.put({
        slug: SLUG,
        name: 'Family',
        ...keys,
        quiet: { from: 1320, to: 420 },
        renewed: false,
      }),
    ).toBe(true);
    const [kept] = await links.all();
    expect(kept?.quiet).toEqual({ from: 1320, to: 420 });
    expect(kept?.privateKey.extractable).toBe(false);
  });

  it('What makes no sense there is as if it were not there', async () => {
    const page = await freshPage();
    await page.people.put({ slug: SLUG, publicKey: KEY, name: 'Ann' });
    const kept = await openDB('o-to-o');
    await kept.put('people', { slug: 'short', publicKey: KEY, name: 'x' });
    await kept.put('people', { slug: 'BAECAwQFBgcICQoL', publicKey: 'x', name: 'x' });
    await kept.put('people', { slug: 'CAECAwQFBgcICQoL', publicKey: KEY, name: 7 });
    await kept.put('links', { slug: SLUG, publicKey: KEY, name: 'x', privateKey: 'x', quiet: null });
    await kept.put('traces', { ringId: 'x' });
    await kept.put('device', { deviceId: 'x' }, 'this');
    kept.close();
    expect((await page.people.all()).map(({ name }) => name)).toEqual(['Ann', '']);
    expect(await page.links.all()).toEqual([]);
    expect(await page.traces.all()).toEqual([]);
    expect(await page.devices.get(page.THIS_DEVICE)).toBeNull();
  });

  it('Where the browser keeps nothing, nothing is found, and keeping says so', async () => {
    vi.stubGlobal('indexedDB', {
      open: () => {
        throw new DOMException('no', 'SecurityError');
      },
    });
    const { keepsAnything, people } = await freshPage();
    expect(await keepsAnything()).toBe(false);
    expect(await people.put({ slug: SLUG, publicKey: KEY, name: 'Ann' })).toBe(false);
    expect(await people.all()).toEqual([]);
    await people.remove(SLUG);
  });

  it('Nothing is left after it was deleted, also when another page has it open, and that page goes on', async () => {
    const other = await freshPage();
    await other.people.put({ slug: SLUG, publicKey: KEY, name: 'Ann' });
    const page = await freshPage();
    await page.devices.put(DEVICE);
    expect(await page.deleteInvites()).toBe(true);
    expect(await indexedDB.databases()).toEqual([]);
    expect(await other.people.all()).toEqual([]);
    expect(await other.people.put({ slug: SLUG, publicKey: KEY, name: 'Ben' })).toBe(true);
  });

  it('Whoever only looks leaves nothing behind: a page that is late after all was deleted makes no new database', async () => {
    const page = await freshPage();
    const names = async (): Promise<unknown[]> => (await indexedDB.databases()).map(({ name }) => name);
    expect(await page.devices.get(page.THIS_DEVICE)).toBeNull();
    expect(await page.people.all()).toEqual([]);
    expect(await names()).toEqual([]);
    await page.people.put({ slug: SLUG, publicKey: KEY, name: 'Ann' });
    expect(await names()).toEqual(['o-to-o']);
    expect(await page.deleteInvites()).toBe(true);
    await Promise.all([page.devices.get(page.THIS_DEVICE), page.traces.remove('x'), page.links.all()]);
    expect(await names()).toEqual([]);
    expect(await page.devices.put(DEVICE)).toBe(true);
    expect(await page.devices.get(page.THIS_DEVICE)).toEqual(DEVICE);
  });
});
