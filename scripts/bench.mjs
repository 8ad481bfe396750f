// npm run bench [-- NAME…]: every benchmark, or those whose file name contains a NAME (bytes, sealing, server-cpu, connect-time, recovery,
// offline).
import { spawnSync } from 'node:child_process';
import { root } from './fresh-build.js';

const args = ['playwright', 'test', '--config', 'e2e/bench/playwright.config.ts', ...process.argv.slice(2)];
const { status } = spawnSync('npx', args, { cwd: root, stdio: 'inherit' });
process.exit(status ?? 1);
