import { randomUUID } from 'node:crypto';
import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../config/app-config.js';
import { kindOf } from '../ops/error-kind.js';
import { say } from '../ops/log-events.js';
import { Metrics } from '../ops/metrics.js';
import { Database } from '../persistence/database.js';
import { DatabaseAway } from '../persistence/database-unavailable.js';
import { isAway } from '../persistence/database-away.js';
import type { CallEvent } from '../presence/call-machine.js';
import type { CallRecorder } from '../presence/call-recorder.js';
import { callNamer, recordsOf, type Happening, type RecordedEvent } from './call-record.js';
import { RECORD_QUEUE, RecordQueue } from './record-queue.js';
import { writeRecords } from './record-writer.js';

/** ms a stopping server spends on what is not written yet; an orchestrator kills it after 30 s. */
const LAST_WRITES_MS = 3_000;

/** What happened in calls, on its way to the database. Nobody ever waits for it. */
@Injectable()
export class CallRecords implements CallRecorder, OnApplicationShutdown {
  readonly #logger = new Logger(CallRecords.name);
  readonly #queue: RecordQueue<Happening>;

  constructor(
    database: Database,
    @Inject(APP_CONFIG) config: AppConfig,
    private readonly metrics: Metrics,
  ) {
    const nameOf = callNamer(config.serverSecret);
    // The manager is asked for first: while the database was never there, nothing else is done in vain.
    const write = async (batch: readonly Happening[]) =>
      writeRecords(database.source.manager, recordsOf(batch, nameOf));
    this.#queue = new RecordQueue(write, RECORD_QUEUE, {
      lost: (records) => {
        metrics.recordsLost.inc(records);
      },
      stuck: (error) => {
        this.#logger.debug(`records of calls wait until they can be written: ${kindOf(error)}`);
        if (isAway(error)) database.suspect(error);
        else if (!(error instanceof DatabaseAway)) this.#logger.error(error);
      },
      flowing: (lost) => {
        if (lost > 0)
          say(
            this.#logger,
            'records-lost',
            `${lost} records of calls were lost: the database was away for too long.`,
            { lost },
          );
      },
    });
    metrics.watch('o_to_o_records_waiting', () => this.#queue.size);
  }

  created(callId: string, at: number): void {
    this.metrics.callsCreated.inc();
    this.#add(callId, 'created', at);
  }

  event(callId: string, event: CallEvent, at: number): void {
    this.metrics.callEvents.inc(event);
    this.#add(callId, event, at);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#queue.close(LAST_WRITES_MS);
  }

  #add(callId: string, event: RecordedEvent, at: number): void {
    this.#queue.add({ id: randomUUID(), callId, event, at });
  }
}
