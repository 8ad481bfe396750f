import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeRtc } from './testing/fake-rtc';
import { TwoPages, type Page } from './testing/two-pages';

let pages: TwoPages;
let ann: Page;
beforeEach(async () => {
  vi.useFakeTimers();
  pages = new TwoPages();
  [ann] = await pages.talking();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const connection = () => pages.lab.of('a').findLast((one) => !one.closed);
const shown = () => ann.theirs.at(-1);

/** Tenths of a second pass in which these arrive. */
async function passes(tenths: number, ...kinds: ('audio' | 'video')[]): Promise<void> {
  for (let tenth = 0; tenth < tenths; tenth += 1) {
    for (const kind of kinds) connection()?.receive(kind);
    await pages.pass(100);
  }
}

describe('What the other person has on', () => {
  it('is what their page says', async () => {
    await passes(100, 'audio', 'video');
    expect(shown()).toEqual({ camera: true, microphone: true });
    ann.session.theySay({ camera: false, microphone: true });
    expect(shown()).toEqual({ camera: false, microphone: true });
    await passes(100, 'audio');
    expect(shown()).toEqual({ camera: false, microphone: true });
  });

  it('is what arrives, when that is something else', async () => {
    await passes(30, 'audio', 'video');
    await passes(45, 'audio');
    expect(shown()).toEqual({ camera: false, microphone: true });
    ann.session.theySay({ camera: false, microphone: false });
    await passes(45, 'audio');
    expect(shown()).toEqual({ camera: false, microphone: true });
  });

  it('is counted about once a second, and not at all while nobody sees the page', async () => {
    const counts = vi.spyOn(FakeRtc.prototype, 'getStats');
    await passes(100, 'audio', 'video');
    expect(counts.mock.calls.length).toBeGreaterThanOrEqual(2 * 9);
    expect(counts.mock.calls.length).toBeLessThanOrEqual(2 * 11);
    vi.spyOn(document, 'hidden', 'get').mockReturnValue(true);
    counts.mockClear();
    await passes(100, 'audio');
    expect(counts).not.toHaveBeenCalled();
    expect(shown()).toEqual({ camera: true, microphone: true });
  });

  it('stays as it was while the way between the two is broken', async () => {
    await passes(30, 'audio', 'video');
    pages.cut();
    await passes(80);
    expect(ann.status).toBe('stalled');
    expect(new Set(ann.theirs.map((media) => JSON.stringify(media))).size).toBe(1);
  });
});
