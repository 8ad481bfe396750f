import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { removeFolder, temporaryFolder, until } from '../../../e2e/support/child.js';
import { CallIds } from '../presence/call-id.js';
import { newHolder, Page } from '../signaling/testing/page.js';
import { COUNTERS, DURATIONS, GAUGES } from './metric-list.js';
import { Exposition } from './testing/exposition.js';
import { startWholeApp, type RunningApp } from './testing/running-app.js';
import { VERSION } from './version.js';

/** What prom-client tells of the process, with all that its labels can say. */
const OF_THE_PROCESS: Readonly<Record<string, Readonly<Record<string, RegExp>>>> = {
  process_cpu_user_seconds_total: {},
  process_cpu_system_seconds_total: {},
  process_cpu_seconds_total: {},
  process_start_time_seconds: {},
  process_resident_memory_bytes: {},
  process_virtual_memory_bytes: {},
  process_heap_bytes: {},
  process_open_fds: {},
  process_max_fds: {},
  nodejs_eventloop_lag_seconds: {},
  nodejs_eventloop_lag_min_seconds: {},
  nodejs_eventloop_lag_max_seconds: {},
  nodejs_eventloop_lag_mean_seconds: {},
  nodejs_eventloop_lag_stddev_seconds: {},
  nodejs_eventloop_lag_p50_seconds: {},
  nodejs_eventloop_lag_p90_seconds: {},
  nodejs_eventloop_lag_p99_seconds: {},
  nodejs_heap_size_total_bytes: {},
  nodejs_heap_size_used_bytes: {},
  nodejs_external_memory_bytes: {},
  nodejs_heap_space_size_total_bytes: { space: /^[a-z_]+$/ },
  nodejs_heap_space_size_used_bytes: { space: /^[a-z_]+$/ },
  nodejs_heap_space_size_available_bytes: { space: /^[a-z_]+$/ },
  nodejs_version_info: { version: /^v\d+\.\d+\.\d+$/, major: /^\d+$/, minor: /^\d+$/, patch: /^\d+$/ },
  nodejs_gc_duration_seconds: { kind: /^(?:major|minor|incremental|weakcb)$/, le: /^(?:[\d.]+|\+Inf)$/ },
};

interface Listed {
  readonly help: string;
  readonly by?: { readonly label: string; readonly values: readonly string[] };
  readonly buckets?: readonly number[];
}
const OURS: Readonly<Record<string, Listed>> = { ...COUNTERS, ...GAUGES, ...DURATIONS };

const baseOf = (name: string): string => {
  const base = name.replace(/_(?:bucket|sum|count)$/, '');
  return base in DURATIONS || base === 'nodejs_gc_duration_seconds' ? base : name;
};

let server: RunningApp;
const folder = temporaryFolder('metrics');
beforeAll(async () => {
  server = await startWholeApp({}, { clientDir: folder });
});
afterAll(async () => {
  await server.stop();
  removeFolder(folder);
});

const open = (options = {}) => Page.open(`${server.url.replace('http', 'ws')}/api/signal`, options);
const seen = () => Exposition.of(server.url);

const newCall = (): string => server.app.get(CallIds, { strict: false }).make(Date.now());

