/** Series by name and labels, with their values minute by minute, as promtool writes them. */
export type Series = Readonly<Record<string, string>>;

export interface AlertCase {
  /** With these it fires at this time … */
  readonly fires: Series;
  readonly at: string;
  /** … with these labels beside its severity. */
  readonly labels?: Readonly<Record<string, string>>;
  /** With any of these it does not, at the same time. */
  readonly silent: readonly Series[];
}

const A = 'job="server",instance="a:9464"';
const B = 'job="server",instance="b:9464"';
const BUILT = { [`o_to_o_build_info{${A},version="1"}`]: '1x99' };
const ON_A = { job: 'server', instance: 'a:9464' };

/** How many were how quick: `le` → how many more each minute. */
const buckets = (name: string, labels: string, perMinute: Readonly<Record<string, number>>): Series =>
  Object.fromEntries(
    Object.entries(perMinute).map(([le, count]) => [`${name}_bucket{${labels}le="${le}"}`, `0+${count}x99`]),
  );

/** One for each alert: numbers with which somebody has to come, and such with which nobody has. */
export const ALERT_CASES: Readonly<Record<string, AlertCase>> = {
  OToOGone: { fires: { up: '0x99' }, at: '4m', silent: [BUILT] },
  OToOStoreAway: {
    fires: { [`o_to_o_store_up{${A}}`]: '1 0x99', [`o_to_o_store_up{${B}}`]: '0x99' },
    at: '3m',
    silent: [
      { [`o_to_o_store_up{${A}}`]: '0x99', [`o_to_o_store_up{${B}}`]: '1x99' },
      { [`o_to_o_store_up{${A}}`]: '1 1 0 1 0 1x99' },
    ],
  },
  OToOStoreCutOff: {
    fires: { [`o_to_o_store_up{${A}}`]: '0x99', [`o_to_o_store_up{${B}}`]: '1x99' },
    at: '6m',
    labels: { job: 'server' },
    silent: [
      { [`o_to_o_store_up{${A}}`]: '0x99', [`o_to_o_store_up{${B}}`]: '0x99' },
      { [`o_to_o_store_up{${A}}`]: '1x99', [`o_to_o_store_up{${B}}`]: '1x99' },
    ],
  },
  OToOStoreFailing: {
    fires: {
      [`o_to_o_store_failures_total{${A},command="swap"}`]: '0+120x99',
      [`o_to_o_store_up{${A}}`]: '1x99',
    },
    at: '16m',
    silent: [
      {
        [`o_to_o_store_failures_total{${A},command="ping"}`]: '0+120x99',
        [`o_to_o_store_up{${A}}`]: '0x99',
      },
      { [`o_to_o_store_failures_total{${A},command="swap"}`]: '0+2x99', [`o_to_o_store_up{${A}}`]: '1x99' },
    ],
  },
  OToOJoinsFail: {
    fires: {
      [`o_to_o_refused_total{${A},reason="unavailable"}`]: '0+10x99',
      [`o_to_o_join_seconds_count{${B}}`]: '0+90x99',
    },
    at: '12m',
    silent: [
      {
        [`o_to_o_refused_total{${A},reason="unavailable"}`]: '0+1x99',
        [`o_to_o_join_seconds_count{${B}}`]: '0+90x99',
      },
      // A third person is not let in: so it should be.
      {
        [`o_to_o_refused_total{${A},reason="unavailable"}`]: '0x99',
        [`o_to_o_refused_total{${A},reason="full"}`]: '0+90x99',
        [`o_to_o_join_seconds_count{${B}}`]: '0+90x99',
      },
    ],
  },
  OToOJoinsSlow: {
    fires: buckets('o_to_o_join_seconds', `${A},`, { '1': 90, '2.5': 100, '+Inf': 100 }),
    at: '25m',
    silent: [buckets('o_to_o_join_seconds', `${A},`, { '0.01': 50, '0.5': 100, '1': 100, '+Inf': 100 })],
  },
  OToORelaySlow: {
    fires: buckets('o_to_o_relay_seconds', `${A},way="store",`, { '0.25': 90, '1': 100, '+Inf': 100 }),
    at: '25m',
    labels: { way: 'store' },
    silent: [buckets('o_to_o_relay_seconds', `${A},way="store",`, { '0.01': 90, '0.05': 100, '+Inf': 100 })],
  },
  OToOForeignPages: {
    fires: { [`o_to_o_sockets_foreign_total{${A}}`]: '0+10x99', [`o_to_o_join_seconds_count{${A}}`]: '5x99' },
    at: '25m',
    silent: [
      { [`o_to_o_sockets_foreign_total{${A}}`]: '0+10x99', [`o_to_o_join_seconds_count{${A}}`]: '0+1x99' },
      { [`o_to_o_sockets_foreign_total{${A}}`]: '3x99', [`o_to_o_join_seconds_count{${A}}`]: '0x99' },
    ],
  },
  OToOLimited: {
    fires: { [`o_to_o_limited_total{${A},what="enter"}`]: '0+600x99' },
    at: '30m',
    silent: [{ [`o_to_o_limited_total{${A},what="enter"}`]: '0+60x99' }],
  },
  OToOErrors: {
    fires: { [`o_to_o_http_requests_total{${A},status="500"}`]: '0x5 1x99' },
    at: '10m',
    silent: [
      { [`o_to_o_http_requests_total{${A},status="500"}`]: '4x99' },
      { [`o_to_o_http_requests_total{${A},status="404"}`]: '0+9x99' },
    ],
  },
  OToODatabaseAway: {
    fires: { [`o_to_o_database_up{${A}}`]: '0x99' },
    at: '6m',
    silent: [
      { [`o_to_o_database_up{${A}}`]: '0 0 0 0 1x99' },
      { [`o_to_o_database_up{${A}}`]: '0x99', [`o_to_o_database_up{${B}}`]: '1x99' },
    ],
  },
  OToODatabaseSlow: {
    fires: { [`o_to_o_database_timeouts_total{${A}}`]: '0+1x99' },
    at: '15m',
    silent: [{ [`o_to_o_database_timeouts_total{${A}}`]: '7x99' }],
  },
  OToORecordsWait: {
    fires: { [`o_to_o_records_waiting{${A}}`]: '6000x99' },
    at: '6m',
    silent: [{ [`o_to_o_records_waiting{${A}}`]: '4000x99', [`o_to_o_records_waiting{${B}}`]: '4000x99' }],
  },
  OToORecordsLost: {
    fires: { [`o_to_o_records_lost_total{${A}}`]: '0 0 5x99' },
    at: '5m',
    silent: [{ [`o_to_o_records_lost_total{${A}}`]: '5x99' }],
  },
  OToOPushesFail: {
    fires: {
      [`o_to_o_pushes_total{${A},outcome="failed"}`]: '0+2x99',
      [`o_to_o_pushes_total{${A},outcome="down"}`]: '0+2x99',
      [`o_to_o_pushes_total{${A},outcome="sent"}`]: '0+3x99',
    },
    at: '40m',
    silent: [
      {
        [`o_to_o_pushes_total{${A},outcome="failed"}`]: '0+1x99',
        [`o_to_o_pushes_total{${A},outcome="sent"}`]: '0+9x99',
      },
      // A single one, at night.
      {
        [`o_to_o_pushes_total{${A},outcome="failed"}`]: '0x24 1x99',
        [`o_to_o_pushes_total{${A},outcome="sent"}`]: '0x99',
      },
    ],
  },
  OToOConflicts: {
    fires: { [`o_to_o_store_conflicts_total{${A},outcome="given-up"}`]: '0 1x99' },
    at: '5m',
    silent: [
      {
        [`o_to_o_store_conflicts_total{${A},outcome="given-up"}`]: '0x99',
        [`o_to_o_store_conflicts_total{${A},outcome="retried"}`]: '0+9x99',
      },
    ],
  },
  OToORestarts: {
    fires: { ...BUILT, [`process_start_time_seconds{${A}}`]: '100 200 300 400x99' },
    at: '10m',
    labels: ON_A,
    silent: [
      { ...BUILT, [`process_start_time_seconds{${A}}`]: '100 200x99' },
      // Another program, of which somebody else takes care.
      { ...BUILT, 'process_start_time_seconds{job="other",instance="a:1"}': '100 200 300 400x99' },
    ],
  },
  OToOEventLoopSlow: {
    fires: { ...BUILT, [`nodejs_eventloop_lag_p99_seconds{${A}}`]: '0.5x99' },
    at: '15m',
    labels: ON_A,
    silent: [
      { ...BUILT, [`nodejs_eventloop_lag_p99_seconds{${A}}`]: '0.5 0.5 0.02x99' },
      { ...BUILT, 'nodejs_eventloop_lag_p99_seconds{job="other",instance="a:1"}': '0.5x99' },
    ],
  },
  OToOFilesScarce: {
    fires: { ...BUILT, [`process_open_fds{${A}}`]: '900x99', [`process_max_fds{${A}}`]: '1000x99' },
    at: '15m',
    labels: ON_A,
    silent: [{ ...BUILT, [`process_open_fds{${A}}`]: '700x99', [`process_max_fds{${A}}`]: '1000x99' }],
  },
  OToOVersionsMixed: {
    fires: { ...BUILT, [`o_to_o_build_info{${B},version="2"}`]: '1x99' },
    at: '65m',
    silent: [
      { ...BUILT, [`o_to_o_build_info{${B},version="1"}`]: '1x99' },
      { ...BUILT, [`o_to_o_build_info{${B},version="2"}`]: '_x30 1x99' },
    ],
  },
};
