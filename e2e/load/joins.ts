import type { Contender } from './contenders.js';
import { meet, part, type Pair } from './synthetic-call.js';

/** Calls that are being entered at the same time. */
const AT_ONCE = 50;

/** People who enter per second, as fast as it goes: limited by the generator and the machine as much as by the servers. */
export async function joinsPerSecond(contender: Contender, calls: number): Promise<number> {
  const { dialect } = contender;
  const ids = await Promise.all(Array.from({ length: calls }, () => dialect.newCall()));
  const open: Pair[] = [];
  const next = async (): Promise<void> => {
    for (let id = ids.pop(); id !== undefined; id = ids.pop()) open.push(await meet(dialect, id));
  };
  const since = performance.now();
  await Promise.all(Array.from({ length: AT_ONCE }, next));
  const seconds = (performance.now() - since) / 1000;
  await Promise.all(open.map((lines) => part(dialect, lines)));
  return (2 * calls) / seconds;
}
