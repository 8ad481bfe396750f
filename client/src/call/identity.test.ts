import { isBase64Url } from '@protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { guardedStorage, type TextStore } from '@/storage/guarded-storage';
import { Identity, makeHolder, type Slot } from './identity';
import { goStraightIn } from './in-call-mark';

const DAY_MS = 24 * 3_600_000;

const blocked = (): Storage => {
  throw new DOMException('blocked', 'SecurityError');
};

let browser: TextStore;
let now: number;

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  browser = guardedStorage(() => localStorage);
  now = 1_700_000_000_000;
});

/** A page of a tab. */
const page = (callId = 'call', tab: TextStore = guardedStorage(() => sessionStorage)): Identity =>
  new Identity(callId, { browser, tab, now: () => now });

const newTab = (): TextStore => guardedStorage(blocked);

describe('who this browser is', () => {
  it('a closed tab’s link opened again is the same person, with the newest ticket', () => {
    const before = page('call', newTab());
    const { holder } = before.credentials(0);
    before.keepTicket(0, 'ticket-1');
    before.keepTicket(0, 'ticket-2');
    expect(page('call', newTab()).credentials(0)).toEqual({ holder, ticket: 'ticket-2' });
  });

  it('is somebody else in every call, and as the second person of the same call', () => {
    const places: [string, Slot][] = [
      ['a', 0],
      ['a', 1],
      ['b', 0],
    ];
    const holders = places.map(([callId, slot]) => page(callId).credentials(slot).holder);
    expect(new Set(holders).size).toBe(3);
  });

  it('holds 128 random bits', () => {
    const holders = Array.from({ length: 100 }, makeHolder);
    expect(holders.every((holder) => isBase64Url(holder, 16))).toBe(true);
    expect(new Set(holders).size).toBe(100);
  });

  it('keeps one’s seat while the page lives where the browser blocks its storage', () => {
    browser = guardedStorage(blocked);
    const { holder } = page().credentials(0);
    expect(page().credentials(0).holder).toBe(holder);
  });

  it('keeps one’s seat while the page lives where the storage is full', () => {
    const full = new Proxy(localStorage, {
      get: (target, key) =>
        key === 'setItem'
          ? () => {
              throw new DOMException('full', 'QuotaExceededError');
            }
          : (Reflect.get(target, key, target) as unknown),
    });
    browser = guardedStorage(() => full);
    const { holder } = page().credentials(0);
    expect(page().credentials(0).holder).toBe(holder);
  });

  it.each([
    'not json',
    'null',
    '[]',
    '{"holder":"short","usedAt":1}',
    '{"holder":7,"usedAt":1}',
    '{"holder":"AAAAAAAAAAAAAAAAAAAAAA"}',
  ])('believes nothing that it did not write itself: %s', (text) => {
    page().credentials(0);
    const key = localStorage.key(0) ?? '';
    localStorage.setItem(key, text);
    const { holder, ticket } = page().credentials(0);
    expect(isBase64Url(holder, 16)).toBe(true);
    expect(holder).not.toBe('AAAAAAAAAAAAAAAAAAAAAA');
    expect(ticket).toBeUndefined();
  });

  it('leaves out a ticket that no server could have written', () => {
    page().credentials(0);
    const key = localStorage.key(0) ?? '';
    const holder = makeHolder();
    for (const ticket of [7, 'x'.repeat(513)]) {
      localStorage.setItem(key, JSON.stringify({ holder, ticket, usedAt: now }));
      expect(page().credentials(0)).toEqual({ holder });
    }
  });

  it('forgets a call when asked to', () => {
    const identity = page();
    const { holder } = identity.credentials(0);
    identity.credentials(1);
    identity.markInCall(0, { camera: true, microphone: true }, null);
    identity.forget();
    expect([localStorage.length, sessionStorage.length]).toEqual([0, 0]);
    expect(identity.credentials(0).holder).not.toBe(holder);
  });

  it('forgets calls nobody came back to for 30 days', () => {
    page('old').credentials(0);
    page('young').credentials(0);
    now += 20 * DAY_MS;
    page('young').credentials(0);
    now += 20 * DAY_MS;
    page('new').credentials(0);
    expect(browser.keys().toSorted()).toEqual(['o-to-o/holder/new/0', 'o-to-o/holder/young/0']);
  });

  it('keeps the 50 calls used last, and touches nothing that is not its own', () => {
    localStorage.setItem('theme', 'dark');
    for (let call = 0; call < 60; call++) {
      now += 1000;
      page(`call-${call}`).credentials(0);
    }
    const kept = browser.keys().filter((key) => key !== 'theme');
    expect(kept).toHaveLength(50);
    expect(kept).toContain('o-to-o/holder/call-59/0');
    expect(kept).not.toContain('o-to-o/holder/call-9/0');
    expect(localStorage.getItem('theme')).toBe('dark');
  });
});

describe('a reload', () => {
  it('in a call goes straight back in, with the devices that were on', () => {
    page().markInCall(1, { camera: false, microphone: true }, null);
    expect(page().interrupted()).toEqual({ slot: 1, camera: false, microphone: true, talkingSince: null });
  });

  it('after hanging up, or in another call, or in another tab, begins in the lobby', () => {
    page().markInCall(0, { camera: true, microphone: true }, null);
    expect(page('other').interrupted()).toBeNull();
    expect(page('call', newTab()).interrupted()).toBeNull();
    page().markLeft();
    expect(page().interrupted()).toBeNull();
  });

  it.each(['?', '{}', '{"slot":2}', '{"slot":"0"}'])(
    'begins in the lobby when the mark makes no sense: %s',
    (text) => {
      page().markInCall(0, { camera: true, microphone: true }, null);
      sessionStorage.setItem(sessionStorage.key(0) ?? '', text);
      expect(page().interrupted()).toBeNull();
    },
  );
});

it('who rang or accepted goes straight in with what they chose, as the first person of this browser', () => {
  goStraightIn('call', { camera: false, microphone: true });
  expect(page().interrupted()).toEqual({ slot: 0, camera: false, microphone: true, talkingSince: null });
});
