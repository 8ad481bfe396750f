import { Module } from '@nestjs/common';
import { LimitsModule } from '../ops/limits.module.js';
import { PresenceModule } from '../presence/presence.module.js';
import { Devices } from './devices.js';
import { DevicesController } from './devices.controller.js';
import { RingLinksController } from './ring-links.controller.js';
import { RingLinks } from './ring-links.js';
import { UnknownLinks } from './unknown-links.js';

/** Being rung without an account: devices, ring links, rings. */
@Module({
  imports: [LimitsModule, PresenceModule],
  controllers: [DevicesController, RingLinksController],
  providers: [Devices, RingLinks, UnknownLinks],
})
export class InvitesModule {}
