import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type LaunchOptions } from '@playwright/test';
import { findChromium } from '../../scripts/tools.js';
import { temporaryFolder } from './child.js';
import { fakeMedia, type FakeMedia } from './fake-media.js';

/**
 * Chromium looks by itself for servers of its maker (for updates, autofill, accounts), page or no page. Those names are
 * not asked for; any other name that is can be seen in a capture.
 */
const NO_MAKERS = ['*.google.com', '*.googleapis.com'].map((name) => `MAP ${name} ~NOTFOUND`).join(',');

/** Switches that make a headless Chromium a person's browser with a camera and a microphone. */
function switches(media: FakeMedia): string[] {
  return [
    '--use-fake-ui-for-media-stream',
    '--use-fake-device-for-media-stream',
    `--use-file-for-fake-video-capture=${media.video}`,
    `--use-file-for-fake-audio-capture=${media.audio}`,
    // mDNS names hide host addresses; two browsers on one machine cannot resolve each other's.
    '--disable-features=WebRtcHideLocalIpsWithMdns',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--no-first-run',
    `--host-resolver-rules=${NO_MAKERS}`,
  ];
}

function executable(): string {
  const found = findChromium();
  if (found === undefined) throw new Error('Chromium is missing: run "node scripts/setup.mjs".');
  return found;
}

/** How Playwright starts such a browser. */
export const launchOptions = (media: FakeMedia = fakeMedia()): LaunchOptions => ({
  executablePath: executable(),
  args: switches(media),
  // Sound is decoded and played into nothing; muted, it would not be decoded at all.
  ignoreDefaultArgs: ['--mute-audio'],
  chromiumSandbox: false,
});

/**
 * A browser inside a network namespace. Playwright starts a file that enters the namespace and becomes the browser;
 * its debugging pipe is inherited.
 * `trustedOrigin`: this http address counts as secure, as localhost does; without that there is no camera. Without one,
 * https is used, with certificates that nobody vouches for.
 */
export async function launchInNamespace(namespace: string, trustedOrigin?: string): Promise<Browser> {
  const file = join(temporaryFolder('browser'), 'chromium');
  writeFileSync(file, `#!/bin/sh\nexec ip netns exec ${namespace} ${executable()} "$@"\n`);
  chmodSync(file, 0o755);
  const options = launchOptions();
  const trust =
    trustedOrigin === undefined
      ? '--ignore-certificate-errors'
      : `--unsafely-treat-insecure-origin-as-secure=${trustedOrigin}`;
  const args = [...(options.args ?? []), trust];
  return chromium.launch({ ...options, executablePath: file, args });
}
