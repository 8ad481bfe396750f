import { Module, type DynamicModule } from '@nestjs/common';
import { CallsModule } from './calls/calls.module.js';
import { RecordsModule } from './calls/records.module.js';
import type { AppConfig } from './config/app-config.js';
import { ConfigModule } from './config/config.module.js';
import { InvitesModule } from './invites/invites.module.js';
import { MetricsModule } from './ops/metrics.module.js';
import { OpsModule } from './ops/ops.module.js';
import { PersistenceModule } from './persistence/persistence.module.js';
import { PresenceModule } from './presence/presence.module.js';
import { SignalingModule } from './signaling/signaling.module.js';
import { StunModule } from './stun/stun.module.js';

/** The server's parts, put together. */
@Module({
  imports: [
    MetricsModule,
    PersistenceModule,
    RecordsModule,
    PresenceModule,
    CallsModule,
    InvitesModule,
    SignalingModule,
    StunModule,
  ],
})
export class AppModule {
  static with(config: AppConfig): DynamicModule {
    return { module: AppModule, imports: [ConfigModule.with(config), OpsModule.with(config)] };
  }
}
