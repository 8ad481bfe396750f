import { writeSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BROKEN_MACHINES } from './testing/broken-machines.js';
import { THREE_TICKETS } from './testing/beginnings.js';
import { explore, tell } from './testing/explore.js';
import { RULES } from './testing/rules.js';
import { HAPPENINGS, MACHINE } from './testing/world.js';

/** Happenings one after another of which every continuation is tried: some ten seconds of one core. */
const DEPTH = 8;
/** The same from a later beginning. */
const DEPTH_AFTER = 6;
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

  it(`keeps all rules on random walks of up to ${LONGEST_WALK} happenings`, { timeout: 300_000 }, () => {
    let told = 0;
    const story = fc.array(fc.constantFrom(...HAPPENINGS), {
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
    report(`call machine: ${WALKS} random walks, ${told} happenings`);
  });
});

describe('a machine that breaks a rule is found out', () => {
  it.each(BROKEN_MACHINES)(
    'one that $does breaks: $breaks',
    { timeout: 300_000 },
    ({ breaks, machine, from }) => {
      const { violation } = explore(DEPTH_BROKEN, machine, from);
      expect(violation?.rule).toContain(breaks);
      expect(tell(violation?.story ?? [])).toBeNull();
    },
  );
});
