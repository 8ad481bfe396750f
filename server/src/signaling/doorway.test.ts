import { expect, it } from 'vitest';
import fc from 'fast-check';
import { Doorway } from './doorway.js';

interface Guest {
  readonly name: string;
}
const guest = (name: string): Guest => ({ name });
const [home, office] = [{ hash: 'home' }, { hash: 'office' }];
const LIMITS = { waitingPerAddress: 2, waitingInAll: 3, waitingMs: 1000 };

it('of one address, the one that has waited longest makes room for the newest', () => {
  const doorway = new Doorway<Guest>(LIMITS);
  const [first, second, third] = [guest('first'), guest('second'), guest('third')];
  expect(doorway.arrive(first, home, 0)).toEqual([]);
  expect(doorway.arrive(second, home, 1)).toEqual([]);
  expect(doorway.arrive(third, home, 2)).toEqual([first]);
  expect(doorway.size).toBe(2);
});

it('who has entered makes no room and takes none', () => {
  const doorway = new Doorway<Guest>(LIMITS);
  const entered = guest('entered');
  doorway.arrive(entered, home, 0);
  doorway.leave(entered);
  expect(doorway.arrive(guest('second'), home, 1)).toEqual([]);
  expect(doorway.arrive(guest('third'), home, 1)).toEqual([]);
});

it('one address with too many sends nobody else away', () => {
  const doorway = new Doorway<Guest>({ ...LIMITS, waitingInAll: 100 });
  const neighbour = guest('neighbour');
  doorway.arrive(neighbour, office, 0);
  const gone = Array.from({ length: 20 }, (_, n) => doorway.arrive(guest(`${n}`), home, n)).flat();
  expect(gone).toHaveLength(18);
  expect(gone).not.toContain(neighbour);
});

it('when all addresses together are too many, the one that has waited longest of all goes', () => {
  const doorway = new Doorway<Guest>(LIMITS);
  const [first, second] = [guest('first'), guest('second')];
  doorway.arrive(first, home, 0);
  doorway.arrive(second, office, 1);
  doorway.arrive(guest('third'), { hash: 'third' }, 2);
  expect(doorway.arrive(guest('fourth'), { hash: 'fourth' }, 3)).toEqual([first]);
  expect(doorway.arrive(guest('fifth'), { hash: 'fifth' }, 4)).toEqual([second]);
});

it('who has not entered when the time is up goes, once', () => {
  const doorway = new Doorway<Guest>(LIMITS);
  const [early, late] = [guest('early'), guest('late')];
  doorway.arrive(early, home, 0);
  doorway.arrive(late, home, 500);
  expect(doorway.overdue(999)).toEqual([]);
  expect(doorway.overdue(1000)).toEqual([early]);
  expect(doorway.overdue(1499)).toEqual([]);
  expect(doorway.overdue(1500)).toEqual([late]);
  expect(doorway.size).toBe(0);
});

it('whatever happens, there are never more than there may be, and nobody is forgotten', () => {
  const step = fc.record({ what: fc.constantFrom('arrive', 'leave', 'later'), who: fc.nat(30) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const doorway = new Doorway<Guest>({ waitingPerAddress: 3, waitingInAll: 7, waitingMs: 50 });
      const inside = new Map<Guest, string>();
      const guests = Array.from({ length: 31 }, (_, n) => guest(`${n}`));
      let now = 0;
      for (const { what, who } of steps) {
        const one = guests[who] ?? guest('nobody');
        if (what === 'later') now += who;
        else if (what === 'leave') doorway.leave(one);
        const hash = `address ${who % 4}`;
        const comes = what === 'arrive' && !inside.has(one);
        const gone = comes ? doorway.arrive(one, { hash }, now) : doorway.overdue(now);
        if (comes) inside.set(one, hash);
        if (what === 'leave') inside.delete(one);
        for (const each of gone) expect(inside.delete(each)).toBe(true);
        expect(doorway.size).toBe(inside.size);
        expect(inside.size).toBeLessThanOrEqual(7);
        for (let n = 0; n < 4; n += 1)
          expect([...inside.values()].filter((of) => of === `address ${n}`).length).toBeLessThanOrEqual(3);
      }
    }),
    { numRuns: 300 },
  );
});
