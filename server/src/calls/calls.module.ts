import { Module } from '@nestjs/common';
import { LimitsModule } from '../ops/limits.module.js';
import { PresenceModule } from '../presence/presence.module.js';
import { CallsController } from './calls.controller.js';

/** Calls over HTTP. */
@Module({ imports: [LimitsModule, PresenceModule], controllers: [CallsController] })
export class CallsModule {}
