import { Module } from '@nestjs/common';
import { PresenceModule } from '../presence/presence.module.js';
import { HealthController } from './health.controller.js';
import { MetricsController } from './metrics.controller.js';

@Module({ imports: [PresenceModule], controllers: [HealthController, MetricsController] })
export class OpsModule {}
