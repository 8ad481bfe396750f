import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';

/** The numbers an operator watches. None carries a name, an address or an id. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();

  readonly callsCreated = new Counter({
    name: 'o_to_o_calls_created_total',
    help: 'Calls made',
    registers: [this.registry],
  });

  readonly callEvents = new Counter({
    name: 'o_to_o_call_events_total',
    help: 'What happened in calls of two: met, dropped, returned, ended',
    labelNames: ['event'] as const,
    registers: [this.registry],
  });

  readonly recordsLost = new Counter({
    name: 'o_to_o_records_lost_total',
    help: 'Records of calls that were never written because the database was away for too long',
    registers: [this.registry],
  });

  readonly requests = new Counter({
    name: 'o_to_o_http_requests_total',
    help: 'Answered HTTP requests to the API, by status',
    labelNames: ['status'] as const,
    registers: [this.registry],
  });

  readonly pushes = new Counter({
    name: 'o_to_o_pushes_total',
    help: 'Messages to push services, by what became of them: sent, gone, busy, down, failed, refused, forbidden',
    labelNames: ['outcome'] as const,
    registers: [this.registry],
  });

  readonly ringsOver = new Counter({
    name: 'o_to_o_rings_over_total',
    help: 'Rings by how they ended: answered, declined, busy, missed, cancelled, closed',
    labelNames: ['how'] as const,
    registers: [this.registry],
  });

  readonly stunAnswers = new Counter({
    name: 'o_to_o_stun_answers_total',
    help: 'Browsers that were told their own address by the embedded STUN responder',
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  /** Records of calls that wait to be written. */
  watchRecordsWaiting(count: () => number): void {
    new Gauge({
      name: 'o_to_o_records_waiting',
      help: 'Records of calls that wait to be written',
      registers: [this.registry],
      collect() {
        this.set(count());
      },
    });
  }
}
