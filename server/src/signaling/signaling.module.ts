import { Module } from '@nestjs/common';
import { LimitsModule } from '../ops/limits.module.js';
import { PresenceModule } from '../presence/presence.module.js';
import { ConnectionRegistry } from './connection-registry.js';
import { FrameDispatch } from './frame-dispatch.js';
import { LIMITS, SOCKET_LIMITS } from './limits.js';
import { RingOutlet } from './ring-outlet.js';
import { SeatOutlet } from './seat-outlet.js';
import { SignalingMetrics } from './signaling-metrics.js';
import { SignalingGateway } from './signaling.gateway.js';

/** The signaling socket. Needs `SignalingAdapter` as the application's WebSocket adapter. */
@Module({
  imports: [LimitsModule, PresenceModule],
  providers: [
    ConnectionRegistry,
    SeatOutlet,
    RingOutlet,
    FrameDispatch,
    SignalingMetrics,
    SignalingGateway,
    { provide: LIMITS, useValue: SOCKET_LIMITS },
  ],
})
export class SignalingModule {}
