// Finds the programs that the tests need; on Debian and Ubuntu as root installs what is missing, elsewhere says how.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { missingTools } from './tools.js';

const say = (sentence) => process.stderr.write(`${sentence}\n`);

const system = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
const isUbuntu = /^ID=ubuntu$/m.test(system);
const hasApt = isUbuntu || /^ID(?:_LIKE)?=.*debian/m.test(system);

function run(command, args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync(command, args, { stdio: ['ignore', 2, 2], env }).status === 0;
}

function install(tools) {
  const packages = tools.flatMap((tool) => tool.packages);
  // Ubuntu's browsers are snaps, which no container can run: there Playwright brings its Chromium; Firefox is the person's own.
  const snaps = isUbuntu ? ['chromium', 'firefox-esr'] : [];
  const viaApt = packages.filter((name) => !snaps.includes(name));
  if (viaApt.length > 0) {
    say(`Installing ${viaApt.join(', ')} …`);
    run('apt-get', ['update', '-q']);
    run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...viaApt]);
  }
  if (isUbuntu && packages.includes('chromium'))
    run('npx', ['playwright', 'install', '--with-deps', 'chromium']);
}

const missing = missingTools();
if (missing.length > 0 && hasApt && process.getuid?.() === 0) install(missing);
const still = missingTools();
for (const tool of still) say(`${tool.name} is missing: ${tool.how}.`);
process.exit(still.length === 0 ? 0 : 1);
