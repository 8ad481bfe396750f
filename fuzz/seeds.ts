import { readFileSync } from 'node:fs';
import { examplesIn, ringExamplesIn } from '../server/src/protocol/testing/examples.js';

export type Seeds<T> = readonly [T, ...T[]];

/** At least one, or the test would be about nothing. */
export function seedsOf<T>(found: readonly T[]): Seeds<T> {
  const [first, ...others] = found;
  if (first === undefined) throw new Error('no examples to begin with');
  return [first, ...others];
}

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

const PROTOCOL = read('server/src/protocol/PROTOCOL.md');
const EXAMPLES = examplesIn(PROTOCOL);

/** What PROTOCOL.md shows: frames of both sides, and such as are none. */
export const FRAMES = seedsOf(EXAMPLES.map(({ text }) => text));

/** What it shows of ringing. */
export const RING_FRAMES = seedsOf(ringExamplesIn(PROTOCOL, 'about ringing'));
export const PUSHED = seedsOf(ringExamplesIn(PROTOCOL, 'push message'));

/** Descriptions as browsers wrote them. */
export const DESCRIPTIONS = seedsOf(
  ['chromium-offer', 'chromium-answer', 'firefox-offer', 'firefox-answer-to-chromium'].map((name) =>
    read(`client/src/signaling/testing/${name}.sdp`).replaceAll('\n', '\r\n'),
  ),
);