describe('the metrics', () => {
  it('are exactly those that are listed', async () => {
    expect([...(await seen()).names].sort()).toEqual(
      [...Object.keys(OURS), ...Object.keys(OF_THE_PROCESS)].sort(),
    );
  });

  it('have labels that can only say what is listed, and say all of it from the start', async () => {
    const found = new Map<string, Set<string>>();
    for (const { name, labels } of (await seen()).samples) {
      const base = baseOf(name);
      const ours = OURS[base];
      for (const [label, value] of Object.entries(labels)) {
        if (!ours) expect(value, `${name} ${label}`).toMatch(OF_THE_PROCESS[base]?.[label] ?? /^none$/);
        else if (label === 'le') expect([...(ours.buckets ?? []).map(String), '+Inf']).toContain(value);
        else found.set(base, (found.get(base) ?? new Set()).add(`${label}=${value}`));
      }
    }
    const listed = Object.entries(OURS).flatMap(([name, { by }]) =>
      by ? [[name, new Set(by.values.map((value) => `${by.label}=${value}`))] as const] : [],
    );
    expect(found).toEqual(new Map(listed));
  });

  it('are explained in docs/metrics.md, all of them with all that their labels can say, and no others', () => {
    const text = readFileSync(new URL('../../../docs/metrics.md', import.meta.url), 'utf8');
    const rows = [...text.matchAll(/^\| `(o_to_o_\w+)` +\| (counter|gauge|histogram) +\| ([^|]*) \|/gm)];
    const documented = rows.map(([, name, type, labels = '']) => [name, type, labels.trim()]);
    const listOf = (list: Readonly<Record<string, Listed>>, type: string) =>
      Object.entries(list).map(([name, { by }]) => {
        const values = by?.values.map((value) => (value === VERSION ? 'the version' : `\`${value}\``));
        return [name, type, by && values ? `\`${by.label}\`: ${values.join(' ')}` : ''];
      });
    const listed = [
      ...listOf(COUNTERS, 'counter'),
      ...listOf(GAUGES, 'gauge'),
      ...listOf(DURATIONS, 'histogram'),
    ];
    expect(documented.sort()).toEqual(listed.sort());
  });

  it('tell how many calls there are in which phase, who joined, what was handed on, and who was refused', async () => {
    const before = await seen();
    const callId = newCall();
    const ann = await open();
    await ann.enter(callId);
    expect((await seen()).sum('o_to_o_calls', { phase: 'waiting' })).toBe(1);
    const ben = await open();
    await ben.enter(callId);
    await ann.until('peer');
    const live = await seen();
    expect(live.sum('o_to_o_calls', { phase: 'live' })).toBe(1);
    expect(live.sum('o_to_o_calls')).toBe(1);
    ann.relay('a payload');
    await ben.until('relay');
    const third = await open();
    third.send({ event: 'enter', data: { callId, holder: newHolder() } });
    await third.until('refused');
    await third.closed;
    ben.socket.terminate();
    await ann.until('peer');
    const after = await seen();
    expect(after.sum('o_to_o_calls', { phase: 'interrupted' })).toBe(1);
    const grown = (name: string, labels = {}) => after.sum(name, labels) - before.sum(name, labels);
    expect(grown('o_to_o_join_seconds_count')).toBe(2);
    expect(grown('o_to_o_relayed_total', { way: 'here' })).toBe(1);
    expect(grown('o_to_o_relay_seconds_count', { way: 'here' })).toBe(1);
    expect(grown('o_to_o_refused_total', { reason: 'full' })).toBe(1);
    expect(grown('o_to_o_refused_total')).toBe(1);
    ann.send({ event: 'leave', data: {} });
    await ann.closed;
    await until('nobody is left', async () => (await seen()).sum('o_to_o_sockets') === 0);
    expect((await seen()).sum('o_to_o_calls')).toBe(0);
  });

  it('tell of sockets that a page of another origin wanted, and of who came too often', async () => {
    const before = await seen();
    await expect(open({ headers: { origin: 'https://other.example' } })).rejects.toThrow('403');
    const wanted = Array.from({ length: 140 }, () =>
      fetch(`${server.url}/api/rings/x/cancel`, { method: 'POST' }),
    );
    const statuses = (await Promise.all(wanted)).map(({ status }) => status);
    const refused = statuses.filter((status) => status === 429).length;
    const after = await seen();
    const grown = (name: string, labels = {}) => after.sum(name, labels) - before.sum(name, labels);
    expect(grown('o_to_o_sockets_foreign_total')).toBe(1);
    expect(refused).toBeGreaterThan(0);
    expect(grown('o_to_o_limited_total')).toBe(refused);
    expect(grown('o_to_o_limited_total', { what: 'make' })).toBe(20);
    expect(grown('o_to_o_http_requests_total', { status: '429' })).toBe(refused);
  });

  it('tell that the database is away while it is', async () => {
    await until('it is known', async () => (await seen()).sum('o_to_o_database_up') === 0);
    expect((await seen()).sum('o_to_o_store_up')).toBe(1);
  });
});
