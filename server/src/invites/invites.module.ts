import { Global, Module } from '@nestjs/common';
import { LimitsModule } from '../ops/limits.module.js';
import { PresenceModule } from '../presence/presence.module.js';
import { ATTENDANCE } from '../signaling/attendance.js';
import { DeviceAttendance } from './attendance.js';
import { Devices } from './devices.js';
import { DevicesController } from './devices.controller.js';
import { Lines } from './lines.js';
import { PushSender } from './push-sender.js';
import { PushTransport } from './push-transport.js';
import { RingBlocks } from './ring-blocks.js';
import { RingLinksController } from './ring-links.controller.js';
import { RingLinks } from './ring-links.js';
import { RingPusher } from './ring-pusher.js';
import { RingTeller } from './ring-teller.js';
import { RING_TIMES, USUAL_RING_TIMES } from './ring-times.js';
import { RingWatch } from './ring-watch.js';
import { RingingController } from './ringing.controller.js';
import { RingsController } from './rings.controller.js';
import { Rings } from './rings.js';
import { UnknownLinks } from './unknown-links.js';

/** ms a push service may take: a caller waits. */
const PUSH_WITHIN_MS = 5_000;

/** Being rung without an account: devices, ring links, rings. Global: signaling tells it of pages that wait to be rung. */
@Global()
@Module({
  imports: [LimitsModule, PresenceModule],
  controllers: [DevicesController, RingLinksController, RingingController, RingsController],
  providers: [
    Devices,
    RingLinks,
    UnknownLinks,
    Rings,
    RingBlocks,
    RingTeller,
    PushSender,
    { provide: PushTransport, useFactory: () => new PushTransport({ withinMs: PUSH_WITHIN_MS }) },
    RingPusher,
    Lines,
    RingWatch,
    DeviceAttendance,
    { provide: ATTENDANCE, useExisting: DeviceAttendance },
    { provide: RING_TIMES, useValue: USUAL_RING_TIMES },
  ],
  exports: [ATTENDANCE],
})
export class InvitesModule {}
