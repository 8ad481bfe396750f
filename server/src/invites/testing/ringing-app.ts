import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { Test, type TestingModuleBuilder } from '@nestjs/testing';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { removeFolder, temporaryFolder, until } from '../../../../e2e/support/child.js';
import type { AppConfig } from '../../config/app-config.js';
import { loadConfig } from '../../config/load-config.js';
import { AppModule } from '../../app.module.js';
import { furnish } from '../../create-app.js';
import { newLogger, NestLogger } from '../../ops/logging.js';
import { Database } from '../../persistence/database.js';
import { Page } from '../../signaling/testing/page.js';
import { Api } from './api.js';

/** Nobody listens there. */
export const NO_DATABASE = 'postgres://nobody@127.0.0.1:1/nothing';

/** The whole server in this process, with a database. */
export class RingingApp {
  private constructor(
    readonly app: NestExpressApplication,
    readonly config: AppConfig,
    readonly port: number,
    private readonly removes: string | null,
  ) {}

  /** Without DATA_DIR in the environment it has a folder of its own, and the embedded database in it. */
  static async start(
    environment: Readonly<Record<string, string>> = {},
    replace: (builder: TestingModuleBuilder) => TestingModuleBuilder = (same) => same,
  ): Promise<RingingApp> {
    const own = environment['DATA_DIR'] === undefined ? temporaryFolder('ringing') : null;
    const isUnreachable = environment['DATABASE_URL'] === NO_DATABASE;
    const defaults = { DATA_DIR: own ?? '', STUN_PORT: '0', LOG_LEVEL: 'silent', RATE_LIMITS: 'off' };
    const config = await loadConfig({ ...defaults, ...environment });
    const builder = Test.createTestingModule({ imports: [AppModule.with(config)] });
    const module = await replace(builder).compile();
    const app = furnish(
      module.createNestApplication<NestExpressApplication>({
        logger: new NestLogger(newLogger(config.logLevel)),
        bodyParser: false,
        forceCloseConnections: true,
      }),
      config,
    );
    await app.listen(0, '127.0.0.1');
    const http: Server = app.getHttpServer();
    const { port } = http.address() as AddressInfo;
    const database = app.get(Database);
    await database.open();
    // A busy PostgreSQL is reached at the second try.
    if (!isUnreachable) await until('the database is open', () => database.source);
    return new RingingApp(app, config, port, own);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get database(): Database {
    return this.app.get(Database);
  }

  api(): Api {
    return new Api(this.url);
  }

  /** A signaling socket. */
  open(): Promise<Page> {
    return Page.open(`ws://127.0.0.1:${this.port}/api/signal`);
  }

  async stop(): Promise<void> {
    await this.app.close();
    if (this.removes !== null) removeFolder(this.removes);
  }
}
