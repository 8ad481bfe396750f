import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import type { INestApplication } from '@nestjs/common';
import { Test, type TestingModuleBuilder } from '@nestjs/testing';
import type { ClientOptions } from 'ws';
import { ConfigModule } from '../../config/config.module.js';
import type { AppConfig } from '../../config/app-config.js';
import { MetricsModule } from '../../ops/metrics.module.js';
import { HTTP_LIMITS, REQUEST_LIMITS, type RequestLimits } from '../../ops/request-limits.js';
import { CallIds } from '../../presence/call-id.js';
import { LIMITS, SOCKET_LIMITS, type SocketLimits } from '../limits.js';
import { SignalingModule } from '../signaling.module.js';
import { SignalingAdapter } from '../ws-adapter.js';
import { Page } from './page.js';

export interface SignalingServer {
  readonly app: INestApplication;
  readonly port: number;
  /** Opens a socket as a page would. */
  open(options?: ClientOptions): Promise<Page>;
  stop(): Promise<void>;
}

export interface ServerOptions {
  readonly config?: Partial<AppConfig>;
  readonly limits?: Partial<SocketLimits>;
  readonly requestLimits?: Partial<RequestLimits>;
  /** Puts something else in the place of a part. */
  readonly replace?: (builder: TestingModuleBuilder) => TestingModuleBuilder;
}

/** Secret of all servers of this test process: ids and tickets of one are good at the other. */
export const SECRET = randomBytes(32);

const CONFIG: AppConfig = {
  metricsPort: null,
  port: 0,
  publicOrigin: 'http://localhost:3000',
  allowedOrigins: ['http://localhost:3000'],
  dataDir: '/nowhere',
  database: { is: 'embedded', dataDir: '/nowhere' },
  redis: { is: 'memory' },
  stun: { is: 'elsewhere', urls: ['stun:stun.example:3478'] },
  seatGraceMs: 60_000,
  pulseMs: 25_000,
  callTtlS: 3600,
  serverSecret: SECRET,
  vapid: { publicKey: '', privateKey: '', subject: 'mailto:nobody@example.org' },
  pushEndpointAllow: [],
  trustProxy: [],
  rateLimits: 'on',
  retentionDays: 30,
  logLevel: 'silent',
};

/** The signaling part of the server, whole and real: Nest, sockets, presence, store. */
export async function startSignaling({
  config,
  limits,
  requestLimits,
  replace = (same) => same,
}: ServerOptions = {}): Promise<SignalingServer> {
  const builder = Test.createTestingModule({
    imports: [ConfigModule.with({ ...CONFIG, ...config }), MetricsModule, SignalingModule],
  })
    .overrideProvider(LIMITS)
    .useValue({ ...SOCKET_LIMITS, ...limits })
    .overrideProvider(HTTP_LIMITS)
    .useValue({ ...REQUEST_LIMITS, ...requestLimits });
  const module = await replace(builder).compile();
  const app = module.createNestApplication({ logger: false, forceCloseConnections: true });
  app.useWebSocketAdapter(new SignalingAdapter(app));
  await app.listen(0, '127.0.0.1');
  const server = app.getHttpServer() as Server;
  const { port } = server.address() as AddressInfo;
  return {
    app,
    port,
    open: (options) => Page.open(`ws://127.0.0.1:${port}/api/signal`, options),
    stop: () => app.close(),
  };
}

const callIds = new CallIds(SECRET);

/** An id that every server of this test process knows as its own. */
export const newCallId = (): string => callIds.make(Date.now());
