import { describe, expect, it } from 'vitest';
import { until } from '../../../e2e/support/child.js';
import { RecordQueue, type RecordQueueOptions } from './record-queue.js';

const QUICK: RecordQueueOptions = {
  capacity: 5,
  batch: 2,
  settleMs: 0,
  retry: { firstMs: 1, maxMs: 2 },
};

function setUp(options: Partial<RecordQueueOptions> = {}) {
  const heard = { lost: 0, stuck: 0, flowing: [] as number[] };
  const written: number[][] = [];
  const database: { away: boolean; hold: Promise<void> } = { away: false, hold: Promise.resolve() };
  const queue = new RecordQueue<number>(
    async (batch) => {
      await database.hold;
      if (database.away) throw new Error('away');
      written.push([...batch]);
    },
    { ...QUICK, ...options },
    {
      lost: (records) => (heard.lost += records),
      stuck: () => (heard.stuck += 1),
      flowing: (lost) => heard.flowing.push(lost),
    },
  );
  return { queue, heard, written, database };
}

describe('records on their way to the database', () => {
  it('are written in the order they came, several at once', async () => {
    const { queue, written } = setUp();
    for (const record of [1, 2, 3]) queue.add(record);
    await until('written', () => written.flat().length === 3);
    expect(written).toEqual([[1, 2], [3]]);
    expect(queue.size).toBe(0);
  });

  it('are written also when they come after a pause', async () => {
    const { queue, written } = setUp();
    queue.add(1);
    await until('the first', () => written.length === 1);
    queue.add(2);
    await until('the second', () => written.length === 2);
  });

  it('wait while the database is away and lose nothing up to their number', async () => {
    const { queue, heard, written, database } = setUp();
    database.away = true;
    for (const record of [1, 2, 3, 4, 5]) queue.add(record);
    await until('a failure', () => heard.stuck === 1);
    expect(queue.size).toBe(5);
    database.away = false;
    await until('written', () => written.flat().length === 5);
    expect(written.flat()).toEqual([1, 2, 3, 4, 5]);
    expect(heard).toEqual({ lost: 0, stuck: 1, flowing: [0] });
  });

  it('are counted as lost beyond that number, and the loss is told once when it is over', async () => {
    const { queue, heard, written, database } = setUp();
    database.away = true;
    for (const record of [1, 2, 3, 4, 5, 6, 7]) queue.add(record);
    expect(heard.lost).toBe(2);
    await until('a failure', () => heard.stuck === 1);
    database.away = false;
    await until('told', () => heard.flowing.length === 1);
    expect(heard).toEqual({ lost: 2, stuck: 1, flowing: [2] });
    await until('written', () => written.flat().length === 5);
    expect(written.flat()).toEqual([1, 2, 3, 4, 5]);
  });

  it('are written at once when the server stops', async () => {
    const { queue, written } = setUp({ settleMs: 60_000 });
    queue.add(1);
    await queue.close(10_000);
    expect(written.flat()).toEqual([1]);
  });

  it('do not keep a stopping server from stopping when the database is away, and count as lost', async () => {
    const { queue, heard, database } = setUp();
    database.away = true;
    queue.add(1);
    await until('a failure', () => heard.stuck === 1);
    await queue.close(10);
    expect(heard.lost).toBe(1);
  });

  it('do not keep a stopping server from stopping when the database hangs', async () => {
    const { queue, heard, database } = setUp();
    database.hold = new Promise(() => undefined);
    queue.add(1);
    await queue.close(10);
    expect(heard.lost).toBe(1);
  });

  it('that come after the stop are lost and counted', async () => {
    const { queue, heard } = setUp();
    await queue.close(10);
    queue.add(1);
    expect(heard.lost).toBe(1);
  });
});
