import { deepStrictEqual as same, ok } from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { describe, it } from 'vitest';
import { addressReader } from '../server/src/config/client-address.js';
import { parsePushHost } from '../server/src/config/push-hosts.js';
import { isPublicAddress } from '../server/src/invites/public-address.js';
import { checkPushEndpoint } from '../server/src/invites/push-endpoint.js';
import { retryAfter } from '../server/src/invites/retry-after.js';
import { decodeBulletin, encodeBulletin } from '../server/src/presence/bulletin.js';
import { CallIds } from '../server/src/presence/call-id.js';
import { decodeCall, encodeCall, newCall, type Call } from '../server/src/presence/call-state.js';
import { Tickets } from '../server/src/presence/ticket.js';
import { answerTo } from '../server/src/stun/stun-message.js';
import { BYTES, JSON_TEXT, TEXT } from './engine/kinds.js';
import { holds } from './engine/proven.js';
import { seedsOf } from './seeds.js';

const SECRET = Buffer.alloc(32, 7);
const NOW = Date.UTC(2026, 0, 1);
const HOLDER = 'a-keyed-hash-of-a-secret';

describe('no text crashes, stalls or fills', () => {
  it('who reads a ticket', () => {
    const tickets = new Tickets(SECRET);
    const claim = { seat: 1, epoch: 3, born: NOW, issuedAt: NOW } as const;
    const ticket = tickets.issue('a', HOLDER, claim);
    return holds({
      is: 'at once',
      name: 'tickets',
      kind: TEXT,
      seeds: seedsOf([
        ticket,
        tickets.issue('a', HOLDER, { ...claim, seat: 0 }),
        tickets.issue('b', HOLDER, claim),
      ]),
      decode: (text) => {
        const read = tickets.read('a', HOLDER, text);
        // No proof fits but the two that were made for this call and this holder.
        if (read) same(tickets.issue('a', HOLDER, read), text);
      },
      watched: [
        {
          file: 'server/src/presence/ticket.ts',
          notDecoding: ['issue'],
        },
      ],
    });
  });

  it('who reads the id of a call', () => {
    const ids = new CallIds(SECRET);
    const made = [ids.make(NOW), ids.make(NOW + 3_600_000)];
    return holds({
      is: 'at once',
      name: 'call ids',
      kind: TEXT,
      seeds: seedsOf(made),
      decode: (text) => {
        const read = ids.read(text);
        ok(read === null || made.includes(text));
        if (read) ok(Number.isSafeInteger(read.createdAt));
      },
      watched: [{ file: 'server/src/presence/call-id.ts', notDecoding: ['make', 'isFresh'] }],
    });
  });

  it('who reads X-Forwarded-For', () => {
    const addressOf = addressReader(['10.0.0.0/8', '127.0.0.1', 'fd00::/8', '::1']);
    return holds({
      is: 'at once',
      name: 'X-Forwarded-For',
      kind: TEXT,
      seeds: seedsOf([
        '203.0.113.7',
        '203.0.113.7, 10.1.2.3, ::ffff:10.0.0.2',
        '2001:db8::7, fd00::2,10.9.9.9',
        'unknown, 10.0.0.1',
        '',
        '198.51.100.1,'.repeat(200),
      ]),
      decode: (text) => {
        const request = { socket: { remoteAddress: '10.0.0.1' }, headers: { 'x-forwarded-for': text } };
        ok(isIP(addressOf(request as unknown as IncomingMessage)) !== 0);
      },
      watched: [{ file: 'server/src/config/client-address.ts' }],
    });
  });
});

const relayed = encodeBulletin({ is: 'relay', from: { seat: 0, epoch: 3 }, payload: 'AvDx8vP0' });
const entered = {
  type: 'entered',
  seat: 0,
  epoch: 1,
  born: NOW,
  at: NOW,
  peer: { state: 'absent', epoch: 0 },
};
const MESSAGES: readonly object[] = [
  entered,
  { ...entered, locked: true },
  { type: 'superseded' },
  { type: 'not-together' },
  { type: 'locked', on: true },
  { type: 'refused', reason: 'full' },
  { type: 'peer', state: 'left', epoch: 2 },
];
const changed = MESSAGES.map((message) =>
  JSON.stringify({ is: 'change', born: NOW, changesIn: 30_000, tells: [['one', message]] }),
);

const RING = 'EBESExQVFhcYGRobHB0eHw';
const RINGING = [
  { is: 'ring', news: { ringId: RING, state: 'waiting', place: 3 } },
  { is: 'ring', news: { ringId: RING, state: 'undelivered', reason: 'no-device' } },
  { is: 'rung', ringId: RING, over: null },
  { is: 'rung', ringId: RING, over: 'missed' },
  { is: 'line', slug: 'Zm9yIGV4YW1wbGUh', waiting: 12 },
  { is: 'forgotten' },
].map((bulletin) => JSON.stringify(bulletin));

const present = {
  is: 'present',
  holder: HOLDER,
  connection: 'c',
  epoch: 2,
  claim: 0,
  leaseUntil: NOW,
} as const;
const dropped = { is: 'dropped', holder: 'other', epoch: 1, claim: NOW, until: NOW } as const;
const twoIn: Call = { ...newCall(NOW), met: true, seats: [present, dropped] };
const owners = [
  { holder: HOLDER, claim: 0 },
  { holder: 'other', claim: NOW },
] as const;
const CALLS: readonly Call[] = [
  newCall(NOW),
  twoIn,
  { ...twoIn, lock: owners },
  { ...newCall(NOW), lock: owners, barred: ['third', 'fourth'] },
];

