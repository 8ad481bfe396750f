import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { removeFolder, temporaryFolder } from '../../../../e2e/support/child.js';
import { loadConfig } from '../../config/load-config.js';
import { createApp, type AppOptions } from '../../create-app.js';
import { newLogger } from '../logging.js';

export interface RunningApp {
  readonly app: NestExpressApplication;
  readonly port: number;
  readonly url: string;
  stop(): Promise<void>;
}

/** Nobody listens there: calls work without a database, and a test that needs none starts at once. */
const NO_DATABASE = 'postgres://nobody@127.0.0.1:1/nothing';

/** The whole server in this process, presence in memory, without a database. */
export async function startWholeApp(
  environment: Readonly<Record<string, string>> = {},
  options: AppOptions = {},
): Promise<RunningApp> {
  const dataDir = temporaryFolder('whole-app');
  const defaults = { DATA_DIR: dataDir, DATABASE_URL: NO_DATABASE, STUN_PORT: '0', LOG_LEVEL: 'silent' };
  const config = await loadConfig({ ...defaults, ...environment });
  const app = await createApp(config, newLogger(config.logLevel), options);
  await app.listen(0, '127.0.0.1');
  const server: Server = app.getHttpServer();
  const { port } = server.address() as AddressInfo;
  return {
    app,
    port,
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      await app.close();
      removeFolder(dataDir);
    },
  };
}
