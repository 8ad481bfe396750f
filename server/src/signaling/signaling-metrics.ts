import { Injectable } from '@nestjs/common';
import { Metrics } from '../ops/metrics.js';
import { labelOf } from '../ops/metric-list.js';
import { ConnectionRegistry } from './connection-registry.js';

/** Codes a label may take: what else a client closes with would let it invent time series. */
const KNOWN = new Set<string>(labelOf('o_to_o_sockets_closed_total').values);

/** Of so many messages one is measured: the others cost nothing. */
const ONE_OF = 16;

/** What an operator sees of the signaling socket. Counted in plain numbers, and in one place looked up when somebody asks. */
@Injectable()
export class SignalingMetrics {
  #open = 0;
  #turn = 0;

  constructor(
    private readonly metrics: Metrics,
    registry: ConnectionRegistry,
  ) {
    metrics.watch('o_to_o_sockets', () => this.#open);
    metrics.watch('o_to_o_sockets_attending', () => registry.attending());
    metrics.watchEach('o_to_o_calls', () => registry.callsByPhase());
  }

  watchWaiting(count: () => number): void {
    this.metrics.watch('o_to_o_sockets_waiting', count);
  }

  watchStopping(isStopping: () => boolean): void {
    this.metrics.watch('o_to_o_stopping', () => Number(isStopping()));
  }

  opened(): void {
    this.#open += 1;
  }

  closed(code: number): void {
    this.#open -= 1;
    this.metrics.socketsClosed.inc(KNOWN.has(String(code)) ? String(code) : 'other');
  }

  /** @param since when the wish was read, by `performance.now()` */
  joined(since: number): void {
    this.metrics.joins.observe((performance.now() - since) / 1000);
  }

  /** Handed to a socket of this process. @param since when it was read, by `performance.now()` */
  relayedHere(since: number): void {
    this.metrics.relayed.inc('here');
    this.#turn = (this.#turn + 1) % ONE_OF;
    if (this.#turn === 1) this.metrics.relayTook('here', (performance.now() - since) / 1000);
  }

  /** Handed to the store, for another process. */
  relayedAway(): void {
    this.metrics.relayed.inc('store');
  }
}
