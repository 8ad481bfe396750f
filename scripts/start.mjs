// npm start: builds what is not built, then becomes the server, so that signals and the exit code are the server's own.
import { ensureBuilt } from './fresh-build.js';

try {
  await ensureBuilt((sentence) => process.stderr.write(`${sentence}\n`));
} catch (problem) {
  process.stderr.write(`o to o could not be built. ${problem.message}\n`);
  process.exit(1);
}
await import('../server/dist/main.js');
