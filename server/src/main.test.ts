import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { cpSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import {
  onFreePort,
  removeFolder,
  startChild,
  temporaryFolder,
  until,
  type Child,
} from '../../e2e/support/child.js';
import { ensureBuilt, root } from '../../scripts/fresh-build.js';
import { CallEventEntity } from './calls/call-event.entity.js';
import { Database } from './persistence/database.js';

type Environment = Record<string, string>;

const READY = /o to o is ready: open (\S+)\n/;

const ends: (() => unknown)[] = [];
/** A data folder as a first start leaves it: making its database takes seconds, copying it does not. */
const usedFolder = temporaryFolder('used');
beforeAll(async () => {
  await ensureBuilt(() => undefined);
  const database = new Database({ is: 'embedded', dataDir: usedFolder });
  await database.open();
  await database.onApplicationShutdown();
});
afterAll(async () => {
  for (const end of ends.reverse()) await end();
  removeFolder(usedFolder);
});

const BUILT: readonly [string, ...string[]] = [process.execPath, 'server/dist/main.js'];

function run(environment: Environment, ready?: RegExp, [program, ...args] = BUILT): Promise<Child> {
  const env = { PATH: process.env['PATH'], STUN_PORT: '0', ...environment };
  return startChild(program, args, { cwd: root, env, ...(ready && { ready }) });
}

function folder(name: string): string {
  const path = temporaryFolder(name);
  ends.push(() => {
    removeFolder(path);
  });
  return path;
}

function used(name: string): string {
  const path = folder(name);
  cpSync(usedFolder, path, { recursive: true });
  return path;
}

async function started(environment: Environment): Promise<Child & { readonly url: string }> {
  const server = await run({ PORT: '0', ...environment }, READY);
  ends.push(() => server.end('SIGKILL'));
  return { ...server, url: READY.exec(server.output())?.[1] ?? '' };
}

/** What a start that cannot work says, and how it ends. */
async function failure(environment: Environment): Promise<{ code: number | null; lines: string[] }> {
  const server = await run({ PORT: '0', ...environment });
  ends.push(() => server.end('SIGKILL'));
  const code = await server.ended;
  return {
    code,
    lines: server
      .output()
      .split('\n')
      .filter((line) => line !== ''),
  };
}

const linesOf = (output: string): string[] => output.split('\n').filter((line) => line !== '');
/** What is for programs: the log. */
const logLines = (output: string): string[] => linesOf(output).filter((line) => line.startsWith('{'));
/** What is for whoever started it. */
const sentencesIn = (output: string): string[] => linesOf(output).filter((line) => !line.startsWith('{'));
const eventsIn = (output: string): unknown[] =>
  logLines(output).map((line) => (JSON.parse(line) as { event?: unknown }).event);

/** ms. Not a measure of anything: a start takes a second, or a minute on a machine that is busy with other tests. */
const PATIENT = { timeout: 240_000 };

/** A port that somebody else listens on. */
async function takenPort(): Promise<number> {
  const other = createServer();
  ends.push(() => other.close());
  return onFreePort(async (free) => {
    other.listen(free);
    await once(other, 'listening');
    return free;
  });
}

describe('a start that cannot work is one line and exit code 1:', PATIENT, () => {
  it('the port is in use', async () => {
    const port = await takenPort();
    const { code, lines } = await failure({ PORT: String(port), DATA_DIR: folder('port') });
    expect(code).toBe(1);
    expect(lines).toEqual([`PORT ${port} is in use. Stop what uses it, or set PORT to another one.`]);
  });

  it('the port of the metrics is in use', async () => {
    const port = await takenPort();
    const { code, lines } = await failure({ METRICS_PORT: String(port), DATA_DIR: folder('metrics') });
    expect(code).toBe(1);
    expect(lines).toEqual([
      `METRICS_PORT ${port} is in use. Stop what uses it, or set METRICS_PORT to another one.`,
    ]);
  });

  it('the STUN port that was asked for is in use', async () => {
    const other = createSocket('udp4');
    other.bind();
    await once(other, 'listening');
    const { port } = other.address();
    ends.push(() => other.close());
    const { code, lines } = await failure({ STUN_PORT: String(port), DATA_DIR: folder('stun') });
    expect(code).toBe(1);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(new RegExp(`^UDP port ${port} cannot be used for STUN .*STUN_PORT`));
  });

  it('the data folder cannot be written', async () => {
    const { code, lines } = await failure({ DATA_DIR: '/dev/null/data' });
    expect(code).toBe(1);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^DATA_DIR \(\/dev\/null\/data\) cannot be written/);
  });

  it('another process works on the data folder, which is not disturbed', async () => {
    const dataDir = used('shared');
    const first = await started({ DATA_DIR: dataDir });
    const { code, lines } = await failure({ DATA_DIR: dataDir });
    expect(code).toBe(1);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(new RegExp(`^DATA_DIR .* is in use by process ${first.pid}\\.`));
    expect((await fetch(`${first.url}/readyz`)).status).toBe(200);
  });

  it('a value that cannot be right', async () => {
    const { code, lines } = await failure({ PULSE_MS: 'often', DATA_DIR: folder('value') });
    expect(code).toBe(1);
    expect(lines).toEqual([expect.stringMatching(/^PULSE_MS must be .*for example/)]);
  });
});

