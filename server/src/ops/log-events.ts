import type { LoggerService } from '@nestjs/common';

type Level = 'fatal' | 'error' | 'warn' | 'info';

/** The lines that programs look for, each with its level; what they mean is in docs/logs.md. A code never changes its meaning. */
export const LOG_EVENTS = {
  started: 'info',
  stopping: 'info',
  stopped: 'info',
  'store-away': 'warn',
  'store-back': 'info',
  'store-failing': 'warn',
  'database-away': 'warn',
  'database-back': 'info',
  'database-failing': 'warn',
  'records-lost': 'error',
  'retention-failed': 'warn',
  'push-failing': 'warn',
  'stun-port-taken': 'warn',
  'stun-failing': 'warn',
  bug: 'error',
  'stop-too-slow': 'error',
  'stop-failed': 'error',
  failed: 'fatal',
} as const satisfies Record<string, Level>;

export type LogEvent = keyof typeof LOG_EVENTS;

/** What stands in a line beside its sentence: numbers, words of our own. */
export type Details = Readonly<Record<string, string | number>>;

/** A line with a code for programs and a sentence for people. */
export class Said {
  constructor(
    readonly event: LogEvent,
    readonly sentence: string,
    readonly details: Details = {},
  ) {}

  toString(): string {
    return `${this.sentence} [${this.event}]`;
  }
}

/** Nest's names of the levels. */
const METHODS = { fatal: 'fatal', error: 'error', warn: 'warn', info: 'log' } as const;

/** Writes such a line at its level. */
export function say(
  logger: Required<Pick<LoggerService, 'fatal' | 'error' | 'warn' | 'log'>>,
  event: LogEvent,
  sentence: string,
  details: Details = {},
): void {
  logger[METHODS[LOG_EVENTS[event]]](new Said(event, sentence, details));
}
