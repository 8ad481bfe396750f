import { Module } from '@nestjs/common';
import { StunService } from './stun.service.js';

/** The embedded STUN responder. */
@Module({ providers: [StunService] })
export class StunModule {}
