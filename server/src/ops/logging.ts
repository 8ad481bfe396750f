import type { LoggerService } from '@nestjs/common';
import { pino, type Logger } from 'pino';
import type { LogLevel } from '../config/app-config.js';
import { framesOf, kindOf } from './error-kind.js';

/** JSON lines on standard output, for whatever collects them. */
export const newLogger = (level: LogLevel): Logger =>
  pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  });

/**
 * What Nest says about itself while it puts the parts together is of interest to its developers only; why a start failed
 * is said once, by main.ts.
 */
const NEST_CONTEXTS = new Set([
  'ExceptionHandler',
  'InstanceLoader',
  'NestApplication',
  'NestFactory',
  'RouterExplorer',
  'RoutesResolver',
  'WebSocketsController',
]);

/**
 * Nest's way of logging, into pino. By Nest's convention the last parameter is the context; a stack before it is not
 * written, for it begins with a message.
 */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...parameters: unknown[]): void {
    this.#write('info', message, parameters);
  }

  error(message: unknown, ...parameters: unknown[]): void {
    this.#write('error', message, parameters);
  }

  warn(message: unknown, ...parameters: unknown[]): void {
    this.#write('warn', message, parameters);
  }

  debug(message: unknown, ...parameters: unknown[]): void {
    this.#write('debug', message, parameters);
  }

  verbose(message: unknown, ...parameters: unknown[]): void {
    this.#write('trace', message, parameters);
  }

  fatal(message: unknown, ...parameters: unknown[]): void {
    this.#write('fatal', message, parameters);
  }

  #write(
    level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal',
    message: unknown,
    parameters: readonly unknown[],
  ): void {
    const context = parameters.at(-1);
    const isError = message instanceof Error;
    this.logger[NEST_CONTEXTS.has(String(context)) ? 'debug' : level](
      {
        ...(typeof context === 'string' ? { context } : {}),
        ...(isError ? { stack: framesOf(message) } : {}),
      },
      isError ? kindOf(message) : String(message),
    );
  }
}
