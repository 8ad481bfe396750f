import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import vue from '@vitejs/plugin-vue';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// Two programs, two projects: the server's classes need decorator metadata (Nest injects by type), the client's
// run in a simulated document.
export default defineConfig({
  test: {
    testTimeout: 240_000,
    hookTimeout: 240_000,
    projects: [
      {
        extends: true,
        oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
        test: {
          name: 'server',
          include: ['server/src/**/*.test.ts', 'e2e/support/**/*.test.ts'],
          environment: 'node',
        },
      },
      {
        extends: true,
        plugins: [vue()],
        resolve: { alias: { '@protocol': at('server/src/protocol/index.ts'), '@': at('client/src') } },
        test: { name: 'client', include: ['client/src/**/*.test.ts'], environment: 'happy-dom' },
      },
    ],
  },
});
