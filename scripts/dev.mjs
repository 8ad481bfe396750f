// npm run dev: Vite with hot reload in front, the server in watch mode behind it, one address for both.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer as createProbe } from 'node:net';
import { join } from 'node:path';
import { createServer } from 'vite';
import { forgetBuild, root } from './fresh-build.js';

const say = (sentence) => process.stderr.write(`${sentence}\n`);
const port = Number(process.env.PORT || 3000);
const publicOrigin = process.env.PUBLIC_ORIGIN || `http://localhost:${port}`;

async function freePort() {
  const probe = createProbe().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port: free } = probe.address();
  await new Promise((done) => probe.close(done));
  return free;
}

const serverPort = await freePort();
let server;

async function endServer() {
  if (!server || server.exitCode !== null || server.signalCode !== null) return;
  server.kill('SIGTERM');
  await once(server, 'exit');
}

let turn = Promise.resolve();
/** After each good compilation; one at a time, as the data folder has room for one server only. */
function restartServer() {
  turn = turn.then(endServer).then(() => {
    const env = { ...process.env, PORT: String(serverPort), PUBLIC_ORIGIN: publicOrigin };
    const args = ['--enable-source-maps', join(root, 'server/dist/main.js')];
    server = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'], env });
    server.once('exit', (code) => code && say('The server has ended; it starts again when a file changes.'));
  });
}

/** The compiler in watch mode; what it says is shown, and tells when there is something new to run. */
function watchServer() {
  forgetBuild('server'); // it writes into server/dist, piece by piece
  const nest = join(root, 'node_modules/@nestjs/cli/bin/nest.js');
  const args = [nest, 'build', '--watch', '--preserveWatchOutput'];
  const compiler = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  compiler.stdout.on('data', (data) => {
    process.stdout.write(data);
    if (/Found 0 errors/.test(data.toString('utf8'))) restartServer();
  });
  return compiler;
}

async function servePages() {
  process.env.SERVER_PORT = String(serverPort); // client/vite.config.ts hands /api to it
  const vite = await createServer({
    configFile: join(root, 'client/vite.config.ts'),
    server: { port, strictPort: true },
  });
  process.removeAllListeners('SIGTERM'); // Vite's own would leave the server running
  await vite.listen();
  return vite;
}

const vite = await servePages().catch((problem) => {
  say(`The pages cannot be served on port ${port}: ${problem.message}. Set PORT to another one.`);
  process.exit(1);
});
const compiler = watchServer();
say(`o to o in development: open ${publicOrigin} (at first the server takes some seconds)`);

async function stop() {
  compiler.kill('SIGTERM');
  await turn.then(endServer);
  await vite.close();
  process.exit(0);
}
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void stop());
