// npm test: everything, and as its last line the sum: "N passed, N failed".
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt, root } from './fresh-build.js';

const reports = join(root, '.cache', 'test');
const nothingMayBeSkipped = process.env.CI === 'true';
const say = (sentence) => process.stderr.write(`${sentence}\n`);

const run = (command, args, env = {}) =>
  new Promise((done) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
    child.once('error', (problem) => {
      say(`${command} does not run: ${problem.message}`);
      done(1);
    });
    child.once('exit', (code) => done(code ?? 1));
  });

const asOne = (ok) => ({ passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 });

/** A check counts as one. */
const check = async (script) => asOne((await run('npm', ['run', '--silent', script])) === 0);

async function build() {
  try {
    await ensureBuilt(say);
    return asOne(true);
  } catch (problem) {
    say(problem.message);
    return asOne(false);
  }
}

/** What failed, by name: said again at the very end, where it is found. */
const failures = [];

function readReport(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

/** A run that failed without a failed test (nothing found, a crash between tests) counts as one failure. */
function counted(code, counts) {
  if (!counts) return asOne(false);
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

async function unit() {
  const file = join(reports, 'unit.json');
  const args = ['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const code = await run('npx', args);
  const report = readReport(file);
  for (const { assertionResults } of report?.testResults ?? [])
    for (const { status, fullName, failureMessages } of assertionResults)
      if (status === 'failed') failures.push(`${fullName}: ${failureMessages?.[0]?.split('\n')[0] ?? ''}`);
  return counted(
    code,
    report && {
      passed: report.numPassedTests,
      failed: report.numFailedTests,
      skipped: report.numPendingTests + report.numTodoTests,
    },
  );
}

const specsOf = (suites) =>
  suites.flatMap(({ specs = [], suites: inner = [] }) => [...specs, ...specsOf(inner)]);

async function endToEnd() {
  const file = join(reports, 'e2e.json');
  const code = await run(
    'npx',
    ['playwright', 'test', '--config', 'e2e/playwright.config.ts', '--reporter=list,json'],
    { PLAYWRIGHT_JSON_OUTPUT_NAME: file },
  );
  const report = readReport(file);
  const { stats } = report ?? {};
  for (const spec of specsOf(report?.suites ?? []))
    if (!spec.ok) failures.push(`${spec.file}: ${spec.title}`);
  const counts = stats && {
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky,
    skipped: stats.skipped,
  };
  return counted(code, counts);
}

const STEPS = [
  ['tools', async () => asOne((await run(process.execPath, ['scripts/setup.mjs'])) === 0)],
  ['format', () => check('format:check')],
  ['lint', () => check('lint')],
  ['types', () => check('types')],
  ['build', build],
  ['unit', unit],
  ['end to end', endToEnd],
];

rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });
const total = { passed: 0, failed: 0 };
let tests = 0;
for (const [name, step] of STEPS) {
  say(`\n== ${name}`);
  const began = performance.now();
  const { passed, failed, skipped } = await step();
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  say(`== ${name}: ${passed} passed, ${failed} failed, ${skipped} skipped (${seconds} s)`);
  total.passed += passed;
  total.failed += failed + (nothingMayBeSkipped ? skipped : 0);
  if (name === 'unit' || name === 'end to end') tests += passed + failed;
  else if (failed > 0) failures.push(name);
}
for (const failure of failures) say(`failed: ${failure}`);
process.exitCode = total.failed === 0 && tests > 0 ? 0 : 1;
process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`);
