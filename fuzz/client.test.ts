import { deepStrictEqual as same, ok } from 'node:assert/strict';
import { describe, it } from 'vitest';
import { Identity } from '@/call/identity';
import { callOf, keptKey } from '@/calls/call-keys';
import { decodeAppFrame, encodeAppFrame } from '@/channel/app-frames';
import { readPasted } from '@/pages/pasted-link';
import { fingerprintOf } from '@/peer/fingerprint';
import { decodePeerMessage, encodePeerMessage } from '@/peer/peer-messages';
import { packPayload, unpackPayload } from '@/signaling/payload';
import { PAYLOAD_DICTIONARY } from '@/signaling/payload-dictionary';
import { tabStore, type TextStore } from '@/storage/guarded-storage';
import { deflateSync } from 'fflate';
import { isBase64Url, isCallIdShaped, isCallKey, isRingKey, isSlug } from '@protocol';
import { BYTES, JSON_TEXT, TEXT, VALUE } from './engine/kinds.js';
import { holds } from './engine/proven.js';
import { DESCRIPTIONS, seedsOf } from './seeds.js';

const ID = 'q83vASNFZ4mrzQBkyAABAgMEBQYH';
const KEY = 'AAECAwQFBgcICQoLDA0ODw';
const SLUG = 'AAECAwQFBgcICQoL';
const RING_KEY = `B${'A'.repeat(86)}`;

const FROM = { f: 'aB3-_xYz', t: 'Qq81_zzT', g: 1 };
const MESSAGES = seedsOf<unknown>([
  ...DESCRIPTIONS.map((s, place) => ({ ...FROM, k: place % 2 === 0 ? 'o' : 'a', i: 1, m: 3, s })),
  { f: FROM.f, g: 0, k: 'h' },
  { ...FROM, k: 'c', c: ['candidate:0 1 UDP 2122252543 a.local 5000 typ host', ''] },
  { ...FROM, k: 'r', i: 2 },
  { ...FROM, k: 'n', i: 0 },
  { ...FROM, k: 'w', w: 'changing' },
]);

describe('nothing the other page says crashes, stalls or fills', () => {
  it('who reads its messages', () =>
    holds({
      is: 'at once',
      name: 'messages between pages',
      kind: VALUE,
      seeds: MESSAGES,
      decode: (value) => {
        const message = decodePeerMessage(value);
        if (!message.ok) return ok(message.problem !== '');
        const said = encodePeerMessage(message.value);
        const again = decodePeerMessage(said);
        same(again.ok && JSON.stringify(encodePeerMessage(again.value)), JSON.stringify(said));
      },
      watched: [
        { file: 'client/src/peer/peer-messages.ts', notDecoding: ['newInstance', 'encodePeerMessage'] },
      ],
    }));

  it('who reads its data channel', () =>
    holds({
      is: 'at once',
      name: 'data channel frames',
      kind: JSON_TEXT,
      seeds: seedsOf([
        '{"type":"bye"}',
        '{"type":"media","camera":true,"microphone":false}',
        '{"type":"safety-commit","commitment":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"}',
        `{"type":"safety-nonce","nonce":"${KEY}"}`,
      ]),
      decode: (text) => {
        const frame = decodeAppFrame(text);
        if (frame) same(decodeAppFrame(encodeAppFrame(frame)), frame);
      },
      watched: [{ file: 'client/src/channel/app-frames.ts', notDecoding: ['encodeAppFrame'] }],
    }));

  it("who reads a description's certificate", () =>
    holds({
      is: 'at once',
      name: 'certificates in descriptions',
      kind: TEXT,
      seeds: seedsOf([
        ...DESCRIPTIONS,
        `a=fingerprint:sha-256 ${Array<string>(32).fill('0F').join(':')}\r\n`,
        `a=fingerprint:sha-1 0F\na=Fingerprint:sha-256 ${Array<string>(32).fill('0F').join(':')}`,
      ]),
      decode: (sdp) => {
        const fingerprint = fingerprintOf(sdp);
        ok(fingerprint === null || /^[0-9a-f]{64}$/.test(fingerprint));
      },
      watched: [
        { file: 'client/src/peer/fingerprint.ts', notDecoding: ['keepsCertificate', 'fingerprintsOf'] },
      ],
    }));

  it('who unpacks what was relayed', () => {
    const packed = (text: string) =>
      deflateSync(new TextEncoder().encode(text), { dictionary: PAYLOAD_DICTIONARY });
    return holds({
      is: 'at once',
      name: 'packed payloads',
      kind: BYTES,
      seeds: seedsOf([
        ...MESSAGES.map(packPayload),
        packed('{oh'),
        deflateSync(Uint8Array.of(0x22, 0xff, 0xfe, 0x22), { dictionary: PAYLOAD_DICTIONARY }),
        packed(JSON.stringify('a'.repeat(5_000))),
      ]),
      // What unfolds a thousandfold, to less than is allowed, and to far more.
      alone: [250_000, 300_000, 12_000_000].map((length) => packed(JSON.stringify('a'.repeat(length)))),
      decode: (bytes) => {
        // No more gets there: SealedRelay refuses what is longer.
        const unpacked = unpackPayload(bytes.subarray(0, 12 * 1024));
        if (!unpacked.ok)
          ok(['too large', 'not deflate', 'not UTF-8', 'not JSON'].includes(unpacked.problem));
      },
      watched: [
        { file: 'client/src/signaling/payload.ts', notDecoding: ['pack', 'packAhead', 'packPayload'] },
      ],
    });
  });
});

