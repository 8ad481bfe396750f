import { Module, type DynamicModule } from '@nestjs/common';
import type { AppConfig } from '../config/app-config.js';
import { PresenceModule } from '../presence/presence.module.js';
import { HealthController } from './health.controller.js';
import { MetricsController } from './metrics.controller.js';

@Module({ imports: [PresenceModule], controllers: [HealthController] })
export class OpsModule {
  /** With a port of its own, `/metrics` is nothing at the other one. */
  static with({ metricsPort }: AppConfig): DynamicModule {
    return { module: OpsModule, controllers: metricsPort === null ? [MetricsController] : [] };
  }
}
