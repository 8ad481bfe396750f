import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import vue from '@vitejs/plugin-vue';

const decorators = { legacy: true, emitDecoratorMetadata: true };
const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const alias = { '@protocol': at('server/src/protocol/index.ts'), '@': at('client/src') };

// Two programs, two projects: the server's classes need decorator metadata (Nest injects by type), the client's
// run in a simulated document. A third holds what operators run (infra); a fourth feeds the decoders of both, when the
// others have the machine no more.
export default defineConfig({
  test: {
    testTimeout: 240_000,
    hookTimeout: 240_000,
    // By itself Vitest leaves one core idle: of two, half of what there is.
    maxWorkers: '100%',
    projects: [
      {
        extends: true,
        oxc: { decorator: decorators },
        test: {
          name: 'server',
          include: ['server/src/**/*.test.ts', 'e2e/support/**/*.test.ts'],
          environment: 'node',
        },
      },
      {
        extends: true,
        plugins: [vue()],
        resolve: { alias },
        test: { name: 'client', include: ['client/src/**/*.test.ts'], environment: 'happy-dom' },
      },
      {
        extends: true,
        oxc: { decorator: decorators },
        test: { name: 'infra', include: ['infra/**/*.test.ts'], environment: 'node' },
      },
      {
        extends: true,
        oxc: { decorator: decorators },
        resolve: { alias },
        test: {
          name: 'fuzz',
          include: ['fuzz/**/*.test.ts'],
          environment: 'node',
          // Blocks are counted only in what is compiled after this has begun.
          setupFiles: ['fuzz/engine/coverage.ts'],
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
