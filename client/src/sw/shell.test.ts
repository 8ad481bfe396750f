import { describe, expect, it } from 'vitest';
import { shellFor } from './shell';

describe('What the worker answers without a network', () => {
  it.each([
    ['/', '/'],
    ['/c/AAAA', '/c/'],
    ['/r/AAAA', '/r/'],
    ['/settings', '/settings'],
    ['/answered/AAAA', '/other'],
    ['/no/such/page', '/other'],
    ['/apiary', '/other'],
  ])('%s is a page', (path, shell) => {
    expect(shellFor(path)).toBe(shell);
  });

  it.each([
    '/api',
    '/api/docs',
    '/api/rings/AAAA',
    '/healthz',
    '/readyz',
    '/metrics',
    '/robots.txt',
    '/sw.js',
  ])('%s is none of its business', (path) => {
    expect(shellFor(path)).toBeNull();
  });
});
