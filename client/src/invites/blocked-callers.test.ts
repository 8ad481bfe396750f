import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { TO_BLOCK } from '@/call/in-call-mark';
import { tellBlocks } from './blocked-callers';
import { devices } from './invites-db';

const RING = 'AAECAwQFBgcICQoLDA0ODw';
const DEVICE = {
  deviceId: 'AAECAwQFBgcICQoLDA0ODw',
  deviceSecret: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8',
};

const ONE_TAB = { request: (_name: string, work: () => unknown) => work() } as unknown as LockManager;
const answers: (number | 'offline')[] = [];
const asked: string[] = [];
beforeEach(async () => {
  localStorage.clear();
  asked.length = answers.length = 0;
  await devices.put(DEVICE);
  vi.stubGlobal('fetch', (path: string, { method = 'GET' }: RequestInit = {}) => {
    asked.push(`${method} ${path}`);
    const answer = answers.shift() ?? 204;
    if (answer === 'offline') return Promise.reject(new TypeError('Failed to fetch'));
    return Promise.resolve(new Response(null, { status: answer }));
  });
  // There is one tab here, and no locks in this simulated browser.
  vi.spyOn(navigator, 'locks', 'get').mockReturnValue(ONE_TAB);
  localStorage.setItem(TO_BLOCK + RING, '');
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const isNoted = (): boolean => localStorage.getItem(TO_BLOCK + RING) !== null;

it('Who is blocked is told to the server once', async () => {
  await tellBlocks();
  await tellBlocks();
  expect(asked).toEqual([`POST /api/rings/${RING}/block`]);
  expect(isNoted()).toBe(false);
});

it('What could not be told is told when the network is back, or at the next start', async () => {
  answers.push('offline', 503);
  await tellBlocks();
  expect(isNoted()).toBe(true);
  window.dispatchEvent(new Event('online'));
  await vi.waitFor(() => expect(asked).toHaveLength(2));
  expect(isNoted()).toBe(true);
  await tellBlocks();
  expect(isNoted()).toBe(false);
});

it.each([404, 401])(
  'What the server knows no more (%i), or nobody could mean, is not said again',
  async (status) => {
    answers.push(status);
    localStorage.setItem(`${TO_BLOCK}../devices/me`, '');
    await tellBlocks();
    expect(asked).toHaveLength(1);
    expect(Object.keys(localStorage)).toEqual([]);
  },
);
