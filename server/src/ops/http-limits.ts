import type { Server } from 'node:http';

/** The largest JSON anybody has reason to send (a push subscription is some 600 bytes). */
export const MAX_BODY = '8kb';

/** How long somebody may take over HTTP. Injected so that a test can run out of time quickly. */
export interface HttpTimes {
  /** ms until all headers of a request are there, counted from the connection or the request before. */
  readonly headersMs: number;
  /** ms until all of a request is there. */
  readonly requestMs: number;
  /** ms in which nothing at all is sent or read any more. */
  readonly stalledMs: number;
  /** ms a connection is kept for a next request; Node's own default. */
  readonly keepMs: number;
  /** ms between two looks at who takes too long. */
  readonly lookMs: number;
}

export const HTTP_TIMES: HttpTimes = {
  headersMs: 10_000,
  requestMs: 20_000,
  stalledMs: 60_000,
  keepMs: 5_000,
  lookMs: 5_000,
};

/**
 * Holds back who opens connections and sends next to nothing over them, or does not read what was asked for. Sockets that
 * were upgraded are no requests any more; they have a heartbeat. Node reads these when the server begins to listen.
 *
 * Headers, the address among them, may have 16 KiB together (Node's default); more is answered with 431.
 */
export function limitHttp(server: Server, times: HttpTimes = HTTP_TIMES): void {
  Object.assign(server, {
    headersTimeout: times.headersMs,
    requestTimeout: times.requestMs,
    // For each request (below), not for each connection: an upgraded one would carry a timer it never needs.
    timeout: 0,
    keepAliveTimeout: times.keepMs,
    connectionsCheckingInterval: times.lookMs,
    // Their size is limited. By count, Node drops the last ones in silence: what a proxy adds is among those.
    maxHeadersCount: 0,
  });
  server.prependListener('request', ({ socket }) => {
    socket.setTimeout(times.stalledMs);
  });
}

const pathOf = (target: string): string => {
  const path = target.replace(/^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i, '');
  return path.startsWith('/') ? path : `/${path}`;
};

/**
 * A request names a path. It may name a whole address (RFC 9112, 3.2.2), though nobody does: for taking that apart,
 * Express asks Node's old parser, which warns on standard error of odd ones, and repeats them.
 */
export function askedByPath(server: Server): void {
  server.prependListener('request', (request) => {
    const { url = '/' } = request;
    if (!url.startsWith('/')) request.url = pathOf(url);
  });
}