describe('a server', PATIENT, () => {
  it('says on its first start that it prepares the database, then where to open it, and nothing else', async () => {
    const server = await started({ DATA_DIR: folder('ready') });
    await until('it is written down', () => eventsIn(server.output()).length > 0);
    expect(eventsIn(server.output())).toEqual(['started']);
    expect(sentencesIn(server.output())).toEqual([
      expect.stringMatching(/^Preparing the database .*once/),
      `o to o is ready: open ${server.url}`,
    ]);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  });

  it('says on a later start which parts it uses and where to open it, and when it stops that it does; nothing else', async () => {
    const server = await started({ DATA_DIR: used('again') });
    const { url } = server;
    const made = await fetch(`${url}/api/calls`, { method: 'POST' });
    const { callId } = (await made.json()) as { callId: string };
    await fetch(`${url}/api/calls/${callId}`);
    await server.end('SIGTERM');
    expect(sentencesIn(server.output())).toEqual([`o to o is ready: open ${url}`]);
    expect(eventsIn(server.output())).toEqual(['started', 'stopping', 'stopped']);
    expect(JSON.parse(logLines(server.output())[0] ?? '')).toEqual({
      level: 'info',
      time: expect.any(String) as string,
      event: 'started',
      context: 'Server',
      version: expect.stringMatching(/^\d+\.\d+\.\d+/) as string,
      presence: 'memory',
      database: 'embedded',
      stun: 'none',
      metrics: 'with the pages',
      msg: expect.stringMatching(/^o to o .* has started\.$/) as string,
    });
  });

  it('stops cleanly on SIGINT too, though a connection stays open and the signal comes twice', async () => {
    const server = await started({ DATA_DIR: used('interrupt') });
    await fetch(`${server.url}/healthz`);
    server.signal('SIGINT');
    expect(await server.end('SIGINT')).toBe(0);
  });

  it('that npm started stops when npm is told to, and leaves nothing running', async () => {
    const environment = { PORT: '0', DATA_DIR: used('npm'), HOME: folder('home') };
    const npm = await run(environment, READY, ['npm', 'start']);
    ends.push(() => npm.end('SIGKILL'));
    const url = READY.exec(npm.output())?.[1] ?? '';
    expect(await npm.end('SIGTERM')).toBe(0);
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  });

  it('that is stopped tells every socket so (1001), writes down what happened, gives its folder back and exits with 0', async () => {
    const dataDir = used('last');
    const server = await started({ DATA_DIR: dataDir });
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/api/signal`);
    await once(socket, 'open');
    await fetch(`${server.url}/api/calls`, { method: 'POST' });
    const closed = once(socket, 'close');
    expect(await server.end('SIGTERM')).toBe(0);
    expect((await closed)[0]).toBe(1001);
    const database = new Database({ is: 'embedded', dataDir });
    await database.open();
    expect(await database.source.getRepository(CallEventEntity).count()).toBe(1);
    await database.onApplicationShutdown();
  });

  it('that is stopped is not ready any more while it still waits for somebody who does not answer, but tells its metrics', async () => {
    const dataDir = used('not-ready');
    const { server, metrics } = await onFreePort(async (port) => ({
      metrics: `http://127.0.0.1:${port}/metrics`,
      server: await started({ DATA_DIR: dataDir, METRICS_PORT: String(port) }),
    }));
    const { hostname, port } = new URL(server.url);
    const silent = connect(Number(port), hostname);
    silent.on('error', () => undefined);
    silent.write(
      'GET /api/signal HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
        `Sec-WebSocket-Key: ${'A'.repeat(22)}==\r\nSec-WebSocket-Version: 13\r\n\r\n`,
    );
    await once(silent, 'data');
    const ended = server.end('SIGTERM');
    const answer = await until('it says that it stops', async () => {
      const response = await fetch(`${server.url}/readyz`);
      return response.ok ? false : response;
    });
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ status: 'stopping' });
    expect(await (await fetch(metrics)).text()).toContain('\no_to_o_sockets 1\n');
    expect(await ended).toBe(0);
    silent.destroy();
  });

  it('starts again after it was killed, also in the middle of its first start', async () => {
    const dataDir = folder('killed');
    const early = await run({ PORT: '0', DATA_DIR: dataDir });
    await early.end('SIGKILL');
    const server = await started({ DATA_DIR: dataDir });
    const made = await fetch(`${server.url}/api/calls`, { method: 'POST' });
    const { callId } = (await made.json()) as { callId: string };
    await server.end('SIGKILL');
    const again = await started({ DATA_DIR: dataDir });
    expect((await fetch(`${again.url}/api/calls/${callId}`)).status).toBe(200);
  });

  it('logs, even at its most talkative, no address, no id of a call and no holder', async () => {
    const server = await started({ DATA_DIR: used('log'), LOG_LEVEL: 'trace' });
    const made = await fetch(`${server.url}/api/calls`, { method: 'POST' });
    const { callId } = (await made.json()) as { callId: string };
    await fetch(`${server.url}/api/calls/${callId}`);
    await fetch(`${server.url}/api/calls/${callId}/nothing`);
    await fetch(`${server.url}/c/${callId}`);
    const holder = 'h'.repeat(22);
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/api/signal`);
    await once(socket, 'open');
    socket.send(JSON.stringify({ event: 'enter', data: { callId, holder } }));
    await once(socket, 'message');
    await server.end('SIGTERM');
    for (const secret of [callId, holder, '127.0.0.1', '::1']) expect(server.output()).not.toContain(secret);
    expect(server.output()).toContain('"level":"debug"');
  });
});
