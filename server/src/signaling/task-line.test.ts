import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { TaskLine } from './task-line.js';

const noBugs = (error: unknown) => {
  throw error;
};

describe('the tasks of one socket', () => {
  it('one begins when the one before it has ended, in the order given', async () => {
    const line = new TaskLine(noBugs);
    const seen: string[] = [];
    let finish = () => {};
    line.run(async () => {
      seen.push('first begins');
      await new Promise<void>((resolve) => (finish = resolve));
      seen.push('first ends');
    });
    line.run(() => void seen.push('second'));
    line.run(() => void seen.push('third'));
    await turn();
    expect(seen).toEqual(['first begins']);
    finish();
    await turn();
    expect(seen).toEqual(['first begins', 'first ends', 'second', 'third']);
  });

  it('a task on an idle line is done at once', () => {
    let done = false;
    new TaskLine(noBugs).run(() => void (done = true));
    expect(done).toBe(true);
  });

  it('a task that throws is reported and does not hold up the next', async () => {
    const bugs: unknown[] = [];
    const line = new TaskLine((error) => bugs.push(error));
    let reached = false;
    line.run(() => Promise.reject(new Error('late')));
    line.run(() => {
      throw new Error('at once');
    });
    line.run(() => void (reached = true));
    await turn();
    expect(reached).toBe(true);
    expect(bugs).toEqual([new Error('late'), new Error('at once')]);
  });
});
