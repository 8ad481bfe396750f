import { Module } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../config/app-config.js';
import { CallIds } from './call-id.js';
import { MemoryPresenceStore } from './presence-store.memory.js';
import { PRESENCE_STORE } from './presence-store.js';
import { PresenceService } from './presence.service.js';
import { Tickets } from './ticket.js';

/** Who is in which call. */
@Module({
  providers: [
    PresenceService,
    {
      provide: CallIds,
      inject: [APP_CONFIG],
      useFactory: (config: AppConfig) => new CallIds(config.serverSecret),
    },
    {
      provide: Tickets,
      inject: [APP_CONFIG],
      useFactory: (config: AppConfig) => new Tickets(config.serverSecret),
    },
    { provide: PRESENCE_STORE, useFactory: () => new MemoryPresenceStore() },
  ],
  exports: [PresenceService, CallIds],
})
export class PresenceModule {}
