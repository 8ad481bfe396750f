// npm run dev: Vite with hot reload in front, the server in watch mode behind it, one address for both.
import { spawn } from 'node:child_process';
import { createServer as createProbe } from 'node:net';
import { join } from 'node:path';
import { createServer } from 'vite';
import { forgetBuild, root } from './fresh-build.js';

const port = Number(process.env.PORT || 3000);
const publicOrigin = process.env.PUBLIC_ORIGIN || `http://localhost:${port}`;

const freePort = () =>
  new Promise((done, fail) => {
    const probe = createProbe()
      .once('error', fail)
      .listen(0, '127.0.0.1', () => {
        const { port: free } = probe.address();
        probe.close(() => done(free));
      });
  });

const serverPort = await freePort();
process.env.SERVER_PORT = String(serverPort); // client/vite.config.ts hands /api to it
forgetBuild('server'); // the watcher writes into server/dist, piece by piece

const vite = await createServer({
  configFile: join(root, 'client/vite.config.ts'),
  server: { port, strictPort: true },
});
try {
  await vite.listen();
} catch (problem) {
  process.stderr.write(
    `The page cannot be served on port ${port}: ${problem.message}. Set PORT to another one.\n`,
  );
  process.exit(1);
}

const nest = join(root, 'node_modules/@nestjs/cli/bin/nest.js');
const server = spawn(process.execPath, [nest, 'start', '--watch', '--preserveWatchOutput'], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, PORT: String(serverPort), PUBLIC_ORIGIN: publicOrigin },
});
process.stderr.write(
  `o to o in development: open ${publicOrigin} (the server needs some seconds at first)\n`,
);

async function stop(code) {
  server.kill('SIGTERM');
  await vite.close();
  process.exit(code);
}
server.once('exit', (code) => void stop(code ?? 0));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void stop(0));
