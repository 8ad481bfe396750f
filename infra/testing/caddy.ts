import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { request, type RequestOptions } from 'node:https';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, startChild, until, type Child } from '../../e2e/support/child.js';
import { root } from '../../scripts/fresh-build.js';

const run = promisify(execFile);
const CADDYFILE = join(root, 'infra', 'Caddyfile');

/** What Caddy is given besides, so that it keeps what it makes in this folder. */
const inFolder = (folder: string): Record<string, string | undefined> => ({
  PATH: process.env.PATH,
  HOME: folder,
  XDG_DATA_HOME: join(folder, 'data'),
  XDG_CONFIG_HOME: join(folder, 'config'),
});

/** Caddy's own word on infra/Caddyfile with this environment; rejects with what is wrong. */
export async function validateCaddyfile(
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const { stdout, stderr } = await run(
    'caddy',
    ['validate', '--config', CADDYFILE, '--adapter', 'caddyfile'],
    {
      env: { ...inFolder(folder), ...env },
    },
  );
  return stdout + stderr;
}

export interface Caddy {
  readonly child: Child;
  readonly port: number;
  /** The certificate of its own authority. */
  readonly ca: () => Buffer;
}

/** A real Caddy with infra/Caddyfile on this port, before server processes on those ports of this machine. */
export async function startCaddy(folder: string, port: number, apps: readonly number[]): Promise<Caddy> {
  const env = {
    ...inFolder(folder),
    CADDY_ADMIN: `localhost:${await freePort()}`,
    CADDY_HTTP_PORT: String(await freePort()),
    CADDY_SITE: `https://localhost:${port}`,
    CADDY_TLS: 'tls internal',
    CADDY_APPS: apps.map((app) => `127.0.0.1:${app}`).join(' '),
  };
  const args = ['run', '--config', CADDYFILE, '--adapter', 'caddyfile'];
  const child = await startChild('caddy', args, { env, cwd: folder, ready: /serving initial configuration/ });
  const authority = join(folder, 'data', 'caddy', 'pki', 'authorities', 'local', 'root.crt');
  await until('Caddy has made its authority', () => existsSync(authority));
  return { child, port, ca: () => readFileSync(authority) };
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

/** One https request, each over a connection of its own; options as Node's own. */
export function ask(url: string, options: RequestOptions): Promise<Answer> {
  return new Promise((done, fail) => {
    const asking = request(url, { agent: false, ...options }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (part: string) => (body += part));
      response.on('end', () => done({ status: response.statusCode ?? 0, headers: response.headers, body }));
      response.on('error', fail);
    });
    asking.on('error', fail);
    asking.end();
  });
}
