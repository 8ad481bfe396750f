import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TwoPages } from './testing/two-pages';

let pages: TwoPages;
beforeEach(() => {
  vi.useFakeTimers();
  pages = new TwoPages();
});
afterEach(() => {
  vi.useRealTimers();
});

const alive = (name: string) => pages.lab.of(name).filter((one) => !one.closed);

/** What a page of long ago said, before it knew whom to. */
const OLD_HELLO = { f: 'long-ago', g: 0, k: 'h' };
const oldOffer = (sdp: string) => ({ f: 'long-ago', g: 1, k: 'o', i: 1, m: 3, s: sdp });

describe('Words of a page of long ago, kept on the way and said again', () => {
  it('a hello ends no connection: seat 0 asks that page to show itself, and nobody does', async () => {
    const [first] = await pages.talking();
    const [connection] = alive('a');
    first.session.receive(OLD_HELLO);
    await pages.pass(30_000);
    expect(alive('a')).toEqual([connection]);
    expect(first.statuses.at(-1)).toBe('flowing');
    expect(first.relayed.at(-1)).toMatchObject({ k: 'h', t: 'long-ago' });
  });

  it('an offer ends no connection: seat 1 asks that page to show itself, and nobody does', async () => {
    const [first, second] = await pages.talking();
    const [connection] = alive('b');
    const [said] = first.relayed as { s: string }[];
    second.session.receive(oldOffer(said?.s ?? ''));
    await pages.pass(30_000);
    expect(alive('b')).toEqual([connection]);
    expect(second.statuses.at(-1)).toBe('flowing');
    expect(second.relayed.at(-1)).toMatchObject({ k: 'h', t: 'long-ago' });
  });

  it('ends none that is being mended either', async () => {
    const [first, second] = await pages.talking();
    pages.cut();
    await pages.pass(3000);
    first.session.receive(OLD_HELLO);
    await pages.pass(1000);
    pages.mend();
    await pages.pass(5000);
    expect([first.status, second.status]).toEqual(['flowing', 'flowing']);
    expect([alive('a').length, alive('b').length]).toEqual([1, 1]);
  });

  it('who is really there shows it, in either seat, while the page before is still known', async () => {
    for (const seat of [0, 1] as const) {
      pages = new TwoPages();
      const [first, second] = await pages.talking();
      const back = pages.page(seat === 0 ? 'a2' : 'b2', seat);
      (seat === 0 ? first : second).session.close();
      pages.enter(back, seat);
      await pages.pass(2000);
      expect([back.status, (seat === 0 ? second : first).status]).toEqual(['flowing', 'flowing']);
    }
  });

  it('met before anybody true is there, they keep nobody out', async () => {
    const [first, second] = [pages.page('a', 0), pages.page('b', 1)];
    pages.enter(first, 0);
    await pages.pass(50);
    first.session.peerChanged('present');
    first.session.receive(OLD_HELLO);
    await pages.pass(500);
    pages.enter(second, 1);
    await pages.pass(3000);
    expect([first.status, second.status]).toEqual(['flowing', 'flowing']);
  });
});
