import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

/** The worker is written after everything else was compressed, as it names everything else. */
export function compressedWorker(): Plugin {
  let folder = '';
  return {
    name: 'compressed-worker',
    apply: 'build',
    // The build of the worker itself has no plugins of ours, so this runs once.
    configResolved: ({ build }) => void (folder = build.outDir),
    closeBundle: {
      sequential: true,
      order: 'post',
      handler() {
        const worker = readFileSync(join(folder, 'sw.js'));
        writeFileSync(join(folder, 'sw.js.br'), brotliCompressSync(worker));
        writeFileSync(join(folder, 'sw.js.gz'), gzipSync(worker, { level: 9 }));
      },
    },
  };
}
