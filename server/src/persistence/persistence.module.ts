import { Global, Module } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../config/app-config.js';
import { Metrics } from '../ops/metrics.js';
import { Database } from './database.js';

@Global()
@Module({
  providers: [
    {
      provide: Database,
      useFactory: (config: AppConfig, metrics: Metrics) => new Database(config.database, metrics),
      inject: [APP_CONFIG, Metrics],
    },
  ],
  exports: [Database],
})
export class PersistenceModule {}