/** What was read, written and read once more is written as it was. */
function recoded<T>(
  decode: (text: string) => T | null,
  encode: (value: T) => string,
  value: T,
): string | null {
  const again = decode(encode(value));
  return again && encode(again);
}

describe('nothing in Redis crashes, stalls or fills', () => {
  it('who reads a bulletin', () =>
    holds({
      is: 'at once',
      name: 'bulletins',
      kind: JSON_TEXT,
      seeds: seedsOf([relayed, ...changed, ...RINGING]),
      decode: (text) => {
        const bulletin = decodeBulletin(text);
        if (bulletin) same(recoded(decodeBulletin, encodeBulletin, bulletin), encodeBulletin(bulletin));
        if (bulletin?.is === 'change')
          ok(bulletin.tells.every(([connection]) => typeof connection === 'string'));
      },
      watched: [{ file: 'server/src/presence/bulletin.ts', notDecoding: ['encodeBulletin'] }],
    }));

  it("who reads a call's state", () =>
    holds({
      is: 'at once',
      name: 'stored calls',
      kind: JSON_TEXT,
      seeds: seedsOf(CALLS.map(encodeCall)),
      decode: (text) => {
        const call = decodeCall(text);
        if (call) same(recoded(decodeCall, encodeCall, call), encodeCall(call));
      },
      watched: [
        {
          file: 'server/src/presence/call-state.ts',
          notDecoding: [
            'newCall',
            'ownerOf',
            'isBarred',
            'phaseOf',
            'withSeat',
            'changeOf',
            'nextChange',
            'endOf',
            'storedForMs',
            'encodeCall',
          ],
        },
      ],
    }));
});

const stun = (body: string): Uint8Array<ArrayBuffer> => {
  const bytes = Buffer.from(body, 'hex');
  const head = Buffer.from('000100002112a442000102030405060708090a0b', 'hex');
  head.writeUInt16BE(bytes.length, 2);
  return Uint8Array.from(Buffer.concat([head, bytes]));
};
const ADDRESSES = [
  '192.0.2.1',
  '2001:db8::1',
  '::ffff:192.0.2.1',
  'fe80::1%eth0',
  '::',
  '2001:db8:1:2:3:4:5:6',
];

describe('no packet, no address and no answer of a stranger crashes, stalls or fills', () => {
  it('who reads STUN', () => {
    let turn = 0;
    return holds({
      is: 'at once',
      name: 'STUN',
      kind: BYTES,
      seeds: seedsOf([
        stun(''),
        stun('8022000474657374'),
        stun('00240004000000ff'),
        stun('000600036162630000030004000000'),
      ]),
      decode: (bytes) => {
        const address = ADDRESSES[(turn += 1) % ADDRESSES.length] ?? '';
        const answer = answerTo(Buffer.from(bytes), address, turn % 65_536);
        // Little more than was asked with: nobody is flooded through this.
        ok(answer === null || answer.length <= bytes.length * 2 + 64);
      },
      watched: [
        {
          file: 'server/src/stun/stun-message.ts',
          unreachable: [{ code: '?? 0', why: 'no address is longer than the mask' }],
        },
      ],
    });
  });

  it("who reads a browser's push endpoint", () => {
    const allow = ['fcm.googleapis.com', '*.push.apple.com', 'localhost:8443', '127.0.0.1'].flatMap(
      (entry) => parsePushHost(entry) ?? [],
    );
    return holds({
      is: 'at once',
      name: 'push endpoints',
      kind: TEXT,
      seeds: seedsOf([
        'https://fcm.googleapis.com/fcm/send/abc:APA91b_-x',
        'https://web.push.apple.com/QO9example',
        'https://localhost:8443/push/1',
        'https://127.0.0.1:9/x?y=1',
        'https://user:pass@fcm.googleapis.com/',
        'https://evil.example/#fcm.googleapis.com',
        'http://fcm.googleapis.com/',
        `https://fcm.googleapis.com/${'a'.repeat(2048)}`,
      ]),
      decode: (text) => {
        const checked = checkPushEndpoint(text, allow);
        if (!checked.ok) return ok(checked.problem.endsWith('.'));
        const { url } = checked.endpoint;
        ok(url.protocol === 'https:' && url.username === '' && url.hash === '');
        ok(
          /^(?:(?:.+\.)?fcm\.googleapis\.com|(?:.+\.)?push\.apple\.com|localhost|127\.0\.0\.1)$/.test(
            url.hostname,
          ),
        );
      },
      watched: [{ file: 'server/src/invites/push-endpoint.ts' }],
    });
  });

  it('who reads where a push service is, and when it wants to be asked again', () =>
    holds({
      is: 'at once',
      name: 'addresses and Retry-After',
      kind: TEXT,
      seeds: seedsOf([
        ...ADDRESSES,
        '64:ff9b::a00:1',
        '64:ff9b::8.8.8.8',
        '64:ff9b::',
        '120',
        'Wed, 21 Oct 2026 07:28:00 GMT',
        'soon',
      ]),
      decode: (text) => {
        ok(typeof isPublicAddress(text) === 'boolean');
        const seconds = retryAfter(text === '' ? undefined : text, NOW);
        ok(seconds === null || (seconds >= 1 && seconds <= 3_600));
      },
      watched: [
        {
          file: 'server/src/invites/public-address.ts',
          unreachable: [{ code: '?? groups[0]', why: 'an address of NAT64 is always written with ::' }],
        },
        { file: 'server/src/invites/retry-after.ts' },
      ],
    }));
});
