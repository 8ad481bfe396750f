import { Injectable } from '@nestjs/common';
import { Counter, Gauge } from 'prom-client';
import { Metrics } from '../ops/metrics.js';
import { CloseCode } from '../protocol/index.js';

/** Codes a label may take: what else a client closes with would let it invent time series. */
const KNOWN = new Set<number>([...Object.values(CloseCode), 1002, 1005, 1006, 1007]);

const labelOf = (code: number): string => (KNOWN.has(code) ? String(code) : 'other');

/** What an operator sees of the signaling socket. Counted in plain numbers; the metrics are made when somebody asks for them. */
@Injectable()
export class SignalingMetrics {
  readonly #closed = new Map<string, number>();
  #open = 0;

  constructor(private readonly metrics: Metrics) {
    const { registry } = metrics;
    const openNow = () => this.#open;
    const closed = this.#closed;
    new Gauge({
      name: 'o_to_o_sockets',
      help: 'Open signaling sockets',
      registers: [registry],
      collect() {
        this.set(openNow());
      },
    });
    new Counter({
      name: 'o_to_o_sockets_closed_total',
      help: 'Closed signaling sockets, by close code',
      labelNames: ['code'],
      registers: [registry],
      collect() {
        this.reset();
        for (const [code, times] of closed) this.inc({ code }, times);
      },
    });
  }

  watchWaiting(count: () => number): void {
    new Gauge({
      name: 'o_to_o_sockets_waiting',
      help: 'Open signaling sockets that have not entered a call (with RATE_LIMITS=off not counted)',
      registers: [this.metrics.registry],
      collect() {
        this.set(count());
      },
    });
  }

  opened(): void {
    this.#open += 1;
  }

  closed(code: number): void {
    this.#open -= 1;
    const label = labelOf(code);
    this.#closed.set(label, (this.#closed.get(label) ?? 0) + 1);
  }
}
