import { defineConfig } from '@playwright/test';
import { launchOptions } from './support/chromium.js';
import { NEEDS_REDIS, SURVIVES, type ServerOptions } from './support/fixtures.js';

/** Tests in an emulated internet; they need no store, as one server serves them all. */
const NETWORK = 'network/*.spec.ts';
/** Tests with servers and browsers of their own kind, run once. */
const CHAOS = 'chaos/*.spec.ts';
const FIREFOX = 'firefox.spec.ts';
const APART = [NETWORK, CHAOS, FIREFOX];

export default defineConfig<object, ServerOptions>({
  testDir: '.',
  testMatch: '**/*.spec.ts',
  outputDir: '../test-results',
  globalSetup: './support/build-first.ts',
  // Browsers on software codecs and two shared cores: waits are for facts, limits only end what hangs.
  timeout: 240_000,
  expect: { timeout: 30_000 },
  workers: 2,
  fullyParallel: false,
  forbidOnly: true,
  retries: 0,
  reporter: 'list',
  use: { launchOptions: launchOptions(), screenshot: 'only-on-failure', actionTimeout: 60_000 },
  projects: [
    {
      name: 'memory',
      testIgnore: APART,
      use: { presence: 'memory' },
      grepInvert: new RegExp(NEEDS_REDIS),
    },
    {
      name: 'redis',
      testIgnore: APART,
      use: { presence: 'redis' },
      grep: new RegExp(`${SURVIVES}|${NEEDS_REDIS}`),
    },
    // One emulated internet for all: one after the other.
    { name: 'network', testMatch: NETWORK, workers: 1 },
    { name: 'firefox', testMatch: FIREFOX },
    { name: 'chaos', testMatch: CHAOS },
  ],
});
