import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { StartupProblem, type AppConfig } from './config/app-config.js';
import { loadConfig } from './config/load-config.js';
import { createApp } from './create-app.js';
import { framesOf, kindOf } from './ops/error-kind.js';
import { say } from './ops/log-events.js';
import { newLogger } from './ops/logging.js';
import { Metrics } from './ops/metrics.js';
import { openMetrics, type MetricsServer } from './ops/metrics-server.js';
import { VERSION } from './ops/version.js';
import { Database } from './persistence/database.js';

const logger = new Logger('Server');
/** Before the configuration is read nobody knows what is to be logged. */
let hasLog = false;

/** ms a stop may take before the process ends anyway; an orchestrator kills it after 30 s. */
const STOP_LIMIT_MS = 15_000;

/** Why the start failed, as one line for whoever started it. */
function reasonOf(error: unknown, port: number | undefined): string {
  if (error instanceof StartupProblem) return error.message;
  if (error instanceof Error && 'code' in error) {
    if (error.code === 'EADDRINUSE')
      return `PORT ${port ?? ''} is in use. Stop what uses it, or set PORT to another one.`;
    if (error.code === 'EACCES')
      return `PORT ${port ?? ''} may not be opened by this user. Set PORT to one above 1023.`;
  }
  const text = error instanceof Error ? error.message : String(error);
  return `The server cannot start: ${text.split('\n')[0] ?? ''}`;
}

function fail(error: unknown, port?: number): never {
  process.stderr.write(`${reasonOf(error, port)}\n`);
  process.exit(1);
}

/**
 * SIGTERM and SIGINT: people are told, records are written, then exit 0. Of several, as npm and a terminal send them, the
 * first counts.
 */
function stopOnSignals(close: () => Promise<void>): void {
  const stop = async () => {
    say(logger, 'stopping', 'The server stops: its sockets are sent to others.');
    const limit = setTimeout(() => {
      say(logger, 'stop-too-slow', `The stop took longer than ${STOP_LIMIT_MS / 1000} s and was cut short.`);
      process.exit(1);
    }, STOP_LIMIT_MS);
    await close();
    clearTimeout(limit);
    say(logger, 'stopped', 'The server has stopped.');
    process.exit(0);
  };
  let stopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      stop().catch((error: unknown) => {
        const details = { stack: framesOf(error) };
        say(logger, 'stop-failed', `The stop failed: ${kindOf(error)}.`, details);
        process.exit(1);
      });
    });
  }
}

/** Where presence is, as the log names it. */
const PRESENCE = {
  memory: 'memory',
  single: 'redis',
  cluster: 'redis-cluster',
  sentinel: 'redis-sentinel',
} as const satisfies Record<AppConfig['redis']['is'], string>;

/** Which parts it uses, and no addresses. */
function sayStarted({ redis, database, stun, metricsPort }: AppConfig): void {
  const parts = {
    presence: PRESENCE[redis.is],
    database: database.is,
    stun: stun.is === 'embedded' ? 'embedded' : stun.urls.length > 0 ? 'elsewhere' : 'none',
    metrics: metricsPort === null ? 'with the pages' : 'own port',
  };
  say(logger, 'started', `o to o ${VERSION} has started.`, { version: VERSION, ...parts });
}

async function run(config: AppConfig): Promise<void> {
  const app = await createApp(config, newLogger(config.logLevel));
  hasLog = true;
  const { metricsPort } = config;
  let metrics: MetricsServer | null = null;
  // The metrics last: a stop can be watched to its end.
  const close = async () => {
    await app.close();
    await metrics?.close();
  };
  stopOnSignals(close);
  try {
    if (metricsPort !== null) metrics = await openMetrics(app.get(Metrics), metricsPort);
    await app.listen(config.port);
    await app.get(Database).open();
  } catch (error) {
    await close();
    throw error;
  }
  sayStarted(config);
  process.stdout.write(`o to o is ready: open ${config.publicOrigin}\n`);
}

async function main(): Promise<void> {
  const config = await loadConfig(process.env).catch(fail);
  await run(config).catch((error: unknown) => fail(error, config.port));
}

/** A fault nobody foresaw: what state this process is in is not known any more, so it ends and is started anew. */
process.on('uncaughtException', (error) => {
  if (hasLog) say(logger, 'failed', `The server failed: ${kindOf(error)}.`, { stack: framesOf(error) });
  process.stderr.write(`The server failed: ${kindOf(error)}\n${framesOf(error)}\n`);
  process.exit(1);
});
/** Node's own way of telling a warning repeats what it is about, such as the address that somebody asked for. */
process.removeAllListeners('warning');
process.on('warning', (warning) => {
  process.stderr.write(`Warning: ${kindOf(warning)}\n`);
});
await main();
