import { deepStrictEqual as same, ok } from 'node:assert/strict';
import { describe, it } from 'vitest';
import {
  decodeClientFrame,
  decodeServerFrame,
  encodeFrame,
  fromBase64Url,
  isCallIdShaped,
  isCallKey,
  keyOfFragment,
  parseCallLink,
  toBase64Url,
  type ClientFrame,
  type DecodedFrame,
  type ServerFrame,
} from '../server/src/protocol/index.js';
import { JSON_TEXT, TEXT } from './engine/kinds.js';
import { holds } from './engine/proven.js';
import { FRAMES, seedsOf } from './seeds.js';

const REASONS: readonly string[] = ['not-json', 'not-a-message', 'unknown-event', 'wrong-fields'];

/** What was read is read again as the same; what was not has its reason. */
function answersAsDeclared<F extends ClientFrame | ServerFrame>(decode: (text: string) => DecodedFrame<F>) {
  return (text: string) => {
    const frame = decode(text);
    const again = frame.ok ? decode(encodeFrame(frame.value)) : frame;
    if (frame.ok) same(again.ok && encodeFrame(again.value), encodeFrame(frame.value));
    else ok(REASONS.includes(frame.problem.reason) && frame.problem.detail !== '');
  };
}

const ID = 'q83vASNFZ4mrzQBkyAABAgMEBQYH';
const KEY = 'AAECAwQFBgcICQoLDA0ODw';
const LINKS = seedsOf([
  `https://example.org/c/${ID}#${KEY}`,
  `Join me: https://example.org/c/${ID}?utm_source=mail#${KEY}. See you!`,
  `/c/${ID}/#${KEY}%20`,
  `#${KEY}`,
  KEY,
]);

describe('no text crashes, stalls or fills', () => {
  it('who reads what a browser says', () =>
    holds({
      is: 'at once',
      name: 'frames from the browser',
      kind: JSON_TEXT,
      seeds: FRAMES,
      decode: answersAsDeclared(decodeClientFrame),
      watched: [
        {
          file: 'server/src/protocol/frames.ts',
          notDecoding: [
            'otherSeat',
            'decodeEntered',
            'decodeIceServers',
            'decodeRefused',
            'decodePeer',
            'decodeError',
            'textOf',
            'isSeat',
            'isPresence',
            'isChange',
            'decodeServerFrame',
            'pulse',
            'superseded',
          ],
        },
      ],
    }));

  it('who reads what the server says', () =>
    holds({
      is: 'at once',
      name: 'frames from the server',
      kind: JSON_TEXT,
      seeds: FRAMES,
      decode: answersAsDeclared(decodeServerFrame),
      watched: [
        {
          file: 'server/src/protocol/frames.ts',
          notDecoding: ['otherSeat', 'decodeEnter', 'decodePulse', 'leave', 'block', 'decodeClientFrame'],
        },
        { file: 'server/src/protocol/decode.ts', notDecoding: ['isBase64Url'] },
      ],
    }));

  it('who reads a link or its fragment', () =>
    holds({
      is: 'at once',
      name: 'call links',
      kind: TEXT,
      seeds: LINKS,
      decode: (text) => {
        const key = keyOfFragment(text);
        ok(key === null || isCallKey(key));
        const link = parseCallLink(text);
        ok(link === null || (isCallIdShaped(link.callId) && isCallKey(link.key)));
      },
      watched: [{ file: 'server/src/protocol/links.ts', notDecoding: ['callLink'] }],
    }));

  it('who reads base64url', () =>
    holds({
      is: 'at once',
      name: 'base64url',
      kind: TEXT,
      seeds: seedsOf(['', 'AA', 'AAA', KEY, ID, '_-_-', '9xHFmOHAU54I6KHnW4LcE5cinqiNCMZ0-Es-4APqCnY']),
      decode: (text) => {
        const read = fromBase64Url(text);
        if (read.ok) same(fromBase64Url(toBase64Url(read.value)), read);
      },
      watched: [{ file: 'server/src/protocol/base64url.ts' }],
    }));
});
