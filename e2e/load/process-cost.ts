import { readFileSync } from 'node:fs';
import { until } from '../support/child.js';

/** Linux counts a process' time in ticks of 10 ms. */
const TICK_MS = 10;
/** Longer than records of calls wait for company before they are written (500 ms, `RECORD_QUEUE`): they belong to what caused them. */
const IDLE_MS = 1_000;

function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/**
 * ms of processor time these processes have used so far, all their threads, in the program and in the kernel. The generator is a
 * process of its own, so its share is in none of them.
 */
export const cpuMs = (pids: readonly number[]): number => pids.reduce((sum, pid) => sum + cpuOf(pid), 0);

/** Waits until what was begun is done: a server may write its records after the call. Returns `cpuMs` then. */
export async function settled(pids: readonly number[]): Promise<number> {
  let last = -Infinity;
  return until(
    'the servers are idle again',
    () => {
      const now = cpuMs(pids);
      const idle = now - last <= TICK_MS * pids.length;
      last = now;
      return idle && now;
    },
    120_000,
    IDLE_MS,
  );
}

/** Bytes of memory that are this process' own in RAM (`VmRSS`). */
export function residentBytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  if (kilobytes === undefined) throw new Error(`There is no process ${pid} any more.`);
  return Number(kilobytes) * 1024;
}
