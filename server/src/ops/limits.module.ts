import { Module } from '@nestjs/common';
import { AddressLimits } from './address-limits.js';
import { Callers } from './callers.js';
import { HTTP_LIMITS, REQUEST_LIMITS } from './request-limits.js';
import { WrongIds } from './wrong-ids.js';

/** What an address may do, for every part that answers one. */
@Module({
  providers: [Callers, AddressLimits, WrongIds, { provide: HTTP_LIMITS, useValue: REQUEST_LIMITS }],
  exports: [Callers, AddressLimits, WrongIds],
})
export class LimitsModule {}
