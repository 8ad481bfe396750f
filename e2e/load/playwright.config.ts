import { defineConfig } from '@playwright/test';

/** Load: prints tables, and fails when a figure is over its limit. No browser is needed. */
export default defineConfig({
  testDir: '.',
  testMatch: '*.load.ts',
  outputDir: '../../test-results/load',
  globalSetup: '../support/build-first.ts',
  timeout: 3_600_000,
  workers: 1,
  retries: 0,
  reporter: 'list',
});
