import { createServer } from 'node:http';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort, onFreePort } from '../../../e2e/support/child.js';
import { Metrics } from './metrics.js';
import { openMetrics } from './metrics-server.js';
import { startWholeApp, type RunningApp } from './testing/running-app.js';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function start(environment: Record<string, string> = {}): Promise<RunningApp> {
  const server = await startWholeApp(environment);
  ends.push(() => server.stop());
  return server;
}

/** The metrics of that server at a port of their own; its address. */
async function openFor({ app }: RunningApp): Promise<string> {
  const port = await onFreePort(async (free) => {
    const opened = await openMetrics(app.get(Metrics), free);
    ends.push(() => opened.close());
    return free;
  });
  return `http://127.0.0.1:${port}`;
}

const told = async (url: string): Promise<unknown[]> => {
  const response = await fetch(url);
  return [response.status, response.headers.get('content-type'), await response.text()];
};

describe('the metrics of a server', () => {
  it('are at the port of the pages where they have none of their own', async () => {
    const { url } = await start();
    expect(await told(`${url}/metrics`)).toEqual([
      200,
      expect.stringMatching(/^text\/plain/),
      expect.any(String),
    ]);
  });

  it('with a port of their own are nothing at the other one, like any address of which there is none', async () => {
    const { url } = await start({ METRICS_PORT: String(await freePort()) });
    expect(await told(`${url}/metrics`)).toEqual(await told(`${url}/api/nothing`));
    expect((await fetch(`${url}/metrics`, { method: 'POST' })).status).toBe(404);
  });

  it('are the same ones at their own port, where nothing else is', async () => {
    const server = await start({ METRICS_PORT: String(await freePort()) });
    const url = await openFor(server);
    await fetch(`${server.url}/api/config`);
    expect(await told(`${url}/metrics?x=1`)).toEqual([
      200,
      expect.stringMatching(/^text\/plain/),
      expect.stringContaining('o_to_o_http_requests_total{status="200"} 1\n'),
    ]);
    for (const path of ['/', '/metrics/', '/healthz', '/api/calls'])
      expect((await told(`${url}${path}`))[0], path).toBe(404);
    expect((await fetch(`${url}/metrics`, { method: 'POST' })).status).toBe(404);
  });

  it('whose port is in use stop the start with one line that says what to do', async () => {
    const server = await start();
    const other = createServer();
    const port = await onFreePort(async (free) => {
      other.listen(free);
      await once(other, 'listening');
      return free;
    });
    ends.push(async () => other.close());
    await expect(openMetrics(server.app.get(Metrics), port)).rejects.toThrow(
      new RegExp(
        `^METRICS_PORT ${port} is in use\\. Stop what uses it, or set METRICS_PORT to another one\\.$`,
      ),
    );
  });
});
