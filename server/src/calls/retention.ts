import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../config/app-config.js';
import { kindOf } from '../ops/error-kind.js';
import { say } from '../ops/log-events.js';
import { Database } from '../persistence/database.js';
import { DatabaseAway } from '../persistence/database-unavailable.js';
import { deleteRecordsBefore } from './record-writer.js';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** Right after the start the database is not open yet. */
const FIRST_SWEEP_MS = 60_000;

/** Deletes what is older than RETENTION_DAYS, every hour. Servers that share a database may all do it. */
@Injectable()
export class Retention implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #logger = new Logger(Retention.name);
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly database: Database,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {}

  onApplicationBootstrap(): void {
    this.#sweepIn(FIRST_SWEEP_MS);
  }

  onApplicationShutdown(): void {
    clearTimeout(this.#timer);
  }

  /** Deletes what is too old at `now` (ms since 1970). */
  async sweep(now: number): Promise<number> {
    const before = new Date(now - this.config.retentionDays * DAY_MS);
    return deleteRecordsBefore(this.database.source.manager, before);
  }

  #sweepIn(ms: number): void {
    this.#timer = setTimeout(() => void this.#sweepAndGoOn(), ms).unref();
  }

  async #sweepAndGoOn(): Promise<void> {
    try {
      await this.sweep(Date.now());
    } catch (error) {
      if (!(error instanceof DatabaseAway)) {
        const sentence = `Old records were not deleted: ${kindOf(error)}. It is tried again in an hour.`;
        say(this.#logger, 'retention-failed', sentence);
      }
    }
    this.#sweepIn(HOUR_MS);
  }
}
