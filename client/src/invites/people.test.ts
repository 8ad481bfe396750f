import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isHinted } from './hints';
import { deleteInvites } from './invites-db';
import * as people from './people';
import { openPeople, sealPeople } from './people-file';

const KEY = 'BK0Tf374Ke74qFcb9NMHZk6o4CTgW9pOJtqPeuiERWBYqI5IyaHZOGRx8T8lWXWO3EvB4ROU60FdY-LTPk04UZ0';
const ANN = { slug: 'AAECAwQFBgcICQoL', publicKey: KEY, name: 'Ann' };
const BEN = { slug: 'BAECAwQFBgcICQoL', publicKey: KEY, name: '小明' };

beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory());
});
afterEach(async () => {
  await deleteInvites();
  localStorage.clear();
  vi.unstubAllGlobals();
});

describe('People one can ring', () => {
  it('are kept, renamed and removed, and it is known without looking whether there are any', async () => {
    expect(isHinted('people')).toBe(false);
    expect(await people.keep(ANN)).toBe(true);
    expect(isHinted('people')).toBe(true);
    await people.rename(ANN.slug, ' Anna ');
    expect(await people.list()).toEqual([{ ...ANN, name: 'Anna' }]);
    await people.remove(ANN.slug);
    expect(await people.list()).toEqual([]);
    expect(isHinted('people')).toBe(false);
  });

  it('Kept again without a name, somebody keeps the one they have', async () => {
    await people.keep(ANN);
    await people.keep({ ...ANN, name: ' ' });
    expect(await people.find(ANN.slug)).toEqual(ANN);
  });

  it('Where nothing is kept, it says so', async () => {
    await deleteInvites();
    vi.stubGlobal('indexedDB', undefined);
    expect(await people.keep(ANN)).toBe(false);
    expect(await people.merge([ANN])).toBeNull();
  });
});

describe('A file with people', () => {
  it('opens with its passphrase alone, however its letters were typed, and shows nothing without', async () => {
    const file = await sealPeople([ANN, BEN], 'café au lait');
    expect(file).not.toContain(ANN.slug);
    expect(file).not.toContain('小明');
    expect(await openPeople(file, 'cafe\u0301 au lait')).toEqual({ ok: true, people: [ANN, BEN] });
    expect(await openPeople(file, 'cafe au lait')).toEqual({ ok: false, why: 'passphrase' });
  });

  it('is slow to guess, and a file that asks for less, or for hours, is none', async () => {
    const file = JSON.parse(await sealPeople([ANN], 'a passphrase')) as Record<string, unknown>;
    expect(file['rounds']).toBeGreaterThanOrEqual(600_000);
    for (const rounds of [1, 599_999, 1e9, -1, 'x', null]) {
      const weaker = JSON.stringify({ ...file, rounds });
      expect(await openPeople(weaker, 'a passphrase')).toEqual({ ok: false, why: 'none' });
    }
  });

  it.each(['', '{}', '[]', 'null', 'x'.repeat(5_000_000), '{"kind":"o-to-o/people/1"}'])(
    'is not just anything (%#)',
    async (text) => expect(await openPeople(text, 'a passphrase')).toEqual({ ok: false, why: 'none' }),
  );

  it('Somebody in it who could not be rung makes it a damaged one', async () => {
    const file = await sealPeople([{ ...ANN, publicKey: 'x' }], 'a passphrase');
    expect(await openPeople(file, 'a passphrase')).toEqual({ ok: false, why: 'none' });
  });

  it('Opening it adds who is new and leaves who is here as they are', async () => {
    await people.keep({ ...ANN, name: 'My Ann' });
    expect(await people.merge([ANN, BEN])).toBe(1);
    expect((await people.list()).map(({ name }) => name).sort()).toEqual(['My Ann', '小明'].sort());
  });
});
