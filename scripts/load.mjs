// npm run load [-- --calls N --rounds N --sockets 100,1000,10000 --processes 1,2,4]: what a call, a relayed message and a silent socket
// cost the server, next to a bare ws relay and PeerJS's server in the same run, and how it grows.
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { root } from './fresh-build.js';

const USAGE = 'npm run load -- --calls 450 --rounds 3 --sockets 100,1000,10000 --processes 1,2,4\n';

const list = { type: 'string' };
if (process.argv.includes('--help')) {
  process.stdout.write(USAGE);
  process.exit(0);
}
let values;
try {
  ({ values } = parseArgs({ options: { calls: list, rounds: list, sockets: list, processes: list } }));
} catch (problem) {
  process.stderr.write(`${problem.message}
${USAGE}`);
  process.exit(1);
}
const given = Object.entries(values).map(([name, value]) => [`LOAD_${name.toUpperCase()}`, value]);
const { status } = spawnSync('npx', ['playwright', 'test', '--config', 'e2e/load/playwright.config.ts'], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, ...Object.fromEntries(given) },
});
process.exit(status ?? 1);
