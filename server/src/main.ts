import 'reflect-metadata';
import type { Logger } from 'pino';
import { StartupProblem, type AppConfig } from './config/app-config.js';
import { loadConfig } from './config/load-config.js';
import { createApp } from './create-app.js';
import { framesOf, kindOf } from './ops/error-kind.js';
import { newLogger } from './ops/logging.js';
import { Metrics } from './ops/metrics.js';
import { openMetrics, type MetricsServer } from './ops/metrics-server.js';
import { Database } from './persistence/database.js';

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
function stopOnSignals(close: () => Promise<void>, logger: Logger): void {
  const stop = async () => {
    const limit = setTimeout(() => {
      logger.error('the stop took too long');
      process.exit(1);
    }, STOP_LIMIT_MS);
    await close();
    clearTimeout(limit);
    process.exit(0);
  };
  let stopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      stop().catch((error: unknown) => {
        logger.error({ stack: framesOf(error) }, `the stop failed: ${kindOf(error)}`);
        process.exit(1);
      });
    });
  }
}

async function run(config: AppConfig): Promise<void> {
  const logger = newLogger(config.logLevel);
  const app = await createApp(config, logger);
  const { metricsPort } = config;
  let metrics: MetricsServer | null = null;
  // The metrics last: a stop can be watched to its end.
  const close = async () => {
    await app.close();
    await metrics?.close();
  };
  stopOnSignals(close, logger);
  try {
    if (metricsPort !== null) metrics = await openMetrics(app.get(Metrics), metricsPort);
    await app.listen(config.port);
    await app.get(Database).open();
  } catch (error) {
    await close();
    throw error;
  }
  process.stdout.write(`o to o is ready: open ${config.publicOrigin}\n`);
}

async function main(): Promise<void> {
  const config = await loadConfig(process.env).catch(fail);
  await run(config).catch((error: unknown) => fail(error, config.port));
}

/** A fault nobody foresaw: what state this process is in is not known any more, so it ends and is started anew. */
process.on('uncaughtException', (error) => {
  process.stderr.write(`The server failed: ${kindOf(error)}\n${framesOf(error)}\n`);
  process.exit(1);
});
/** Node's own way of telling a warning repeats what it is about, such as the address that somebody asked for. */
process.removeAllListeners('warning');
process.on('warning', (warning) => {
  process.stderr.write(`Warning: ${kindOf(warning)}\n`);
});
await main();
