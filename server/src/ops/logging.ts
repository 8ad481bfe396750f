import type { LoggerService } from '@nestjs/common';
import { pino, type Logger } from 'pino';
import type { LogLevel } from '../config/app-config.js';
import { framesOf, kindOf } from './error-kind.js';
import { Said, type LogEvent } from './log-events.js';

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
    const last = parameters.at(-1);
    const context = typeof last === 'string' ? { context: last } : {};
    const at = NEST_CONTEXTS.has(String(last)) ? 'debug' : level;
    if (message instanceof Said) {
      const { event, details, sentence } = message;
      this.logger[level]({ event, ...context, ...details }, sentence);
    } else if (message instanceof Error) {
      // Nobody has foreseen it: there is no sentence about it.
      const event = at === 'error' ? ({ event: 'bug' } satisfies { event: LogEvent }) : {};
      this.logger[at]({ ...event, ...context, stack: framesOf(message) }, kindOf(message));
    } else {
      this.logger[at](context, String(message));
    }
  }
}
