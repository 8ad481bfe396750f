import { describe, expect, it } from 'vitest';
import { fromBase64Url, isFields, parseJson, toBase64Url, type SeatNumber } from '@protocol';
import text from '../../../server/src/protocol/PROTOCOL.md?raw';
import { LinkSeal } from './sealing';

interface Vector {
  readonly key: string;
  readonly callId: string;
  readonly page: string;
  readonly seat: SeatNumber;
  readonly epoch: number;
  readonly sequence: number;
  readonly content: string;
  readonly payload: string;
}

/** The test vectors of PROTOCOL.md; they were computed with another implementation. */
const vectors = [...text.matchAll(/^```json sealed\n([\s\S]*?)\n```$/gm)].map(([, json = '']) => {
  const read = parseJson(json);
  if (!read.ok || !isFields(read.value)) throw new Error('PROTOCOL.md has a vector that is none');
  return read.value as unknown as Vector;
});

const fromHex = (hex: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

function bytesOf(base64Url: string): Uint8Array<ArrayBuffer> {
  const bytes = fromBase64Url(base64Url);
  if (!bytes.ok) throw new Error(bytes.problem);
  return bytes.value;
}

describe('Sealing', () => {
  it('has vectors in PROTOCOL.md', () => {
    expect(vectors).toHaveLength(3);
  });

  it.each(vectors)('seals as PROTOCOL.md says: $payload', async (vector) => {
    const { key, callId, page, seat, epoch, sequence, content, payload } = vector;
    const seal = await LinkSeal.of(bytesOf(key), callId, fromHex(page));
    for (let before = 1; before < sequence; before += 1) await seal.seal(seat, epoch, new Uint8Array(0));
    expect(toBase64Url(await seal.seal(seat, epoch, fromHex(content)))).toBe(payload);
    expect(await seal.open(seat, bytesOf(payload))).toEqual({
      ok: true,
      header: { page, sequence, epoch },
      bytes: fromHex(content),
    });
  });

  it('no two payloads of a page have the same nonce, and no two pages the same name', async () => {
    const [one, other] = [
      await LinkSeal.of(new Uint8Array(16), 'call'),
      await LinkSeal.of(new Uint8Array(16), 'call'),
    ];
    const nonces = new Set<string>();
    for (let count = 0; count < 100; count += 1) {
      for (const seal of [one, other]) {
        nonces.add((await seal.seal(0, 1, new Uint8Array(0))).slice(1, 13).join());
      }
    }
    expect(nonces.size).toBe(200);
  });
});
