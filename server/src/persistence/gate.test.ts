import { expect, it } from 'vitest';
import { Gate } from './gate.js';

const held = () => {
  let release: () => void = () => undefined;
  const work = new Promise<void>((resolve) => (release = resolve));
  return { work, release };
};

it('so many are let in at a time, the others in their order, whatever becomes of those before', async () => {
  const gate = new Gate(2, 60_000, () => new Error('never'));
  const done: number[] = [];
  const holds = [0, 1, 2, 3].map(() => held());
  const passed = holds.map(({ work }, number) =>
    gate.pass(async () => {
      done.push(number);
      await work;
      if (number === 0) throw new Error('fails');
    }),
  );
  await Promise.resolve();
  expect(done).toEqual([0, 1]);
  holds[0]?.release();
  await expect(passed[0]).rejects.toThrow('fails');
  expect(done).toEqual([0, 1, 2]);
  for (const { release } of holds) release();
  await Promise.all(passed.slice(1));
  expect(done).toEqual([0, 1, 2, 3]);
});

it('who waited too long is told so, and takes nobody their place', async () => {
  const gate = new Gate(1, 10, () => new Error('too long'));
  const first = held();
  const inside = gate.pass(() => first.work);
  await expect(gate.pass(async () => 'in')).rejects.toThrow('too long');
  first.release();
  await inside;
  await expect(gate.pass(async () => 'in')).resolves.toBe('in');
});
