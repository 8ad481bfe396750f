import { Module, type FactoryProvider } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../config/app-config.js';
import { Metrics } from '../ops/metrics.js';
import { CallIds } from './call-id.js';
import { CALL_RECORDER, type CallRecorder } from './call-recorder.js';
import { PRESENCE_STORE, type PresenceStore } from './presence-store.js';
import { MemoryPresenceStore } from './presence-store.memory.js';
import { RedisPresenceStore } from './presence-store.redis.js';
import type { PresenceWatch } from './presence-watch.js';
import { PresenceService } from './presence.service.js';
import { RingWire } from './ring-wire.js';

const watchFor = (metrics: Metrics): PresenceWatch => ({
  conflict: (outcome) => {
    metrics.storeConflicts.inc(outcome);
  },
  failed: (command) => {
    metrics.storeFailures.inc(command);
  },
  cameBack: (seconds) => {
    metrics.relayTook('store', seconds);
  },
});

const store: FactoryProvider<PresenceStore> = {
  provide: PRESENCE_STORE,
  inject: [APP_CONFIG, Metrics],
  useFactory: async ({ redis }: AppConfig, metrics: Metrics) => {
    if (redis.is === 'memory') {
      metrics.watch('o_to_o_store_up', () => 1);
      return new MemoryPresenceStore();
    }
    const opened = await new RedisPresenceStore(redis, watchFor(metrics)).opened();
    metrics.watch('o_to_o_store_up', () => Number(opened.isUp));
    return opened;
  },
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
  inject: [PRESENCE_STORE, APP_CONFIG, RingWire, Metrics, { token: CALL_RECORDER, optional: true }],
  useFactory: (
    presenceStore: PresenceStore,
    config: AppConfig,
    ringWire: RingWire,
    metrics: Metrics,
    recorder?: CallRecorder,
  ) => {
    const { seatGraceMs: graceMs, pulseMs, callTtlS, serverSecret: secret } = config;
    return new PresenceService(
      presenceStore,
      { graceMs, pulseMs, callTtlMs: callTtlS * 1000, secret },
      recorder,
      ringWire,
      watchFor(metrics),
    );
  },
};

/** Who is in which call. */
@Module({ providers: [store, callIds, ringWire, service], exports: [CallIds, PresenceService, RingWire] })
export class PresenceModule {}
