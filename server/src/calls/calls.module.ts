import { Module } from '@nestjs/common';
import { PresenceModule } from '../presence/presence.module.js';
import { CallsController } from './calls.controller.js';

/** Calls over HTTP. */
@Module({ imports: [PresenceModule], controllers: [CallsController] })
export class CallsModule {}
