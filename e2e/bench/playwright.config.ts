import { defineConfig } from '@playwright/test';
import { launchOptions } from '../support/chromium.js';
import { fakeMedia } from '../support/fake-media.js';

/** Benchmarks, one after the other: each prints a table and fails when it is over its limit. */
export default defineConfig({
  testDir: '.',
  testMatch: '*.bench.ts',
  outputDir: '../../test-results/bench',
  globalSetup: '../support/build-first.ts',
  timeout: 900_000,
  workers: 1,
  retries: 0,
  reporter: 'list',
  use: { launchOptions: launchOptions(fakeMedia(640, 360)) },
});
