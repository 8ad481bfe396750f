import { Injectable } from '@nestjs/common';
import { Counter, Gauge } from 'prom-client';
import { Metrics } from '../ops/metrics.js';
import { CloseCode } from '../protocol/index.js';

/** Codes a label may take: what else a client closes with would let it invent time series. */
const KNOWN = new Set<number>([...Object.values(CloseCode), 1002, 1005, 1006, 1007]);

/** What an operator sees of the signaling socket. */
@Injectable()
export class SignalingMetrics {
  readonly #sockets: Gauge;
  readonly #closed: Counter<'code'>;

  constructor({ registry }: Metrics) {
    this.#sockets = new Gauge({
      name: 'o_to_o_sockets',
      help: 'Open signaling sockets',
      registers: [registry],
    });
    this.#closed = new Counter({
      name: 'o_to_o_sockets_closed_total',
      help: 'Closed signaling sockets, by close code',
      labelNames: ['code'],
      registers: [registry],
    });
  }

  opened(): void {
    this.#sockets.inc();
  }

  closed(code: number): void {
    this.#sockets.dec();
    this.#closed.inc({ code: KNOWN.has(code) ? String(code) : 'other' });
  }
}
