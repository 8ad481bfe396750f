import { expect, it } from 'vitest';
import { retryAfter } from './retry-after.js';

const NOW = Date.UTC(2026, 0, 1);

it.each([
  ['120', 120],
  ['0', 1],
  ['999999999', 3600],
  [new Date(NOW + 45_000).toUTCString(), 45],
  [new Date(NOW - 45_000).toUTCString(), 1],
  ['soon', null],
  ['', null],
  ['-5', null],
  [undefined, null],
])('"Retry-After: %s" is %s seconds', (header, seconds) => {
  expect(retryAfter(header, NOW)).toBe(seconds);
});
