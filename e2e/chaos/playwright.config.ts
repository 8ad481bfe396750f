import { defineConfig } from '@playwright/test';
import type { ChaosOptions } from './chaos.spec.js';
import { longPlan } from './plan.js';

/** `npm run chaos`: as long as one likes. A short run is part of the browser tests. */
export default defineConfig<object, ChaosOptions>({
  testDir: '.',
  testMatch: 'chaos.spec.ts',
  outputDir: '../../test-results/chaos',
  globalSetup: '../support/build-first.ts',
  workers: 1,
  retries: 0,
  reporter: 'list',
  // Files of tests are loaded again in each worker: the plan is made once, here.
  use: { plan: longPlan() },
});
