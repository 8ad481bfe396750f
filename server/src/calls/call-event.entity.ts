import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { CallEntity } from './call.entity.js';
import type { RecordedEvent } from './call-record.js';

/** One thing that happened in a call. */
@Entity('call_events')
export class CallEventEntity {
  /** Made where it happened, so that a batch sent twice is written once. */
  @PrimaryColumn('uuid')
  id!: string;

  /** The order of writing; within a call also that of happening. */
  @Column({ type: 'bigint', insert: false, update: false })
  seq!: string;

  @Column('text', { name: 'call_id' })
  callId!: string;

  @ManyToOne(() => CallEntity, (call) => call.events, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'call_id' })
  call!: Relation<CallEntity>;

  @Column('text')
  event!: RecordedEvent;

  @Column('timestamptz')
  at!: Date;
}
