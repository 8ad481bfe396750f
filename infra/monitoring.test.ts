import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { removeFolder, temporaryFolder } from '../e2e/support/child.js';
import { root } from '../scripts/fresh-build.js';
import { findPromtool } from '../scripts/tools.js';
import { COUNTERS, DURATIONS, GAUGES } from '../server/src/ops/metric-list.js';
import { Metrics } from '../server/src/ops/metrics.js';
import { ALERT_CASES, type Series } from './testing/alert-cases.js';
import { asAsked, readExpression } from './testing/promql.js';

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly datasource?: { readonly uid: string };
  readonly gridPos: { readonly h: number; readonly w: number; readonly x: number; readonly y: number };
  readonly fieldConfig?: { readonly defaults: { readonly unit?: string } };
  readonly targets?: readonly {
    readonly expr: string;
    readonly legendFormat: string;
    readonly datasource: { readonly uid: string };
  }[];
}

interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly schemaVersion: number;
  readonly templating: { readonly list: readonly { name: string; type: string; query: unknown }[] };
  readonly panels: readonly Panel[];
}

const textOf = (name: string): string => readFileSync(join(root, 'infra/k8s/monitoring', name), 'utf8');
const { spec } = parse(textOf('alerts.yaml')) as {
  spec: { groups: { name: string; rules: Rule[] }[] };
};
const rules = spec.groups.flatMap((group) => group.rules);
const dashboard = JSON.parse(textOf('dashboard.json')) as Dashboard;
const panels = dashboard.panels.filter(({ type }) => type !== 'row');

const asked: readonly (readonly [string, string])[] = [
  ...rules.map(({ alert, expr }) => [alert, expr] as const),
  ...panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => [`the panel ${title}`, asAsked(expr)] as const),
  ),
];

const folder = temporaryFolder('monitoring');
afterAll(() => {
  removeFolder(folder);
});

function promtool(...args: readonly string[]): string {
  const program = findPromtool();
  if (program === undefined) throw new Error('promtool is missing: run "node scripts/setup.mjs".');
  return execFileSync(program, args, { encoding: 'utf8', cwd: folder });
}

const write = (name: string, content: object): void => {
  writeFileSync(join(folder, name), stringify(content));
};

/** Labels Prometheus itself gives, by where it collected. */
const OF_THE_TARGET = ['job', 'instance'];

interface Listed {
  readonly help: string;
  readonly by?: { readonly label: string; readonly values: readonly string[] };
}

/** Every series of a server → what each of its labels can say; null: anything. */
function seriesOfServer(): Map<string, ReadonlyMap<string, readonly string[] | null>> {
  const lists: Readonly<Record<string, Listed>> = {
    ...COUNTERS,
    ...GAUGES,
    ...DURATIONS,
  };
  const ofProcess = new Metrics().registry
    .getMetricsAsArray()
    .map(({ name }) => [name, new Map<string, readonly string[] | null>()] as const);
  const series = new Map<string, ReadonlyMap<string, readonly string[] | null>>(ofProcess);
  for (const [name, { by }] of Object.entries(lists)) {
    const labels = new Map<string, readonly string[] | null>(by ? [[by.label, by.values]] : []);
    if (!(name in DURATIONS)) series.set(name, labels);
    else {
      series.delete(name);
      series.set(`${name}_bucket`, new Map([...labels, ['le', null]]));
      for (const part of ['sum', 'count']) series.set(`${name}_${part}`, labels);
    }
  }
  return series;
}

describe('what the alerts and the dashboard ask for', () => {
  const known = seriesOfServer();

  it.each(asked)('is told by the servers, with labels that can say it: %s', (_, expr) => {
    const { wanted, groupedBy } = readExpression(expr);
    expect(wanted.length).toBeGreaterThan(0);
    const labels = new Set(OF_THE_TARGET);
    for (const { name, matchers } of wanted) {
      expect([...known.keys()]).toContain(name);
      for (const label of known.get(name)?.keys() ?? []) labels.add(label);
      for (const { label, values } of matchers) {
        if (OF_THE_TARGET.includes(label)) continue;
        expect([...(known.get(name)?.keys() ?? [])], name).toContain(label);
        expect(known.get(name)?.get(label) ?? [], name).toEqual(expect.arrayContaining([...values]));
      }
    }
    for (const label of groupedBy) expect([...labels]).toContain(label);
  });

  it('is understood by Prometheus', () => {
    write('alerts.yaml', spec);
    const recorded = asked.map(([, expr], place) => ({ record: `asked:${place}`, expr }));
    write('asked.yaml', { groups: [{ name: 'asked', rules: recorded }] });
    const said = promtool('check', 'rules', 'alerts.yaml', 'asked.yaml');
    expect(said).toContain(`SUCCESS: ${rules.length} rules found`);
    expect(said).toContain(`SUCCESS: ${asked.length} rules found`);
  });

  it('leaves out nothing that the servers tell of calls', () => {
    const all = new Set(asked.flatMap(([, expr]) => readExpression(expr).wanted.map(({ name }) => name)));
    const unseen = [...Object.keys(COUNTERS), ...Object.keys(GAUGES)].filter((name) => !all.has(name));
    expect(unseen).toEqual([]);
    for (const name of Object.keys(DURATIONS)) expect([...all]).toContain(`${name}_bucket`);
  });
});

