import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const used = (): number => {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

/** Bytes that are still held after all garbage is gone. What frees itself only in a later turn is waited for. */
export async function heldBytes(): Promise<number> {
  for (let round = 0; round < 2; round += 1) {
    collect();
    await new Promise((resolve) => setImmediate(resolve));
  }
  collect();
  return used();
}

/** Bytes one piece of work takes for itself, as seen when it is done. */
export async function hungerOf(work: () => void | Promise<void>): Promise<number> {
  collect();
  const before = used();
  await work();
  return used() - before;
}
