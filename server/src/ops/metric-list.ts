import { CloseCode } from '../protocol/index.js';
import { VERSION } from './version.js';

/** The only values a label can take: none comes from a client, so nobody can make time series, and none names anybody. */
interface Label {
  readonly label: string;
  readonly values: readonly string[];
}

interface Described {
  readonly help: string;
  readonly by?: Label;
}

/** Answers a server gives; what libraries answer besides is `other`. */
const STATUSES = [
  ...['200', '201', '204', '206', '304', '400', '401', '403', '404', '405', '409'],
  ...['413', '415', '416', '429', '431', '500', '503', 'other'],
] as const;

/** What ws itself closes with, beside our own. */
const CLOSED_BY_WS = ['1002', '1005', '1006', '1007'] as const;

/** Only ever grows. */
export const COUNTERS = {
  o_to_o_calls_created_total: { help: 'Calls made' },
  o_to_o_call_events_total: {
    help: 'What happened in calls of two',
    by: { label: 'event', values: ['met', 'dropped', 'returned', 'ended'] },
  },
  o_to_o_refused_total: {
    help: 'Sockets that were refused what they asked for, by reason',
    by: {
      label: 'reason',
      values: ['full', 'displaced', 'unknown-call', 'unavailable', 'too-many-requests', 'bad-message'],
    },
  },
  o_to_o_limited_total: {
    help: 'Times somebody was told to come back later, by what they wanted too often',
    by: {
      label: 'what',
      values: ['connect', 'enter', 'make', 'ask', 'guess', 'ring', 'ring-one'],
    },
  },
  o_to_o_relayed_total: {
    help: 'Messages handed on from one person to the other: to a socket here, or through the store to another process',
    by: { label: 'way', values: ['here', 'store'] },
  },
  o_to_o_sockets_closed_total: {
    help: 'Closed signaling sockets, by close code',
    by: { label: 'code', values: [...Object.values(CloseCode).map(String), ...CLOSED_BY_WS, 'other'] },
  },
  o_to_o_sockets_foreign_total: {
    help: 'Signaling sockets that were not opened: a page of another origin asked',
  },
  o_to_o_store_conflicts_total: {
    help: 'Changes of a call that met another one: tried again, or given up after many tries',
    by: { label: 'outcome', values: ['retried', 'given-up'] },
  },
  o_to_o_store_failures_total: {
    help: 'Commands to the store of calls (Redis) that failed; some are tried again',
    by: { label: 'command', values: ['load', 'swap', 'publish', 'subscribe', 'unsubscribe', 'ping'] },
  },
  o_to_o_database_failures_total: { help: 'Questions to the database that failed because it was away' },
  o_to_o_database_timeouts_total: { help: 'Questions that waited too long for their turn at the database' },
  o_to_o_records_lost_total: {
    help: 'Records of calls that were never written because the database was away for too long',
  },
  o_to_o_rings_made_total: { help: 'Rings made' },
  o_to_o_rings_over_total: {
    help: 'Rings by how they ended',
    by: { label: 'how', values: ['answered', 'declined', 'busy', 'missed', 'cancelled', 'closed'] },
  },
  o_to_o_pushes_total: {
    help: 'Messages to push services, by what became of them',
    by: { label: 'outcome', values: ['sent', 'gone', 'busy', 'down', 'failed', 'refused', 'forbidden'] },
  },
  o_to_o_http_requests_total: {
    help: 'Answered HTTP requests to the API, by status',
    by: { label: 'status', values: STATUSES },
  },
  o_to_o_stun_answers_total: {
    help: 'Browsers that were told their own address by the embedded STUN responder',
  },
} as const satisfies Record<string, Described>;

/** Goes up and down. */
export const GAUGES = {
  o_to_o_build_info: { help: 'Always 1; which version this is', by: { label: 'version', values: [VERSION] } },
  o_to_o_stopping: { help: '1 while the server stops and moves its sockets away' },
  o_to_o_sockets: { help: 'Open signaling sockets' },
  o_to_o_sockets_waiting: {
    help: 'Open signaling sockets that have not entered a call (with RATE_LIMITS=off not counted)',
  },
  o_to_o_sockets_attending: { help: 'Open signaling sockets of pages that wait to be rung' },
  o_to_o_calls: {
    help: 'Calls somebody is in, by phase; of a call of two each process counts half for each of its own sockets',
    by: { label: 'phase', values: ['waiting', 'live', 'interrupted'] },
  },
  o_to_o_store_up: { help: '1 while the store of calls (Redis) answers' },
  o_to_o_database_up: { help: '1 while the database answers' },
  o_to_o_database_waiting: { help: 'Questions that wait for their turn at the database' },
  o_to_o_records_waiting: { help: 'Records of calls that wait to be written' },
} as const satisfies Record<string, Described>;

/** How long things take, seconds. */
export const DURATIONS = {
  o_to_o_join_seconds: {
    help: 'From the wish to enter a call to the seat',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
  },
  o_to_o_relay_seconds: {
    help: 'Of every sixteenth message: from its reading to the other socket here, or through the store and back',
    by: { label: 'way', values: ['here', 'store'] },
    buckets: [0.00002, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1, 5],
  },
} as const satisfies Record<string, Described & { readonly buckets: readonly number[] }>;

type Lists = typeof COUNTERS & typeof GAUGES & typeof DURATIONS;
/** What the label of this metric may say; never: it has none. */
export type LabelOf<N extends keyof Lists> = Lists[N] extends {
  readonly by: { readonly values: readonly (infer V extends string)[] };
}
  ? V
  : never;

/** Those with a label. */
type LabelledName = { [N in keyof Lists]: LabelOf<N> extends never ? never : N }[keyof Lists];
export type CounterName = Exclude<keyof typeof COUNTERS, LabelledName>;
export type TallyName = Extract<keyof typeof COUNTERS, LabelledName>;
export type GaugeName = Exclude<keyof typeof GAUGES, LabelledName>;
export type LabelledGaugeName = Extract<keyof typeof GAUGES, LabelledName>;

/** All that the label of this metric can say. */
export function labelOf<N extends LabelledName>(
  name: N,
): { readonly label: string; readonly values: readonly LabelOf<N>[] } {
  const lists: Readonly<Record<LabelledName, { readonly by: Label }>> = {
    ...COUNTERS,
    ...GAUGES,
    ...DURATIONS,
  };
  const { label, values } = lists[name].by;
  // Which texts these are is what LabelOf says; TypeScript cannot follow it through a name that is a parameter.
  return { label, values: values as readonly LabelOf<N>[] };
}
