import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { StartupProblem } from '../config/app-config.js';
import { limitHttp } from './http-limits.js';
import type { Metrics } from './metrics.js';

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : null);

function problemOf(error: unknown, port: number): unknown {
  if (codeOf(error) === 'EADDRINUSE')
    return new StartupProblem(
      `METRICS_PORT ${port} is in use. Stop what uses it, or set METRICS_PORT to another one.`,
    );
  if (codeOf(error) === 'EACCES')
    return new StartupProblem(
      `METRICS_PORT ${port} may not be opened by this user. Set METRICS_PORT to one above 1023.`,
    );
  return error;
}

async function answer(metrics: Metrics, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [path] = (request.url ?? '').split('?', 1);
  const isAsked = path === '/metrics' && (request.method === 'GET' || request.method === 'HEAD');
  const text = isAsked ? await metrics.registry.metrics() : '';
  response.writeHead(isAsked ? 200 : 404, {
    'content-type': isAsked ? metrics.registry.contentType : 'text/plain',
    'cache-control': 'no-store',
  });
  response.end(text);
}

/** `/metrics` at a port of its own, which no proxy leads to: who calls here is nobody else's business. */
export interface MetricsServer {
  close(): Promise<void>;
}

/** @throws StartupProblem when the port cannot be had */
export async function openMetrics(metrics: Metrics, port: number): Promise<MetricsServer> {
  const server = createServer((request, response) => {
    answer(metrics, request, response).catch(() => response.destroy());
  });
  limitHttp(server);
  server.listen(port);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw problemOf(error, port);
  }
  return {
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