describe('an alert', () => {
  it.each(rules)('says how urgent it is, what is wrong and what to do: $alert', (rule) => {
    expect(rule.alert).toMatch(/^OToO[A-Z][A-Za-z]+$/);
    expect(Object.keys(rule.labels)).toEqual(['severity']);
    expect(['critical', 'warning']).toContain(rule.labels.severity);
    const { summary = '', runbook = '', ...others } = rule.annotations;
    expect(others).toEqual({});
    expect(summary).toMatch(/^[A-Z][^{}]{15,120}[^.]$/);
    expect(runbook.trim()).toMatch(/^[A-Z][^{}]{60,600}\.$/);
  });

  it.each(rules)(
    'waits for a while, or looks back over one, so that nothing wakes anybody twice: $alert',
    (rule) => {
      const looksBack = /\[(?:15|30)m\]/.test(rule.expr);
      expect(/^(?:[1-9]|[1-5]\d)[mh]$/.test(rule.for ?? '') || (rule.for === undefined && looksBack)).toBe(
        true,
      );
    },
  );

  it('has one name', () => {
    const names = rules.map(({ alert }) => alert);
    expect(new Set(names).size).toBe(names.length);
  });

  it('of which the log’s description speaks is there', () => {
    const text = readFileSync(join(root, 'docs/logs.md'), 'utf8');
    const named = text.match(/OToO\w+/g) ?? [];
    expect(named.length).toBeGreaterThan(5);
    expect(rules.map(({ alert }) => alert)).toEqual(expect.arrayContaining(named));
  });

  it('fires when somebody has to come, and not otherwise: each, on numbers that are made up', () => {
    expect(Object.keys(ALERT_CASES).sort()).toEqual(rules.map(({ alert }) => alert).sort());
    write('alerts.yaml', spec);
    const tests = rules.flatMap(({ alert, labels, annotations }) => {
      const { fires, at, silent, labels: more } = ALERT_CASES[alert] ?? { fires: {}, at: '', silent: [] };
      const told = { exp_labels: { ...labels, ...more }, exp_annotations: annotations };
      const on = (series: Series, expected: readonly object[]) => ({
        name: alert,
        interval: '1m',
        input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
        alert_rule_test: [{ eval_time: at, alertname: alert, exp_alerts: expected }],
      });
      expect(silent.length, alert).toBeGreaterThan(0);
      return [on(fires, [told]), ...silent.map((series) => on(series, []))];
    });
    write('cases.yaml', { rule_files: ['alerts.yaml'], evaluation_interval: '1m', tests });
    expect(promtool('test', 'rules', 'cases.yaml')).toContain('SUCCESS');
  });
});

describe('the dashboard', () => {
  it('is one that Grafana takes in, for whichever Prometheus is chosen', () => {
    expect(dashboard).toMatchObject({ uid: 'o-to-o', title: 'o to o' });
    expect(dashboard.schemaVersion).toBeGreaterThanOrEqual(36);
    const chosen = dashboard.templating.list.find(({ name }) => name === 'datasource');
    expect(chosen).toMatchObject({ type: 'datasource', query: 'prometheus' });
    for (const { datasource, targets = [] } of panels)
      for (const each of [datasource, ...targets.map((target) => target.datasource)])
        expect(each?.uid).toBe('${datasource}');
    expect(dashboard).not.toHaveProperty('id');
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
  });

  it.each(panels)('has a unit, a legend and a word of explanation in each panel: $title', (panel) => {
    expect(panel.fieldConfig?.defaults.unit).toMatch(/^(?:none|ops|s|bytes|percentunit)$/);
    expect(panel.description).toMatch(/\.$/);
    expect(panel.targets?.length).toBeGreaterThan(0);
    for (const { legendFormat } of panel.targets ?? []) expect(legendFormat).not.toBe('');
  });

  it('has no panel over another one', () => {
    for (const { gridPos: a, id } of dashboard.panels)
      for (const { gridPos: b } of dashboard.panels.filter((other) => other.id > id)) {
        const apart = a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
        expect(apart).toBe(true);
        expect(a.x + a.w).toBeLessThanOrEqual(24);
      }
  });
});
