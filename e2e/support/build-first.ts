import { ensureBuilt } from '../../scripts/fresh-build.js';

/** The tests run what people run: the build. */
export default function buildFirst(): Promise<void> {
  return ensureBuilt((sentence) => process.stderr.write(`${sentence}\n`));
}
