import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isCallIdShaped } from '../protocol/index.js';
import { CallIds } from './call-id.js';

const HOUR_MS = 3_600_000;
const NOW = Date.UTC(2026, 10, 21, 3, 42, 7);
const ids = new CallIds(randomBytes(32));

/** The same id with one bit of one byte turned. */
function withOneBitTurned(id: string, bit: number): string {
  const bytes = Buffer.from(id, 'base64url');
  bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
  return bytes.toString('base64url');
}

describe('call ids', () => {
  it('prove themselves and say in which hour they were made, no more', () => {
    const id = ids.make(NOW);
    expect(isCallIdShaped(id)).toBe(true);
    expect(ids.read(id)).toEqual({ createdAt: Date.UTC(2026, 10, 21, 3) });
  });

  it('are never the same twice', () => {
    const many = Array.from({ length: 1000 }, () => ids.make(NOW));
    expect(new Set(many).size).toBe(1000);
  });

  it('with any single bit changed are unknown', () => {
    const id = ids.make(NOW);
    for (let bit = 0; bit < 21 * 8; bit += 1)
      expect(ids.read(withOneBitTurned(id, bit)), String(bit)).toBeNull();
  });

  it('of another server, of another length or of other characters are unknown', () => {
    const foreign = new CallIds(randomBytes(32)).make(NOW);
    const id = ids.make(NOW);
    const wrong = [
      foreign,
      '',
      id.slice(1),
      `${id}A`,
      `${id.slice(0, 27)}=`,
      `${id.slice(0, 27)}ä`,
      'x'.repeat(10_000),
    ];
    for (const text of wrong) expect(ids.read(text), text.slice(0, 40)).toBeNull();
  });

  it('are fresh for the whole hour they were made in and the time an empty call’s link works', () => {
    const { createdAt } = ids.read(ids.make(NOW)) ?? { createdAt: 0 };
    expect(ids.isFresh(createdAt, createdAt + HOUR_MS + 999, 1000)).toBe(true);
    expect(ids.isFresh(createdAt, createdAt + HOUR_MS + 1000, 1000)).toBe(false);
  });
});