/** Storage in which every name holds the same, except what is not there. */
const holding = (text: string, absent = ''): TextStore => ({
  get: (name) => (name === absent ? null : text),
  set: () => undefined,
  remove: () => undefined,
  keys: () => [`o-to-o/holder/${ID}/1`, `o-to-o/holder/${KEY}/0`],
});

describe('nothing that stands in storage, in an address or in a pasted text crashes, stalls or fills', () => {
  it('who reads who this browser is', () =>
    holds({
      is: 'at once',
      name: 'stored identities',
      kind: JSON_TEXT,
      seeds: seedsOf([
        `{"holder":"${KEY}","usedAt":1790000000000}`,
        `{"holder":"${KEY}","ticket":"1.3.mfx.mfx.${KEY}","usedAt":1790000000000}`,
        '{"slot":1,"camera":true,"microphone":false,"talkingSince":1700000000000}',
        '{"slot":0,"camera":true,"microphone":false,"talkingSince":null}',
        'null',
      ]),
      decode: (text) => {
        // Half of them find nothing under their own name.
        const browser = holding(text, text.length % 2 === 0 ? '' : `o-to-o/holder/${ID}/0`);
        const identity = new Identity(ID, { browser, tab: browser, now: () => 1_790_000_000_000 });
        ok(typeof identity.isKnown === 'boolean');
        const { holder, ticket = '' } = identity.credentials(0);
        ok(isBase64Url(holder, 16) && ticket.length <= 512);
        ok([undefined, 0, 1].includes(identity.interrupted()?.slot));
      },
      watched: [
        {
          file: 'client/src/call/identity.ts',
          notDecoding: ['Identity', 'keepTicket', 'markInCall', 'markLeft', 'forget'],
        },
      ],
    }));

  it("who reads a call's key", () =>
    holds({
      is: 'at once',
      name: 'kept keys',
      kind: JSON_TEXT,
      seeds: seedsOf([
        `{"key":"${KEY}","madeHere":true}`,
        `{"key":"${KEY}"}`,
        'null',
        `/c/${ID}`,
        `/c/${ID}#${KEY}`,
      ]),
      decode: (text) => {
        tabStore.set(`o-to-o/key/${ID}`, text);
        const kept = keptKey(ID);
        ok(kept === null || (isCallKey(kept.key) && typeof kept.madeHere === 'boolean'));
        for (const pathname of [`/c/${ID}`, text]) {
          const call = callOf({ href: text, pathname } as Location);
          ok(call === null || (isCallIdShaped(call.callId) && isCallKey(call.key)));
        }
      },
      watched: [
        { file: 'client/src/calls/call-keys.ts', notDecoding: ['makeCallKey', 'keepKey', 'forgetKey'] },
      ],
    }));

  it('who reads what somebody pasted', () =>
    holds({
      is: 'at once',
      name: 'pasted texts',
      kind: TEXT,
      seeds: seedsOf([
        `https://here.example/c/${ID}#${KEY}`,
        `Come: https://else.example:8443/talk/c/${ID}?a=b#${KEY} now`,
        `else.example/c/${ID}#${KEY}`,
        `https://[/c/${ID}#${KEY}`,
        `https://here.example/c/${ID.slice(0, 9)}\n${ID.slice(9)}#${KEY}`,
        `/c/${ID}#${KEY}`,
        `https://here.example/r/${SLUG}#${RING_KEY}`,
        `Ring me: else.example/r/${SLUG}#${RING_KEY}`,
        '  ',
      ]),
      decode: (text) => {
        const pasted = readPasted(text, 'here.example');
        if (pasted.is === 'elsewhere') ok(/^https?:\/\//.test(pasted.href) && pasted.host !== 'here.example');
        if (pasted.is === 'here') ok(isCallIdShaped(pasted.callId) && isCallKey(pasted.key));
        if (pasted.is === 'ring') ok(isSlug(pasted.slug) && isRingKey(pasted.publicKey));
      },
      watched: [{ file: 'client/src/pages/pasted-link.ts' }],
    }));
});
