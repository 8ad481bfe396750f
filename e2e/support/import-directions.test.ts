import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

// The files below do not exist, so types cannot be asked for; directions need none.
const eslint = new ESLint({
  cwd: root,
  overrideConfig: { languageOptions: { parserOptions: { projectService: false } } },
  ruleFilter: ({ ruleId }) => /^(lazy-)?direction\/|^no-restricted-/.test(ruleId),
});

async function problems(filePath: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath: `${root}/${filePath}` });
  return (result?.messages ?? []).map(({ ruleId, message }) => ruleId ?? message);
}

const FORBIDDEN: [rule: string, file: string, code: string][] = [
  ['server-without-client', 'server/src/ops/new.ts', "import '../../../client/src/call/call-view.js';"],
  ['protocol-is-pure', 'server/src/protocol/new.ts', "import { z } from 'zod';"],
  ['protocol-is-pure', 'server/src/protocol/new.ts', "import '../presence/call-state.js';"],
  ['presence-without-signaling', 'server/src/presence/new.ts', "import '../signaling/signaling.gateway.js';"],
  ['client-only-protocol', 'client/src/call/new.ts', "import '../../../server/src/protocol/index.js';"],
  ['client-only-protocol', 'client/src/call/new.ts', "import 'node:fs';"],
  ['client-tests-only-protocol', 'client/src/call/new.test.ts', "import '../../../server/src/main.js';"],
  ['pages-without-webrtc', 'client/src/pages/new.ts', "import { PeerSession } from '@/peer/peer-session';"],
  ['pages-without-webrtc', 'client/src/ui/kit/new.ts', "export * from '../../media/local-media';"],
  [
    'pages-without-webrtc',
    'client/src/pages/New.vue',
    '<script setup lang="ts">import "@/signaling/x";</script>',
  ],
  ['signaling-stands-alone', 'client/src/signaling/new.ts', "import '@/peer/peer-session';"],
  ['peer-stands-alone', 'client/src/peer/testing/new.ts', "import '../../signaling/payload';"],
  ['channel-stands-alone', 'client/src/channel/new.ts', "import '../media/local-media';"],
  ['media-stands-alone', 'client/src/media/new.ts', "import '@/recording/recorder';"],
  ['recording-stands-alone', 'client/src/recording/new.ts', "import '@/media/local-media';"],
];

const ALLOWED: [file: string, code: string][] = [
  [
    'client/src/call/call-session.ts',
    "import '@/peer/peer-session'; import '@/media/x'; import '@protocol';",
  ],
  ['client/src/pages/new.ts', "import type { DeviceProblem } from '@/media/device-problem';"],
  ['client/src/peer/testing/new.ts', "import '../rtc'; import './fake-rtc'; import '@protocol';"],
  ['client/src/signaling/new.test.ts', "import '../../../server/src/protocol/testing/examples.js';"],
  ['server/src/presence/new.ts', "import { Redis } from 'ioredis'; import '../protocol/index.js';"],
  ['server/src/protocol/new.ts', "import './decode.js';"],
  ['server/src/signaling/new.ts', "import '../presence/presence.service.js';"],
];

describe('The arrows between the parts', () => {
  test.each(FORBIDDEN)('%s: a forbidden import is caught in %s: %s', async (rule, file, code) => {
    expect(await problems(file, code)).toEqual([`direction/${rule}`]);
  });

  test('a forbidden import is caught when it is lazy, too', async () => {
    const lazy = "export const load = () => import('@/peer/peer-session');";
    expect(await problems('client/src/pages/new.ts', lazy)).toEqual(['lazy-direction/pages-without-webrtc']);
  });

  test.each(ALLOWED)('what may be imported is not held up in %s: %s', async (file, code) => {
    expect(await problems(file, code)).toEqual([]);
  });

  test('pages and ui never use WebRTC, sockets or devices themselves', async () => {
    const code = 'new RTCPeerConnection(); new WebSocket("/"); navigator.mediaDevices.enumerateDevices();';
    expect(await problems('client/src/ui/call/new.ts', code)).toHaveLength(3);
  });

  test('a pure machine asks no clock', async () => {
    expect(
      await problems('server/src/presence/call-machine.ts', 'export const now = Date.now();'),
    ).toHaveLength(1);
  });
});
