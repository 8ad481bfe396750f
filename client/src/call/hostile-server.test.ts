import { afterEach, describe, expect, it, vi } from 'vitest';
import { fromBase64Url, toBase64Url, type SeatNumber } from '@protocol';
import type * as Window from '@/privacy/replay-window';
import type * as Sealing from '@/privacy/sealing';
import type { Refusal, SealedRelay } from './sealed-relay';

const CALL = 'q83vASNFZ4mrzQBkyAABAgMEBQYH';
const KEY = new Uint8Array(16).map((_, place) => place);

/** One page of a call, and what came of what the server handed it. */
interface Page {
  readonly relay: SealedRelay;
  /** What it gave to the server. */
  readonly said: string[];
  readonly heard: unknown[];
  readonly refused: Refusal[];
}

interface Protection {
  readonly sealing?: object;
  readonly window?: object;
}

/** The pages' own parts, each freshly loaded; `without`: what is taken out of them, to see that it was needed. */
async function parts(without: Protection = {}) {
  vi.resetModules();
  const sealing = await vi.importActual<typeof Sealing>('@/privacy/sealing');
  const window = await vi.importActual<typeof Window>('@/privacy/replay-window');
  vi.doMock('@/privacy/sealing', () => ({ ...sealing, ...without.sealing }));
  vi.doMock('@/privacy/replay-window', () => ({ ...window, ...without.window }));
  const { SealedRelay: Relay } = await import('./sealed-relay');
  const { LinkSeal: Seal } = await import('@/privacy/sealing');

  return (place: { seat: SeatNumber; epoch: number; call?: string; key?: Uint8Array<ArrayBuffer> }): Page => {
    const [said, heard, refused]: [string[], unknown[], Refusal[]] = [[], [], []];
    const relay = new Relay({
      seal: Seal.of(place.key ?? KEY, place.call ?? CALL),
      send: (payload) => said.push(payload),
      onMessage: (value) => heard.push(value),
      onRefused: (why) => refused.push(why),
    });
    relay.seated(place, 0);
    return { relay, said, heard, refused };
  };
}

const until = async (pages: readonly Page[], done: () => boolean): Promise<void> => {
  await vi.waitFor(() => {
    expect(done(), JSON.stringify(pages.map(({ heard, refused }) => ({ heard, refused })))).toBe(true);
  });
};

async function say(page: Page, ...words: string[]): Promise<string[]> {
  const before = page.said.length;
  for (const word of words) page.relay.say(word);
  await until([page], () => page.said.length === before + words.length);
  return page.said.slice(before);
}

/** Hands a page payloads, and waits until each is taken or refused. */
async function hand(page: Page, ...payloads: string[]): Promise<void> {
  const before = page.heard.length + page.refused.length;
  for (const payload of payloads) page.relay.take(payload);
  await until([page], () => page.heard.length + page.refused.length === before + payloads.length);
}

const changed = (payload: string, change: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array): string => {
  const bytes = fromBase64Url(payload);
  if (!bytes.ok) throw new Error(bytes.problem);
  return toBase64Url(change(bytes.value));
};

const flipped = (payload: string, at: number): string =>
  changed(payload, (bytes) => bytes.map((byte, place) => (place === at ? byte ^ 1 : byte)));

afterEach(() => vi.resetModules());

