import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { until } from '../../../e2e/support/child.js';
import { AwayWatch } from './away-watch.js';
import { Said } from './log-events.js';

let said: (readonly [string, string])[] = [];
let [isThere, pings] = [true, 0];
let watch: AwayWatch;

beforeEach(() => {
  [said, isThere, pings] = [[], true, 0];
  for (const method of ['log', 'warn'] as const)
    vi.spyOn(Logger.prototype, method).mockImplementation((line: unknown) => {
      if (line instanceof Said) said.push([line.event, line.sentence]);
    });
  watch = new AwayWatch({
    name: 'Redis',
    events: { away: 'store-away', back: 'store-back', failing: 'store-failing' },
    meanwhile: 'Nobody gets in.',
    ping: async () => {
      pings += 1;
      if (!isThere) throw new Error('away');
    },
  });
});
afterEach(() => {
  watch.close();
  vi.restoreAllMocks();
});

const trouble = () => Object.assign(new Error('told by somebody at 192.0.2.1'), { code: 'ECONNRESET' });

describe('something that is needed', () => {
  it('and fails while it answers is told of once a minute, by the kind of error alone', async () => {
    for (const asked of [1, 2, 3]) {
      watch.suspect(trouble());
      await until('it was looked at', () => pings === asked);
      await until('the look is over', () => said.length === 1);
    }
    expect(said).toEqual([
      ['store-failing', 'Redis answers, yet something asked of it failed: Error ECONNRESET.'],
    ]);
    expect(watch.isUp).toBe(true);
  });

  it('and is away is asked by one at a time, however many miss it', async () => {
    isThere = false;
    for (let times = 0; times < 1_000; times += 1) watch.suspect(trouble());
    await until('it is known', () => !watch.isUp);
    expect(pings).toBe(1);
    expect(said).toEqual([['store-away', 'Redis is away: Error ECONNRESET. Nobody gets in.']]);
  });

  it('and is back is told so, and what was asked meanwhile and fails now is no news', async () => {
    isThere = false;
    watch.suspect(trouble());
    await until('it is known', () => !watch.isUp);
    isThere = true;
    await until('it is known', () => watch.isUp);
    const asked = pings;
    watch.suspect(trouble());
    await until('it was looked at', () => pings > asked);
    watch.close();
    expect(said.map(([event]) => event)).toEqual(['store-away', 'store-back']);
  });

  it('is not missed any more by a server that stops', async () => {
    isThere = false;
    watch.close();
    watch.suspect(trouble());
    expect(pings).toBe(0);
  });
});
