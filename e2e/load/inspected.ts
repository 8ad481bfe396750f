import { once } from 'node:events';
import { WebSocket } from 'ws';

/** For `NODE_OPTIONS`: the process can be asked things from outside. Costs nothing while nobody asks. */
export const INSPECTED = '--inspect=127.0.0.1:0';

const ADDRESS = /ws:\/\/127\.0\.0\.1:\d+\/[\w-]+/g;

/** Sends one command to the inspector of a Node process, whose address it printed at its start, and waits for the answer. */
export async function inspect(output: string, method: string): Promise<unknown> {
  const address = output.match(ADDRESS)?.at(-1);
  if (address === undefined) throw new Error('This process was not started with --inspect.');
  const socket = new WebSocket(address, { maxPayload: 2 ** 30 });
  try {
    await once(socket, 'open');
    const answered = once(socket, 'message');
    socket.send(JSON.stringify({ id: 1, method }));
    const [data] = (await answered) as [Buffer];
    return JSON.parse(data.toString('utf8'));
  } finally {
    socket.terminate();
  }
}

/** What nobody needs any more is given back: memory is compared without it. */
export async function collectGarbage(output: string): Promise<void> {
  await inspect(output, 'HeapProfiler.collectGarbage');
}
