import { deepStrictEqual as same, ok } from 'node:assert/strict';
import { describe, it } from 'vitest';
import { checkPushEndpoint } from '../server/src/invites/push-endpoint.js';
import {
  linkChangeSchema,
  MAX_LINE_MINUTES,
  newRingSchema,
  read,
  saysBusy,
  subscriptionSchema,
} from '../server/src/invites/request-bodies.js';
import { SealedBox } from '../server/src/invites/sealed-box.js';
import { ProblemError } from '../server/src/ops/problem.js';
import {
  decodePushPayload,
  decodeRingFrame,
  encodeFrame,
  isCaller,
  isCallIdShaped,
  isSealedKey,
  parseJson,
  parseRingLink,
  ringLink,
} from '../server/src/protocol/index.js';
import { BYTES, JSON_TEXT, TEXT } from './engine/kinds.js';
import { holds } from './engine/proven.js';
import { PUSHED, RING_FRAMES, seedsOf } from './seeds.js';

const RINGS = 'server/src/protocol/rings.ts';
/** What only the other targets read. */
const OTHERS = [
  'isCaller',
  'isRingKey',
  'ringLink',
  'parseRingLink',
  'decodeAttend',
  'isOver',
  'isRingState',
];
const CALL = 'q83vASNFZ4mrzQBkyAABAgMEBQYH';
const KEY = `B${'A'.repeat(86)}`;

/** A caller who gives their name in the clear. */
const NAMED = JSON.stringify({
  event: 'rung',
  data: {
    ringId: 'EBESExQVFhcYGRobHB0eHw',
    slug: 'Zm9yIGV4YW1wbGUh',
    callId: CALL,
    sealedKey: 'BGZvciBleGFtcGxl',
    callerName: 'Somebody',
    state: 'delivered',
    madeAt: 1,
    expiresAt: 2,
  },
});

describe('no word about ringing crashes, stalls or fills', () => {
  it('who reads what the server says', () =>
    holds({
      is: 'at once',
      name: 'frames about ringing',
      kind: JSON_TEXT,
      seeds: seedsOf([...RING_FRAMES, NAMED]),
      decode: (text) => {
        const frame = decodeRingFrame(text);
        if (!frame.ok) return ok(frame.problem !== '');
        const again = decodeRingFrame(encodeFrame(frame.value));
        // As text: JSON knows no minus zero.
        same(JSON.stringify(again.ok && again.value), JSON.stringify(frame.value));
      },
      watched: [
        {
          file: RINGS,
          notDecoding: [...OTHERS, 'decodePushPayload'],
          unreachable: [{ code: 'return bad("A ring must', why: 'the data of a frame is an object' }],
        },
      ],
    }));

  it('who reads a push message', () =>
    holds({
      is: 'at once',
      name: 'push messages',
      kind: JSON_TEXT,
      seeds: PUSHED,
      decode: (text) => {
        const payload = decodePushPayload(text);
        if (!payload.ok) return ok(payload.problem !== '');
        const again = decodePushPayload(JSON.stringify(payload.value));
        same(JSON.stringify(again.ok && again.value), JSON.stringify(payload.value));
      },
      watched: [
        {
          file: RINGS,
          notDecoding: [
            ...OTHERS,
            'decodeRingFrame',
            'decodeRingNews',
            'decodeLine',
            'decodeRungOver',
            'decodeAttended',
            'mapped',
          ],
        },
      ],
    }));

  it('who reads a ring link', () =>
    holds({
      is: 'at once',
      name: 'ring links',
      kind: TEXT,
      seeds: seedsOf([
        `https://example.org/r/Zm9yIGV4YW1wbGUh#${KEY}`,
        `Ring me: https://example.org/r/Zm9yIGV4YW1wbGUh?utm_source=mail#${KEY}. Bye!`,
        '/r/x#y',
      ]),
      decode: (text) => {
        const link = parseRingLink(text);
        if (link) same(parseRingLink(ringLink('https://example.org', link.slug, link.publicKey)), link);
      },
      watched: [],
    }));
});

const SUBSCRIPTION = {
  endpoint: 'https://push.example/a',
  expirationTime: null,
  keys: {
    p256dh: 'BGsX0fLhLEJH-Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWT-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU',
    auth: 'AAECAwQFBgcICQoLDA0ODw',
  },
};
const BODIES = seedsOf(
  [
    SUBSCRIPTION,
    { ...SUBSCRIPTION, keys: { ...SUBSCRIPTION.keys, p256dh: KEY } },
    { accepting: false, quietHours: { from: 1320, to: 420 }, line: { open: true, minutes: 10 } },
    { accepting: true, quietHours: null, line: null },
    { line: { open: false, minutes: null } },
    { callId: CALL, sealedKey: 'c2VhbGVk', callerName: 'Somebody' },
    { callId: CALL, sealedKey: 'c2VhbGVk' },
    { callId: CALL, sealedKey: 'c2VhbGVk', caller: 'oKGio6SlpqeoqaqrrK2urw' },
    { busy: true },
  ].map((body) => JSON.stringify(body)),
);

/** What is read is right; what is not has a sentence for people. */
function sentenceOr<T>(act: () => T): T | null {
  try {
    return act();
  } catch (error) {
    ok(error instanceof ProblemError);
    ok(
      error.problem.status === 400 && error.problem.detail.endsWith('.') && error.problem.detail.length < 200,
    );
    return null;
  }
}

describe('no body of a request and nothing in the database crashes, stalls or fills', () => {
  it('who reads what is sent about devices, links and rings', () =>
    holds({
      is: 'at once',
      name: 'bodies about ringing',
      kind: JSON_TEXT,
      seeds: BODIES,
      decode: (text) => {
        const json = parseJson(text);
        const body = json.ok ? json.value : text;
        const subscription = sentenceOr(() => read(subscriptionSchema, body));
        if (subscription) ok(typeof checkPushEndpoint(subscription.endpoint, []).ok === 'boolean');
        const change = sentenceOr(() => read(linkChangeSchema, body));
        if (change?.line)
          ok((change.line.minutes ?? 1) >= 1 && (change.line.minutes ?? 1) <= MAX_LINE_MINUTES);
        if (change?.quietHours) ok(change.quietHours.from !== change.quietHours.to);
        const ring = sentenceOr(() => read(newRingSchema, body));
        if (ring) ok(isCallIdShaped(ring.content.callId) && isSealedKey(ring.content.sealedKey));
        if (ring?.caller) ok(isCaller(ring.caller));
        const busy = sentenceOr(() => saysBusy(body));
        ok(busy === null || typeof busy === 'boolean');
      },
      watched: [
        {
          file: 'server/src/invites/request-bodies.ts',
          unreachable: [{ code: '?? "The request', why: 'what is refused has a reason' }],
        },
      ],
    }));

  it('who opens what was sealed', () => {
    const box = new SealedBox(Buffer.alloc(32, 7), 'ring');
    const sealed = [box.seal('a', { callId: CALL }), box.seal('b', {})];
    return holds({
      is: 'at once',
      name: 'sealed rows',
      kind: BYTES,
      seeds: seedsOf([...sealed, Buffer.of()].map((bytes) => Uint8Array.from(bytes))),
      decode: (bytes) => {
        // Nothing opens but what was sealed for this row.
        const opened = box.open('a', Buffer.from(bytes));
        ok(opened === null || sealed[0]?.equals(bytes));
      },
      watched: [{ file: 'server/src/invites/sealed-box.ts', notDecoding: ['seal', 'namer'] }],
    });
  });
});
