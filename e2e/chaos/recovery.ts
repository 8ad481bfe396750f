import { expect } from '@playwright/test';
import { until } from '../support/child.js';
import { phaseOf } from '../support/fixtures.js';
import type { Tab } from '../support/people.js';
import type { MediaCount } from '../support/probe.js';
import { SIDES, type World } from './world.js';

/** Longest (ms) anybody would wait before giving a call up for lost. */
const PATIENCE_MS = 60_000;
/** Pictures that have to arrive newly; fewer may have been under way. */
const NEW_FRAMES = 5;

/** What no fault may ever show: that it is over, or that somebody else has the place. */
const NEVER: readonly string[] = [
  'full',
  'ended',
  'failed',
  'peer-left',
  'unknown-call',
  'damaged-link',
  'superseded',
];

const grew = (now: MediaCount | null, from: MediaCount | null): boolean => {
  if (!now) return false;
  const before = from?.connection === now.connection ? from : null;
  return (
    now.framesDecoded >= (before?.framesDecoded ?? 0) + NEW_FRAMES &&
    now.audioEnergy > (before?.audioEnergy ?? 0)
  );
};

async function receivesAnew(tab: Tab): Promise<void> {
  const from = await tab.media();
  await until(
    'picture and sound of the other person',
    async () => (await tab.state()) === 'connected' && grew(await tab.media(), from),
    PATIENCE_MS,
    50,
  );
}

/** What went wrong on the way, though it may be well now. */
export async function neverShown(world: World): Promise<string[]> {
  const states = await Promise.all(SIDES.map((side) => world.tabs[side].states()));
  return states.flat().filter((state) => NEVER.includes(state));
}

/** Waits until the two are together again: pictures and sound both ways, both pages say so, both have their places. */
export async function recovered(world: World): Promise<{ togetherMs: number; seatedMs: number }> {
  const began = performance.now();
  await Promise.all(SIDES.map((side) => receivesAnew(world.tabs[side])));
  const togetherMs = performance.now() - began;
  await until(
    'both in their places',
    async () => (await phaseOf(world.balancer.url, world.link)) === 'live',
    PATIENCE_MS,
    150,
  );
  const seatedMs = performance.now() - began;
  expect(await neverShown(world), 'shown on the way').toEqual([]);
  for (const side of SIDES) {
    expect(new URL(world.tabs[side].page.url()).pathname).toBe(new URL(world.link).pathname);
  }
  return { togetherMs, seatedMs };
}