describe('A hostile server', () => {
  it('carries what it cannot read, and the other page hears it in its order', async () => {
    const page = await parts();
    const [one, other] = [page({ seat: 0, epoch: 1 }), page({ seat: 1, epoch: 1 })];
    const words = Array.from({ length: 40 }, (_, count) => `word ${count} ${'x'.repeat((40 - count) * 40)}`);
    const payloads = await say(one, ...words);
    await hand(other, ...payloads);
    expect(other.heard).toEqual(words);
    expect(payloads.join()).not.toContain('word');
  });

  it('cannot change one bit of a message', async () => {
    const page = await parts();
    const [one, other] = [page({ seat: 0, epoch: 1 }), page({ seat: 1, epoch: 1 })];
    const [payload = ''] = await say(one, 'a=fingerprint:sha-256 AA:BB');
    const length = Math.floor((payload.length * 3) / 4);
    await hand(other, ...Array.from({ length }, (_, at) => flipped(payload, at)));
    expect(other.heard).toEqual([]);
    expect(other.refused[0]).toBe('foreign');
    expect(new Set(other.refused.slice(1))).toEqual(new Set(['unopened']));
    await hand(other, payload);
    expect(other.heard).toEqual(['a=fingerprint:sha-256 AA:BB']);
  });

  it('cannot cut a message short or add to it', async () => {
    const page = await parts();
    const [one, other] = [page({ seat: 0, epoch: 1 }), page({ seat: 1, epoch: 1 })];
    const [payload = ''] = await say(one, 'whole');
    await hand(
      other,
      changed(payload, (bytes) => bytes.subarray(0, -1)),
      changed(payload, (bytes) => new Uint8Array([...bytes, 0])),
      changed(payload, (bytes) => bytes.subarray(0, 20)),
    );
    expect(other.heard).toEqual([]);
    expect(other.refused).toHaveLength(3);
  });

  it('cannot say a message again', async () => {
    const attack = async (without?: Protection) => {
      const page = await parts(without);
      const [one, other] = [page({ seat: 0, epoch: 1 }), page({ seat: 1, epoch: 1 })];
      const payloads = await say(one, 'first', 'second');
      await hand(other, ...payloads, ...payloads);
      return other;
    };
    expect(await attack()).toMatchObject({
      heard: ['first', 'second'],
      refused: ['repeated', 'repeated'],
    });
    expect((await attack({ window: { judge: () => 'fresh' } })).heard).toHaveLength(4);
  });

  it('cannot turn the order of messages round', async () => {
    const page = await parts();
    const [one, other] = [page({ seat: 0, epoch: 1 }), page({ seat: 1, epoch: 1 })];
    const payloads = await say(one, 'first', 'second', 'third');
    await hand(other, ...payloads.reverse());
    expect(other).toMatchObject({ heard: ['third'], refused: ['repeated', 'repeated'] });
  });

  it('cannot keep back what a page said until a later page of that person has spoken', async () => {
    const attack = async (without?: Protection) => {
      const page = await parts(without);
      const [before, after] = [page({ seat: 0, epoch: 3 }), page({ seat: 0, epoch: 4 })];
      const other = page({ seat: 1, epoch: 1 });
      const [kept = ''] = await say(before, 'from the page before');
      await hand(other, ...(await say(after, 'from the page of now')), kept);
      return other;
    };
    expect(await attack()).toMatchObject({ heard: ['from the page of now'], refused: ['outdated'] });
    expect((await attack({ window: { judge: () => 'fresh' } })).heard).toHaveLength(2);
  });

  it('cannot give a person their own words as the other’s', async () => {
    const attack = async (without?: Protection) => {
      const page = await parts(without);
      const one = page({ seat: 0, epoch: 1 });
      await hand(one, ...(await say(one, 'mine')));
      return one;
    };
    expect(await attack()).toMatchObject({ heard: [], refused: ['unopened'] });
    const { LinkSeal } = await vi.importActual<typeof Sealing>('@/privacy/sealing');
    const withoutSeat = { LinkSeal: sealWithoutSeat(LinkSeal) };
    expect(await attack({ sealing: withoutSeat })).toMatchObject({ heard: ['mine'] });
  });

  it('cannot carry a message into another call, or from somebody with another link', async () => {
    const page = await parts();
    const elsewhere = page({ seat: 0, epoch: 1, call: 'another' });
    const stranger = page({ seat: 0, epoch: 1, key: new Uint8Array(16) });
    const other = page({ seat: 1, epoch: 1 });
    await hand(other, ...(await say(elsewhere, 'a')), ...(await say(stranger, 'b')));
    expect(other).toMatchObject({ heard: [], refused: ['unopened', 'unopened'] });
  });

  it('cannot make something up', async () => {
    const page = await parts();
    const other = page({ seat: 1, epoch: 1 });
    const noise = Array.from({ length: 50 }, (_, length) =>
      toBase64Url(crypto.getRandomValues(new Uint8Array(length * 7)).fill(2, 0, 1)),
    );
    await hand(other, '', 'not base64url!', 'A'.repeat(60_000), ...noise);
    expect(other.heard).toEqual([]);
    expect(other.refused).toHaveLength(53);
  });

  it('may count a seat’s connections anew when it has lost them: true pages are heard, old words are not', async () => {
    const page = await parts();
    const [before, after] = [page({ seat: 0, epoch: 7 }), page({ seat: 0, epoch: 1 })];
    const other = page({ seat: 1, epoch: 1 });
    const old = await say(before, 'before the loss');
    await hand(other, ...old);
    other.relay.seated({ seat: 1, epoch: 2 }, 1);
    await hand(other, ...(await say(after, 'after it')), ...old);
    expect(other).toMatchObject({ heard: ['before the loss', 'after it'], refused: ['repeated'] });
  });

  it('what it says has its effect after what it relayed before', async () => {
    const page = await parts();
    const [one, other] = [page({ seat: 0, epoch: 1 }), page({ seat: 1, epoch: 1 })];
    const [payload = ''] = await say(one, 'before they left');
    const order: string[] = [];
    other.relay.afterwards(() => order.push('nothing to wait for'));
    other.relay.take(payload);
    other.relay.afterwards(() => order.push(`after ${other.heard.length}`));
    expect(order).toEqual(['nothing to wait for']);
    await until([other], () => order.length === 2);
    expect(order).toEqual(['nothing to wait for', 'after 1']);
  });

  it('is not heard any more by a page that is over', async () => {
    const page = await parts();
    const [one, other] = [page({ seat: 0, epoch: 1 }), page({ seat: 1, epoch: 1 })];
    const payloads = await say(one, 'late', 'later');
    const told: string[] = [];
    for (const payload of payloads) other.relay.take(payload);
    other.relay.afterwards(() => told.push('left'));
    other.relay.close();
    // Opening is done in order: once a page that listens has opened both, this one has too.
    const witness = page({ seat: 1, epoch: 1 });
    await hand(witness, ...payloads);
    expect([other.heard, other.refused, told]).toEqual([[], [], []]);
  });
});

type SealClass = typeof Sealing.LinkSeal;

/** The seal with the seat taken out of what it binds: whatever seat is named, it is sealed for and opened from seat 0. */
const sealWithoutSeat = (LinkSeal: SealClass) => ({
  of: async (...given: Parameters<SealClass['of']>) => {
    const seal = await LinkSeal.of(...given);
    return {
      seal: (_: SeatNumber, epoch: number, bytes: Uint8Array<ArrayBuffer>) => seal.seal(0, epoch, bytes),
      open: (_: SeatNumber, whole: Uint8Array<ArrayBuffer>) => seal.open(0, whole),
    };
  },
});
