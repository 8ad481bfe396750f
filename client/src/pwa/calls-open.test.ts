import { describe, expect, it } from 'vitest';
import { callsOpen } from './calls-open';

const held = (...names: readonly string[]) => ({
  query: () => Promise.resolve({ held: names.map((name) => ({ name })), pending: [] }),
});

describe('Which calls are open in this browser', () => {
  it('is known by the locks their tabs hold, each call once', async () => {
    const open = await callsOpen(held('o-to-o/call/AAAA/0', 'o-to-o/call/AAAA/1', 'o-to-o/call/B-_B/0'));
    expect([...open]).toEqual(['AAAA', 'B-_B']);
  });

  it('Other locks are no calls, and where there are no locks there is nothing to protect', async () => {
    expect((await callsOpen(held('o-to-o/device', 'o-to-o/links', 'else'))).size).toBe(0);
    expect((await callsOpen(null)).size).toBe(0);
  });
});
