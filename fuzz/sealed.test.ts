import { ok } from 'node:assert/strict';
import { it, describe } from 'vitest';
import { SealedRelay, type Refusal } from '@/call/sealed-relay';
import { LinkSeal } from '@/privacy/sealing';
import * as packing from '@/signaling/payload';
import { toBase64Url } from '@protocol';
import { BYTES, TEXT } from './engine/kinds.js';
import { holds } from './engine/proven.js';
import { seedsOf } from './seeds.js';

const ID = 'q83vASNFZ4mrzQBkyAABAgMEBQYH';
const KEY = Uint8Array.from({ length: 16 }, (_, place) => place);
const REFUSALS: readonly Refusal[] = ['unopened', 'repeated', 'outdated', 'foreign'];
const PAGES = [Uint8Array.from({ length: 8 }, () => 1), Uint8Array.from({ length: 8 }, () => 2)] as const;

/** A page in seat 0, or in none yet: what it makes of one payload after the other. */
function listening(seal: Promise<LinkSeal>, seat: 0 | null = 0) {
  const heard: ({ readonly message: unknown } | Refusal)[] = [];
  const relay = new SealedRelay({
    seal,
    send: () => undefined,
    onMessage: (message) => heard.push({ message }),
    onRefused: (why) => heard.push(why),
  });
  if (seat !== null) relay.seated({ seat, epoch: 1 }, 1);
  return (payload: string) =>
    new Promise<{ readonly message: unknown } | Refusal | undefined>((resolve) => {
      relay.afterwards(() => undefined);
      relay.take(payload);
      relay.afterwards(() => resolve(heard.shift()));
    });
}

/** Two pages of one call: what the second makes of what the first seals, in that order. */
async function talking() {
  const sender = await LinkSeal.of(KEY, ID);
  const take = listening(LinkSeal.of(KEY, ID));
  let saying: Promise<unknown> = Promise.resolve();
  return (bytes: Uint8Array<ArrayBuffer>) => {
    const sealed = sender.seal(1, 1, bytes);
    const heard = saying.then(async () => take(toBase64Url(await sealed)));
    saying = heard.catch(() => undefined);
    return heard;
  };
}

const isDeclared = (answer: unknown): boolean =>
  typeof answer === 'string' ? REFUSALS.some((why) => why === answer) : typeof answer === 'object';

const RELAY = {
  file: 'client/src/call/sealed-relay.ts',
  notDecoding: ['say', 'close'],
};

describe('nothing relayed crashes, stalls or fills', () => {
  it('whatever text it is', async () => {
    const [first, second] = [await LinkSeal.of(KEY, ID, PAGES[0]), await LinkSeal.of(KEY, ID, PAGES[1])];
    const said = async (seal: LinkSeal, seat: 0 | 1, epoch: number, bytes: Uint8Array<ArrayBuffer>) =>
      toBase64Url(await seal.seal(seat, epoch, bytes));
    const hello = packing.packPayload({ f: 'aB3-_xYz', g: 0, k: 'h' });
    const seeds = [
      await said(first, 1, 1, hello),
      await said(first, 1, 2, hello),
      await said(second, 1, 1, hello),
      await said(second, 1, 2, Uint8Array.of(1, 2, 3)),
      await said(first, 0, 1, hello),
      'a'.repeat(20_000),
    ];
    const take = listening(LinkSeal.of(KEY, ID));
    const early = listening(LinkSeal.of(KEY, ID), null);
    await holds({
      is: 'later',
      name: 'sealed payloads',
      width: 50,
      kind: TEXT,
      seeds: seedsOf(seeds),
      decode: async (text) => ok(isDeclared(await (text.length % 100 === 0 ? early : take)(text))),
      watched: [RELAY, { file: 'client/src/privacy/sealing.ts', notDecoding: ['seal', 'of', 'deriveKey'] }],
    });
  });

  it('whatever is sealed in it with the true key', async () => {
    const calls = await Promise.all(Array.from({ length: 10 }, talking));
    let turn = 0;
    await holds({
      is: 'later',
      name: 'what is sealed',
      width: 50,
      kind: BYTES,
      seeds: seedsOf([
        packing.packPayload({ f: 'aB3-_xYz', g: 0, k: 'h' }),
        packing.packPayload({
          f: 'aB3-_xYz',
          t: 'Qq81_zzT',
          g: 1,
          k: 'c',
          c: ['candidate:0 1 UDP 1 a.local 9 typ host'],
        }),
        Uint8Array.of(),
      ]),
      alone: [packing.packPayload('a'.repeat(1_000_000))],
      decode: async (bytes) => {
        const answer = await calls[(turn += 1) % calls.length]?.(bytes.slice(0, 12_000));
        ok(typeof answer === 'object' || answer === 'foreign', JSON.stringify(answer));
      },
      watched: [],
    });
  });
});
