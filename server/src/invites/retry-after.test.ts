import { expect, it } from 'vitest';
import { retryAfter } from './retry-after.js';

const NOW = Date.UTC(2026, 0, 1);

it.each([
  ['120', 120],
  ['0', 1],
  ['999999999', 3600],
  [new Date(NOW + 45_000).toUTCString(), 45],
  [new Date(NOW - 45_000).toUTCString(), 1],
  ['soon', 30],
  ['', 30],
  ['-5', 30],
  [undefined, 30],
])('"Retry-After: %s" is %d seconds', (header, seconds) => {
  expect(retryAfter(header, NOW)).toBe(seconds);
});
