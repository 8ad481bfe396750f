import { writeSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BROKEN_MACHINES } from './testing/broken-machines.js';
import { BLOCKED, LOCKED, LOCKED_BY_A_STRANGER, THREE_TICKETS } from './testing/beginnings.js';
import { BROKEN_LOCKS } from './testing/broken-locks.js';
import { explore, tell } from './testing/explore.js';
import { RULES } from './testing/rules.js';
import { HAPPENINGS, HAPPENINGS_WITH_LOCKS, MACHINE } from './testing/world.js';

/** Happenings one after another of which every continuation is tried: some ten seconds of one core. */
const DEPTH = 8;
/** The same from a later beginning. */
const DEPTH_AFTER = 6;
/** With locks and blocks half as much again can happen each time: not as far, but from more beginnings, some four seconds. */
const DEPTH_WITH_LOCKS = 6;
const DEPTH_WITH_LOCKS_AFTER = 5;
/** Broken machines give themselves away sooner. */
const DEPTH_BROKEN = 7;
const WALKS = 1_500;
const LONGEST_WALK = 80;

/** To whoever runs the tests: a test that passes says nothing by itself. */
const report = (line: string): void => void writeSync(process.stderr.fd, `${line}\n`);

const rules = `${Object.keys(RULES).length} rules`;

describe('every way a call can go', () => {
  it.each([
    { beginning: 'nothing', from: [], depth: DEPTH },
    {
      beginning: 'three tickets for two seats of a call that the store lost',
      from: THREE_TICKETS,
      depth: DEPTH_AFTER,
    },
  ])(
    'keeps all rules, from $beginning on: three people, five connections, $depth happenings late, twice, in any order or never',
    { timeout: 300_000 },
    ({ beginning, from, depth }) => {
      const { states, transitions, violation } = explore(depth, MACHINE, from);
      report(
        `call machine, from ${beginning}: ${states} states within ${depth} happenings, ${transitions} transitions, ${rules}`,
      );
      expect(violation).toBeNull();
      expect(states).toBeGreaterThan(5_000);
    },
  );

  it.each([
    { beginning: 'nothing', from: [], depth: DEPTH_WITH_LOCKS },
    { beginning: 'a locked call', from: LOCKED, depth: DEPTH_WITH_LOCKS_AFTER },
    { beginning: 'a call whose one is barred', from: BLOCKED, depth: DEPTH_WITH_LOCKS_AFTER },
    {
      beginning: 'a call that was lost, and locked by a stranger before both were back',
      from: LOCKED_BY_A_STRANGER,
      depth: DEPTH_WITH_LOCKS_AFTER,
    },
    {
      beginning: 'three tickets for two seats of a call that the store lost',
      from: THREE_TICKETS,
      depth: DEPTH_WITH_LOCKS_AFTER,
    },
  ])(
    'keeps all rules with locks and blocks, from $beginning on: $depth happenings late, twice, in any order or never',
    { timeout: 300_000 },
    ({ beginning, from, depth }) => {
      const { states, transitions, violation } = explore(depth, MACHINE, from, HAPPENINGS_WITH_LOCKS);
      report(
        `call machine with locks, from ${beginning}: ${states} states within ${depth} happenings, ${transitions} transitions, ${rules}`,
      );
      expect(violation).toBeNull();
      expect(states).toBeGreaterThan(2_000);
    },
  );

  it.each([
    { what: 'an open call', can: HAPPENINGS },
    { what: 'locks and blocks', can: HAPPENINGS_WITH_LOCKS },
  ])(
    `keeps all rules on random walks of up to ${LONGEST_WALK} happenings: $what`,
    { timeout: 300_000 },
    ({ what, can }) => {
      let told = 0;
      const story = fc.array(fc.constantFrom(...can), {
        minLength: DEPTH,
        maxLength: LONGEST_WALK,
        size: 'max',
      });
      fc.assert(
        fc.property(story, (happenings) => {
          told += happenings.length;
          return tell(happenings) === null;
        }),
        { numRuns: WALKS },
      );
      report(`call machine, ${what}: ${WALKS} random walks, ${told} happenings`);
    },
  );
});

describe('a machine that breaks a rule is found out', () => {
  it.each([...BROKEN_MACHINES, ...BROKEN_LOCKS])(
    'one that $does breaks: $breaks',
    { timeout: 300_000 },
    ({ breaks, machine, from, happenings }) => {
      const { violation } = explore(DEPTH_BROKEN, machine, from, happenings);
      expect(violation?.rule).toContain(breaks);
      expect(tell(violation?.story ?? [])).toBeNull();
    },
  );
});
