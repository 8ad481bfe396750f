import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';
import { compression, defineAlgorithm } from 'vite-plugin-compression2';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Where the server listens during development; Vite stands before it, so that a page has one address. */
const serverPort = process.env['SERVER_PORT'] ?? '3001';

export default defineConfig({
  root: at('.'),
  plugins: [
    vue(),
    compression({ algorithms: [defineAlgorithm('brotliCompress'), defineAlgorithm('gzip', { level: 9 })] }),
  ],
  resolve: { alias: { '@protocol': at('../server/src/protocol/index.ts'), '@': at('src') } },
  server: {
    proxy: { '/api': { target: `http://127.0.0.1:${serverPort}`, ws: true } },
    fs: { allow: [at('.'), at('../server/src/protocol'), at('../node_modules')] },
  },
  build: {
    outDir: at('dist'),
    emptyOutDir: true,
    // The oldest browsers with everything a call needs: phones whose last system is iOS 15, and three years of others.
    target: ['chrome94', 'edge94', 'firefox93', 'safari15.4'],
    modulePreload: { polyfill: false },
  },
});
