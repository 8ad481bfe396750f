import { Global, Module } from '@nestjs/common';
import { CALL_RECORDER } from '../presence/call-recorder.js';
import { CallRecords } from './call-records.js';
import { Retention } from './retention.js';

/** Where presence tells what happened. */
@Global()
@Module({
  providers: [CallRecords, Retention, { provide: CALL_RECORDER, useExisting: CallRecords }],
  exports: [CallRecords, CALL_RECORDER],
})
export class RecordsModule {}
