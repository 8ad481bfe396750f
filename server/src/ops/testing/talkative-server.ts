import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { startApp, type AppServer } from '../../../../e2e/support/app-server.js';
import { onFreePort, removeFolder, temporaryFolder } from '../../../../e2e/support/child.js';
import type { Remain } from '../../../../e2e/support/secrets/remains.js';
import type { PrivateThings } from './private-things.js';

/** The built server as a process of its own, with folders of its own for everything it may write. */
export interface TalkativeServer extends AppServer {
  readonly dataDir: string;
  readonly temporary: string;
  readonly stunPort: number;
  /** All that it printed. */
  log(): Remain;
  metrics(): Promise<Remain>;
  /** Ends it, and removes its folders. */
  remove(): Promise<void>;
}

/** Characters of output that the support keeps; more would be a log of which a part is not searched. */
const OUTPUT_KEPT = 200_000;

/** At its most talkative level, behind a proxy it trusts, with rate limits and an embedded STUN responder. */
export async function startTalkative(env: Readonly<Record<string, string>> = {}): Promise<TalkativeServer> {
  const [dataDir, temporary] = [temporaryFolder('data'), temporaryFolder('temporary')];
  const behaviour = { LOG_LEVEL: 'trace', TRUST_PROXY: '127.0.0.1', RATE_LIMITS: 'on' };
  const folders = { DATA_DIR: dataDir, TMPDIR: temporary, HOME: temporary };
  const { app, stunPort } = await onFreePort(async (port) => ({
    stunPort: port,
    app: await startApp({ env: { ...behaviour, ...folders, STUN_PORT: String(port), ...env } }),
  }));
  return {
    ...app,
    dataDir,
    temporary,
    stunPort,
    log: () => {
      const data = app.output();
      expect(data.length).toBeLessThan(OUTPUT_KEPT);
      return { where: 'output', data };
    },
    metrics: async () => ({ where: app.url, data: await (await fetch(`${app.url}/metrics`)).text() }),
    remove: async () => {
      await app.stop();
      removeFolder(dataDir);
      removeFolder(temporary);
    },
  };
}

/** What a server keeps in its folder to sign with. */
export function noteKeptSecrets(things: PrivateThings, { dataDir }: TalkativeServer): void {
  const vapid = readFileSync(join(dataDir, 'vapid.json'), 'utf8');
  const { privateKey } = JSON.parse(vapid) as { privateKey: string };
  things.note('server secret', 'the private key towards push services', privateKey);
}
