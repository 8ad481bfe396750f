import { join } from 'node:path';
import { startApp, type AppServer } from '../support/app-server.js';
import { selfSigned } from '../support/certificate.js';
import { removeFolder, startChild, temporaryFolder } from '../support/child.js';
import { SERVER_ADDRESS, type Internet } from './internet.js';

/** Where the site's pages ask for their own address. */
export type Stun = 'embedded' | 'coturn' | 'none';

/** The product as people meet it: over https, at an address of the emulated internet. */
export interface Site {
  readonly url: string;
  readonly app: AppServer;
  readonly stop: () => Promise<void>;
}

/** Two ports each: that two answers differ is how symmetric translation is noticed. */
const EMBEDDED_PORT = 3478;
const COTURN_PORTS = [3488, 3489] as const;

const stunEnv: Readonly<Record<Stun, Readonly<Record<string, string>>>> = {
  embedded: { STUN_PORT: String(EMBEDDED_PORT) },
  coturn: { STUN_URLS: COTURN_PORTS.map((port) => `stun:${SERVER_ADDRESS}:${port}`).join(',') },
  none: { STUN_URLS: '' },
};

async function startCoturn(namespace: string): Promise<() => Promise<unknown>> {
  const folder = temporaryFolder('coturn');
  const [first, second] = COTURN_PORTS;
  const ports = ['--listening-port', String(first), '--aux-server', `${SERVER_ADDRESS}:${second}`];
  const alone = ['-n', '--stun-only', '--no-cli', '--no-tls', '--no-dtls', '--listening-ip', SERVER_ADDRESS];
  const files = ['--pidfile', join(folder, 'pid'), '--userdb', join(folder, 'db')];
  const coturn = await startChild(
    'turnserver',
    [...alone, ...ports, ...files, '--log-file', 'stdout', '--simple-log'],
    { namespace, cwd: folder, ready: /IO method/ },
  );
  return async () => {
    await coturn.end();
    removeFolder(folder);
  };
}

/** Starts the built server, its https front and its STUN server on the internet given. */
export async function startSite(
  internet: Internet,
  stun: Stun,
  port = 8443,
  env: Readonly<Record<string, string>> = {},
): Promise<Site> {
  const namespace = internet.namespaceOf('server');
  const url = `https://${SERVER_ADDRESS}:${port}`;
  const inner = port + 1000;
  const ends: (() => unknown)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    if (stun === 'coturn') ends.push(await startCoturn(namespace));
    const app = await startApp({ namespace, url, port: inner, env: { ...stunEnv[stun], ...env } });
    ends.push(() => app.stop());
    const folder = temporaryFolder('tls');
    ends.push(() => removeFolder(folder));
    const { cert, key } = selfSigned(folder, `IP:${SERVER_ADDRESS}`);
    const script = new URL('./tls-front.mjs', import.meta.url).pathname;
    const args = [script, SERVER_ADDRESS, String(port), cert, key, String(inner)];
    const front = await startChild(process.execPath, args, { namespace, ready: /ready/ });
    ends.push(() => front.end());
    return { url, app, stop };
  } catch (problem) {
    await stop();
    throw problem;
  }
}
