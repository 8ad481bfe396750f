import { startApp, type AppServer } from '../../../../e2e/support/app-server.js';
import { startBalancer } from '../../../../e2e/support/balancer.js';

/** Server processes that people reach under one address. */
export interface BalancedServers {
  readonly servers: readonly AppServer[];
  /** http://… */
  readonly url: string;
  /** ws://… of the signaling socket. */
  readonly signalUrl: string;
  makeCall(): Promise<string>;
  stop(): Promise<void>;
}

/** @param env the environment of each, over what tests need by default */
export async function startBalanced(
  count: number,
  env: Readonly<Record<string, string>>,
): Promise<BalancedServers> {
  const servers: AppServer[] = [];
  for (let n = 0; n < count; n += 1) servers.push(await startApp({ env }));
  const balancer = await startBalancer(() => servers.map(({ port }) => port));
  const url = `http://127.0.0.1:${balancer.port}`;
  return {
    servers,
    url,
    signalUrl: `${url.replace('http', 'ws')}/api/signal`,
    makeCall: async () => {
      const response = await fetch(`${url}/api/calls`, { method: 'POST' });
      return ((await response.json()) as { callId: string }).callId;
    },
    stop: async () => {
      await balancer.close();
      await Promise.all(servers.map((server) => server.stop()));
    },
  };
}
