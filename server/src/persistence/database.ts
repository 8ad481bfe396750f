import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { DataSource, EntityManager } from 'typeorm';
import type { DatabaseSource } from '../config/app-config.js';
import { AwayWatch } from '../ops/away-watch.js';
import { kindOf } from '../ops/error-kind.js';
import type { Metrics } from '../ops/metrics.js';
import { pause, waitAfter, type Backoff } from './backoff.js';
import { dataSourceFor } from './data-source.js';
import { isAway } from './database-away.js';
import { DatabaseAway } from './database-unavailable.js';
import { Gate } from './gate.js';
import { holdDataDir, type DataDirHold, type EmbeddedPostgres } from './embedded-postgres.js';
import { upToDate } from './up-to-date.js';

/** Connections that are left for the records of calls, written one batch at a time, and for health. */
const SPARE = 2;
/**
 * Questions at a time. A rush of callers waits here and not for a connection: the records of calls, which are written beside it,
 * find one. The embedded database answers one at a time.
 */
const atATime = (where: DatabaseSource): number =>
  where.is === 'embedded' ? 1 : Math.max(1, where.pool - SPARE);
/** ms somebody waits for their turn; then it is as if it were away. */
const PATIENCE_MS = 10_000;

const RECONNECT: Backoff = { firstMs: 250, maxMs: 10_000 };

type State =
  | { readonly is: 'starting' }
  | { readonly is: 'open'; readonly source: DataSource; readonly embedded: EmbeddedPostgres | null }
  | { readonly is: 'closed' };

/**
 * The way to the database, which may come later than the server and go away in between. It opens by itself, brings the
 * tables up to date, and is closed last.
 */
export class Database implements OnApplicationShutdown {
  readonly #logger = new Logger(Database.name);
  readonly #stopping = new AbortController();
  readonly #watch = new AwayWatch({
    name: 'PostgreSQL',
    events: { away: 'database-away', back: 'database-back', failing: 'database-failing' },
    meanwhile: 'Calls work; their records are written when it is back. Nobody can be rung.',
    ping: () => this.ping(),
  });
  readonly #hold: DataDirHold | null;
  readonly #gate: Gate;
  #state: State = { is: 'starting' };
  #opening: Promise<void> | null = null;

  /** Reserves the data folder at once: a second process must learn of it before it opens anything. */
  constructor(
    private readonly where: DatabaseSource,
    private readonly metrics?: Metrics,
  ) {
    this.#gate = new Gate(atATime(where), PATIENCE_MS, () => {
      metrics?.databaseTimeouts.inc();
      return new DatabaseAway();
    });
    metrics?.watch('o_to_o_database_up', () => (this.#state.is === 'open' && this.#watch.isUp ? 1 : 0));
    metrics?.watch('o_to_o_database_waiting', () => this.#gate.waiting);
    this.#hold = where.is === 'embedded' ? holdDataDir(where.dataDir) : null;
  }

  /**
   * Opens the embedded database, or keeps trying to reach the other one. Resolves when it is open, or after the first
   * failure to reach it (it goes on trying).
   * @throws StartupProblem when the embedded one cannot be opened
   */
  open(): Promise<void> {
    this.#opening ??= this.#hold === null ? this.#reach() : this.#openEmbedded(this.#hold);
    return this.#opening;
  }

  /** @throws DatabaseAway before it was reached for the first time */
  get source(): DataSource {
    if (this.#state.is === 'open') return this.#state.source;
    throw new DatabaseAway();
  }

  /** @throws DatabaseAway when it cannot be asked now, or went away meanwhile; what was asked may have been done. */
  async ask<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const { manager } = this.source;
    try {
      return await this.#gate.pass(() => work(manager));
    } catch (error) {
      if (error instanceof DatabaseAway || !isAway(error)) throw error;
      this.suspect(error);
      throw new DatabaseAway(error);
    }
  }

  /** Something that was asked of it failed. */
  suspect(error: unknown): void {
    this.metrics?.databaseFailures.inc();
    this.#watch.suspect(error);
  }

  /** As `ask`, all or nothing. What is asked in it goes over one connection: asking `this` meanwhile could wait for ever. */
  together<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.ask((manager) => manager.transaction(work));
  }

  /** Rejects when nothing can be asked of it now. */
  async ping(): Promise<void> {
    await this.source.query('SELECT 1');
  }

  async onApplicationShutdown(): Promise<void> {
    this.#stopping.abort();
    this.#watch.close();
    // Whoever opened it has heard why it failed.
    await this.#opening?.catch(() => undefined);
    const state = this.#state;
    this.#state = { is: 'closed' };
    if (state.is === 'open') {
      await state.source.destroy();
      await state.embedded?.stop();
    }
    this.#hold?.release();
  }

  async #openEmbedded(hold: DataDirHold): Promise<void> {
    const embedded = await hold.open();
    try {
      const { host, port } = embedded;
      const source = dataSourceFor({ is: 'socket', host, port }, this.#connectionLost);
      await source.initialize();
      // Nobody else is here: this process alone has the folder.
      await source.runMigrations();
      this.#state = { is: 'open', source, embedded };
    } catch (error) {
      await embedded.stop();
      throw error;
    }
  }

  async #reach(): Promise<void> {
    const problem = await this.#tried();
    if (problem === null) return;
    this.#watch.suspect(problem.error);
    void this.#keepTrying();
  }

  async #keepTrying(): Promise<void> {
    const { signal } = this.#stopping;
    for (let tries = 1; ; tries += 1) {
      await pause(waitAfter(tries, RECONNECT), signal);
      if (signal.aborted) return;
      if ((await this.#tried()) === null) return;
    }
  }

  /** One try to connect and migrate; null: done, otherwise what is in the way. */
  async #tried(): Promise<{ readonly error: unknown } | null> {
    const { where } = this;
    if (where.is !== 'postgres') return null;
    try {
      const { source } = await upToDate(where, this.#connectionLost);
      if (this.#stopping.signal.aborted) await source.destroy();
      else this.#state = { is: 'open', source, embedded: null };
      return null;
    } catch (error) {
      return { error };
    }
  }

  readonly #connectionLost = (error: unknown): void => {
    this.#logger.debug(`a connection was lost: ${kindOf(error)}`);
    this.#watch.suspect(error);
  };
}
