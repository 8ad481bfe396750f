import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

export interface BalancerOptions {
  readonly port?: number;
  /** Listens at this path, too: a Unix socket is reached from every network namespace of the machine. */
  readonly path?: string;
}

/** A plain TCP balancer in front of servers, as an operator's: it knows nothing of what passes. */
export interface Balancer {
  readonly port: number;
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** ms a server may take to accept a connection before the next one is asked. */
const CONNECT_MS = 1000;

function join(one: Socket, other: Socket): void {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.setNoDelay(true);
    from.on('error', () => to.destroy());
    from.on('close', () => to.destroy());
    from.pipe(to);
  }
}

/** Null: nobody listens there. */
function reach(port: number): Promise<Socket | null> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1');
    const giveUp = (): void => {
      socket.destroy();
      done(null);
    };
    socket.setTimeout(CONNECT_MS, giveUp);
    socket.once('error', giveUp);
    socket.once('connect', () => {
      socket.setTimeout(0);
      socket.removeListener('error', giveUp);
      done(socket);
    });
  });
}

/**
 * Starts one on a free port. Each new connection goes to the next port of `ports()` that accepts it; where none does, it is
 * closed, as with a service that has no endpoint.
 */
export async function startBalancer(
  ports: () => readonly number[],
  options: BalancerOptions = {},
): Promise<Balancer> {
  const open = new Set<Socket>();
  let turn = 0;
  const serve = async (client: Socket): Promise<void> => {
    open.add(client);
    client.once('close', () => open.delete(client));
    client.on('error', () => client.destroy());
    const all = ports();
    turn += 1;
    for (let n = 0; n < all.length; n += 1) {
      const server = await reach(all[(turn + n) % all.length] ?? 0);
      if (!server) continue;
      join(client, server);
      if (client.destroyed) server.destroy();
      return;
    }
    client.destroy();
  };
  const listeners: Server[] = [];
  for (const at of [{ port: options.port ?? 0, host: '127.0.0.1' }, options.path].filter(
    (each) => each !== undefined,
  )) {
    const server = createServer((client) => void serve(client));
    server.listen(at);
    await once(server, 'listening');
    listeners.push(server);
  }
  const address = listeners[0]?.address();
  if (typeof address !== 'object' || address === null) throw new Error('The balancer has no port.');
  return {
    port: address.port,
    url: `http://localhost:${address.port}`,
    async close() {
      for (const socket of open) socket.destroy();
      await Promise.all(listeners.map((server) => new Promise((done) => server.close(done))));
    },
  };
}
