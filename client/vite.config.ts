import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';
import { compression, defineAlgorithm } from 'vite-plugin-compression2';
import { VitePWA } from 'vite-plugin-pwa';
import { earlyPage } from './build/early-page';
import { compressedWorker } from './build/compressed-worker';
import { keptFiles } from './build/kept-files';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Where the server listens during development; Vite stands before it, so that a page has one address. */
const serverPort = process.env['SERVER_PORT'] ?? '3001';

/** Modules that no page does without, and small ones that several share: each would be a file of its own. */
const EVERY_PAGE =
  /node_modules\/(@vue|vue|vue-router|pinia)\/|plugin-vue:export-helper|client\/src\/(app\.ts|App\.vue|router\.ts|pwa\/(begin-later|late-parts|where)\.ts|text\/index\.ts|ui\/kit\/|ui\/call\/(shortcuts|copy-text|screen-awake)\.ts|ui\/call\/(CopyLink|ToggleButton)\.vue|theme\/(theme|remembered-theme)\.ts)/;

/**
 * What the very first file needs, most of it shared with scripts that come later: left alone, the bundler would make a
 * file of each part. Not in `base`, which the first file does not wait for.
 */
const FIRST =
  /vite\/preload-helper|server\/src\/protocol\/(index|attend|base64url|decode|links|seats)\.ts|client\/src\/(main\.ts|page-failed\.ts|storage\/|calls\/call-keys|call\/(in-call-mark|load-call-run)|peer\/rtc\.ts|early\/first-picture|ui\/call\/picture-fit|invites\/hints|pages\/loaders|pwa\/install-offer|text\/(languages|starting-language|which-language)|ui\/remembered)/;

/** What pages share on which calls begin and people ring each other; a call's own page needs none of it. */
const BEGINNINGS =
  /server\/src\/protocol\/rings\.ts|client\/src\/(calls\/start-call|invites\/(invites-api|names)|ui\/invites\/ring-at-once)\.ts/;

/** What makes the pages an app, and comes when nothing else is to be done. */
const APP =
  /node_modules\/workbox-(window|core)\/|client\/src\/pwa\/(begin|calls-open|install|ios-splash|kept-language|launches|registration|worker-messages|worker-script)\.ts/;

export default defineConfig({
  root: at('.'),
  plugins: [
    // Nothing here uses the options API; without it Vue is 2 KB smaller.
    vue({ features: { optionsAPI: false } }),
    earlyPage(),
    // The worker is registered by client/src/pwa, when nothing else is to be done.
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'src/sw',
      filename: 'sw.ts',
      injectRegister: false,
      manifest: false,
      injectManifest: keptFiles,
    }),
    compression({ algorithms: [defineAlgorithm('brotliCompress'), defineAlgorithm('gzip', { level: 9 })] }),
    compressedWorker(),
  ],
  resolve: {
    alias: [
      { find: '@protocol', replacement: at('../server/src/protocol/index.ts') },
      { find: /^@(?=\/)/, replacement: at('src') },
      { find: /^crypto$/, replacement: at('src/invites/webcrypto.ts') },
    ],
  },
  server: {
    proxy: { '/api': { target: `http://127.0.0.1:${serverPort}`, ws: true } },
    fs: { allow: [at('.'), at('../server/src/protocol'), at('../node_modules')] },
  },
  build: {
    outDir: at('dist'),
    emptyOutDir: true,
    // The oldest browsers with everything a call needs: phones whose last system is iOS 15 (Safari 15.4), Chromium 94,
    // Firefox 93. They know the language of 2022 but for static blocks, of which there are none here; named one by one,
    // every private field would be rewritten, which makes the call's own file 6 % longer.
    target: 'es2022',
    cssTarget: ['chrome94', 'edge94', 'firefox93', 'safari15.4'],
    // The server reads it, and names a page's scripts in the answer's header (server/src/pages/preloads.ts).
    manifest: true,
    modulePreload: { polyfill: false },
    // One style sheet of 4 KB: fewer requests weigh less than the bytes of pages not seen yet.
    cssCodeSplit: false,
    rolldownOptions: {
      // A file that merely names others shall not tie to each script what it does not use.
      treeshake: { moduleSideEffects: [{ test: /server\/src\/protocol\//, sideEffects: false }] },
      output: {
        // What every page needs is one file: left alone, the bundler makes a dozen that no request is worth.
        codeSplitting: {
          groups: [
            { name: 'first', test: FIRST, priority: 1 },
            { name: 'base', test: EVERY_PAGE },
            { name: 'beginnings', test: BEGINNINGS },
            { name: 'app', test: APP },
          ],
        },
      },
    },
  },
});
