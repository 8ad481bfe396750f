import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import {
  COUNTERS,
  DURATIONS,
  GAUGES,
  labelOf,
  type CounterName,
  type GaugeName,
  type LabelledGaugeName,
  type LabelOf,
  type TallyName,
} from './metric-list.js';
import { Count, Tally } from './tally.js';
import { VERSION } from './version.js';

/**
 * prom-client's that are left out: their labels are names of classes, of which nobody has a list, and to make them every
 * socket is looked at.
 */
const LEFT_OUT = ['handles', 'requests', 'resources'].flatMap((what) => [
  `nodejs_active_${what}`,
  `nodejs_active_${what}_total`,
]);

/**
 * The numbers an operator watches; which there are, and what their labels may say, is in metric-list.ts. None carries a name,
 * an address or an id. Counted in plain numbers: Prometheus' objects are filled when somebody asks for them.
 */
@Injectable()
export class Metrics {
  readonly registry = new Registry();

  readonly callsCreated = this.#count('o_to_o_calls_created_total');
  readonly callEvents = this.#tally('o_to_o_call_events_total');
  readonly refused = this.#tally('o_to_o_refused_total');
  readonly limited = this.#tally('o_to_o_limited_total');
  readonly relayed = this.#tally('o_to_o_relayed_total');
  readonly socketsClosed = this.#tally('o_to_o_sockets_closed_total');
  readonly foreignSockets = this.#count('o_to_o_sockets_foreign_total');
  readonly storeConflicts = this.#tally('o_to_o_store_conflicts_total');
  readonly storeFailures = this.#tally('o_to_o_store_failures_total');
  readonly databaseFailures = this.#count('o_to_o_database_failures_total');
  readonly databaseTimeouts = this.#count('o_to_o_database_timeouts_total');
  readonly recordsLost = this.#count('o_to_o_records_lost_total');
  readonly ringsMade = this.#count('o_to_o_rings_made_total');
  readonly ringsOver = this.#tally('o_to_o_rings_over_total');
  readonly pushes = this.#tally('o_to_o_pushes_total');
  readonly requests = this.#tally('o_to_o_http_requests_total');
  readonly stunAnswers = this.#count('o_to_o_stun_answers_total');

  /** Seconds. How many there were is how many entered. */
  readonly joins: Histogram;
  readonly #relays: Histogram<'way'>;

  constructor() {
    collectDefaultMetrics({ register: this.registry });
    for (const name of LEFT_OUT) this.registry.removeSingleMetric(name);
    this.joins = this.#histogram('o_to_o_join_seconds', []);
    this.#relays = this.#histogram('o_to_o_relay_seconds', ['way']);
    for (const way of labelOf('o_to_o_relay_seconds').values) this.#relays.zero({ way });
    this.watchEach('o_to_o_build_info', () => ({ [VERSION]: 1 }));
  }

  relayTook(way: LabelOf<'o_to_o_relay_seconds'>, seconds: number): void {
    this.#relays.observe({ way }, seconds);
  }

  /** @param now is asked when somebody wants to know */
  watch(name: GaugeName, now: () => number): void {
    new Gauge({
      name,
      help: GAUGES[name].help,
      registers: [this.registry],
      collect() {
        this.set(now());
      },
    });
  }

  watchEach<N extends LabelledGaugeName>(name: N, now: () => Record<LabelOf<N>, number>): void {
    const { label, values } = labelOf(name);
    new Gauge({
      name,
      help: GAUGES[name].help,
      labelNames: [label],
      registers: [this.registry],
      collect() {
        const found = now();
        for (const value of values) this.set({ [label]: value }, found[value]);
      },
    });
  }

  #histogram<L extends string>(name: keyof typeof DURATIONS, labelNames: readonly L[]): Histogram<L> {
    const { help, buckets } = DURATIONS[name];
    return new Histogram({ name, help, labelNames, buckets: [...buckets], registers: [this.registry] });
  }

  #count(name: CounterName): Count {
    const count = new Count();
    new Counter({
      name,
      help: COUNTERS[name].help,
      registers: [this.registry],
      collect() {
        this.reset();
        this.inc(count.value);
      },
    });
    return count;
  }

  #tally<N extends TallyName>(name: N): Tally<LabelOf<N>> {
    const { label, values } = labelOf(name);
    const tally = new Tally<LabelOf<N>>(values);
    new Counter({
      name,
      help: COUNTERS[name].help,
      labelNames: [label],
      registers: [this.registry],
      collect() {
        this.reset();
        for (const [value, times] of tally.entries()) this.inc({ [label]: value }, times);
      },
    });
    return tally;
  }
}
