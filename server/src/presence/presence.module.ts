import { Module, type FactoryProvider } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../config/app-config.js';
import { CallIds } from './call-id.js';
import { CALL_RECORDER, type CallRecorder } from './call-recorder.js';
import { PRESENCE_STORE, type PresenceStore } from './presence-store.js';
import { MemoryPresenceStore } from './presence-store.memory.js';
import { RedisPresenceStore } from './presence-store.redis.js';
import { PresenceService } from './presence.service.js';
import { RingWire } from './ring-wire.js';

const store: FactoryProvider<PresenceStore> = {
  provide: PRESENCE_STORE,
  inject: [APP_CONFIG],
  useFactory: ({ redisUrls }: AppConfig) =>
    redisUrls.length === 0 ? new MemoryPresenceStore() : new RedisPresenceStore(redisUrls).opened(),
};

const callIds: FactoryProvider<CallIds> = {
  provide: CallIds,
  inject: [APP_CONFIG],
  useFactory: ({ serverSecret }: AppConfig) => new CallIds(serverSecret),
};

const ringWire: FactoryProvider<RingWire> = {
  provide: RingWire,
  inject: [PRESENCE_STORE],
  useFactory: (presenceStore: PresenceStore) => new RingWire(presenceStore),
};

const service: FactoryProvider<PresenceService> = {
  provide: PresenceService,
  inject: [PRESENCE_STORE, APP_CONFIG, RingWire, { token: CALL_RECORDER, optional: true }],
  useFactory: (
    presenceStore: PresenceStore,
    config: AppConfig,
    ringWire: RingWire,
    recorder?: CallRecorder,
  ) => {
    const { seatGraceMs: graceMs, pulseMs, callTtlS, serverSecret: secret } = config;
    return new PresenceService(
      presenceStore,
      { graceMs, pulseMs, callTtlMs: callTtlS * 1000, secret },
      recorder,
      ringWire,
    );
  },
};

/** Who is in which call. */
@Module({ providers: [store, callIds, ringWire, service], exports: [CallIds, PresenceService, RingWire] })
export class PresenceModule {}
