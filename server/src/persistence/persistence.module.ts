import { Global, Module } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../config/app-config.js';
import { Database } from './database.js';

@Global()
@Module({
  providers: [
    {
      provide: Database,
      useFactory: (config: AppConfig) => new Database(config.database),
      inject: [APP_CONFIG],
    },
  ],
  exports: [Database],
})
export class PersistenceModule {}
