import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'vite';
import { joiningId, joiningPage, lobbyId, lobbyPage } from '../src/early/lobby-page';
import { en } from '../src/text/en';
import { zhCN } from '../src/text/zh-CN';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Where it stands in the page: before the style sheet, for which every script after it would wait. */
const PLACE = '<!--early-->';

/** The early script as one text. */
async function earlyScript(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'warn',
    resolve: {
      alias: [
        { find: '@protocol', replacement: at('../../server/src/protocol/index.ts') },
        { find: /^@(?=\/)/, replacement: at('../src') },
      ],
    },
    build: {
      write: false,
      target: 'es2022',
      lib: { entry: at('../src/early/early.ts'), formats: ['iife'], name: 'early' },
      rolldownOptions: {
        treeshake: { moduleSideEffects: [{ test: /server\/src\/protocol\//, sideEffects: false }] },
      },
    },
  });
  const [result] = Array.isArray(built) ? built : [built];
  if (!result || !('output' in result)) throw new Error('The early script was not built.');
  return result.output[0].code.trim();
}

/** Puts the lobby, in each language, and the early script into the page. */
export function earlyPage(): Plugin {
  return {
    name: 'early-page',
    transformIndexHtml: {
      order: 'post',
      async handler(html) {
        const pages = [
          [lobbyId('en'), lobbyPage(en)],
          [lobbyId('zh-CN'), lobbyPage(zhCN)],
          [joiningId('en'), joiningPage(en)],
          [joiningId('zh-CN'), joiningPage(zhCN)],
        ].map(([id, page]) => `<template id="${id}">${page}</template>`);
        const script = `<script>${await earlyScript()}</script>`;
        return html.replace(PLACE, () => [...pages, script].join('\n    '));
      },
    },
  };
}
