import 'fake-indexeddb/auto';
import { beforeEach, expect, it, vi } from 'vitest';
import { CALLER_BYTES, isBase64Url } from '@protocol';
import { callerAt } from './caller';
import { forgetThisDevice } from './forget';

const ONE_TAB = { request: (_name: string, work: () => unknown) => work() } as unknown as LockManager;

beforeEach(() => {
  localStorage.clear();
  // There is one tab here, and no locks in this simulated browser.
  vi.spyOn(navigator, 'locks', 'get').mockReturnValue(ONE_TAB);
});

const [HERE, THERE] = ['AAECAwQFBgcICQoL', 'DA0ODxAREhMUFRYX'] as const;

it('A link knows a browser again; another link, or a browser that was cleared, knows nothing', async () => {
  const first = await callerAt(HERE);
  expect(isBase64Url(first, CALLER_BYTES)).toBe(true);
  expect(await callerAt(HERE)).toBe(first);
  expect(await callerAt(THERE)).not.toBe(first);
  localStorage.clear();
  expect(await callerAt(HERE)).not.toBe(first);
});

it('What a browser keeps of it does not say whom it rang', async () => {
  const callers = [await callerAt(HERE), await callerAt(THERE)];
  const kept = JSON.stringify(Object.entries(localStorage));
  for (const said of [...callers, HERE, THERE]) expect(kept).not.toContain(said);
});

it('A browser that forgets itself is somebody new', async () => {
  const before = await callerAt(HERE);
  expect(await forgetThisDevice()).toBe(true);
  expect(localStorage.getItem('o-to-o/caller')).toBe(null);
  expect(await callerAt(HERE)).not.toBe(before);
});

it('What stands in storage and is no secret is replaced', async () => {
  localStorage.setItem('o-to-o/caller', 'anybody');
  expect(await callerAt(HERE)).toBe(await callerAt(HERE));
  expect(localStorage.getItem('o-to-o/caller')).toHaveLength(43);
});
