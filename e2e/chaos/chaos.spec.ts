import { setTimeout as pass } from 'node:timers/promises';
import { expect, test as base } from '@playwright/test';
import { until } from '../support/child.js';
import { noNetworks } from '../support/network.js';
import { FAULTS } from './faults.js';
import { Intruder } from './intruder.js';
import { shortPlan, type Plan } from './plan.js';
import { Random } from '../support/random.js';
import { neverShown, recovered } from './recovery.js';
import { table, type Outcome } from './tally.js';
import { callIdOf, makeWorld, meetAnew, SIDES, type World } from './world.js';

export interface ChaosOptions {
  plan: Plan | null;
}

const test = base.extend<object, ChaosOptions>({ plan: [null, { option: true, scope: 'worker' }] });

/** ms; making the world, and what the last fault takes. */
const AROUND_MS = 240_000;
/** ms a call is left alone, at most, before the next fault. */
const QUIET_MS = 700;

const say = (sentence: string): void => void process.stdout.write(`${sentence}\n`);

/** A third person is told `full`, whatever they had meanwhile. */
async function turnedAway(intruder: Intruder): Promise<void> {
  await until('the third person is out', () => !intruder.isIn);
  const before = intruder.refusals.length;
  await until('the third person is told "full"', () => intruder.refusals.slice(before).includes('full'));
  expect(intruder.isIn, 'a third person in the call').toBe(false);
}

async function strikeOnce(world: World, random: Random, plan: Plan): Promise<Outcome> {
  const fault = random.weighted(FAULTS);
  await pass(random.between(0, QUIET_MS));
  expect(await neverShown(world)).toEqual([]);
  // Somebody who tries to get in while it happens, or only once it is over.
  const during = random.next() < 0.4;
  let intruder = during ? new Intruder(world.balancer.url, callIdOf(world)) : null;
  await fault.strike(world, random, plan);
  try {
    const { togetherMs, seatedMs } = await recovered(world);
    intruder ??= new Intruder(world.balancer.url, callIdOf(world));
    await turnedAway(intruder);
    expect(await neverShown(world), 'shown while a third person knocked').toEqual([]);
    return { fault: fault.name, togetherMs, seatedMs };
  } catch (problem) {
    const states = await Promise.all(SIDES.map((side) => world.tabs[side].states().catch(() => ['no page'])));
    const story = states.map((each, index) => `${SIDES[index] ?? ''}: ${each.join(' ')}`).join('; ');
    const third = during ? `, a third person trying to get in (${intruder?.refusals.join(' ') ?? ''})` : '';
    throw new Error(`${fault.name}${third}: ${String(problem)} [${story}]`, { cause: problem });
  } finally {
    await intruder?.end();
  }
}

/** After a call that was lost: the world is mended, and the two begin another one. */
async function beginAgain(world: World): Promise<void> {
  for (const side of SIDES) world.network.mend(side);
  await Promise.all(SIDES.map((side) => world.tabs[side].page.close()));
  const url = new URL(world.link).origin;
  const { link, tabs } = await meetAnew(world, url);
  world.link = link;
  Object.assign(world.tabs, tabs);
}

async function chaos(world: World, plan: Plan): Promise<{ outcomes: Outcome[]; lost: string[] }> {
  const random = new Random(plan.seed);
  const [outcomes, lost]: [Outcome[], string[]] = [[], []];
  const end = performance.now() + plan.forMs;
  while (outcomes.length + lost.length < plan.faults && performance.now() < end) {
    const number = outcomes.length + lost.length + 1;
    try {
      const outcome = await strikeOnce(world, random, plan);
      outcomes.push(outcome);
      say(`  ${number}. ${outcome.fault}: ${(outcome.togetherMs / 1000).toFixed(1)} s`);
    } catch (problem) {
      lost.push(`${number}. ${String(problem)}`);
      say(`  ${number}. LOST: ${String(problem)}`);
      await beginAgain(world);
    }
  }
  return { outcomes, lost };
}

test('whatever happens to servers, stores, networks and pages: the two are together again, in the same call, and never three', async ({
  plan: given,
}) => {
  const missing = noNetworks();
  test.skip(missing !== null, missing ?? '');
  const plan = given ?? shortPlan();
  test.setTimeout(plan.forMs + AROUND_MS);
  say(`Chaos with SEED=${plan.seed}`);
  const world = await makeWorld();
  try {
    const { outcomes, lost } = await chaos(world, plan);
    say(`\n${table(outcomes)}\n`);
    say(`SEED=${plan.seed}: ${outcomes.length + lost.length} faults, ${lost.length} calls lost.`);
    expect(lost).toEqual([]);
    expect(SIDES.flatMap((side) => world.people[side].problems)).toEqual([]);
  } finally {
    await world.mending;
    await world.end();
  }
});
