import { Column, Entity, OneToMany, PrimaryColumn, type Relation } from 'typeorm';
import { CallEventEntity } from './call-event.entity.js';

/** That there was a call, and when. Nothing here says whose. */
@Entity('calls')
export class CallEntity {
  /** A keyed hash of the call's id: whoever reads this table cannot open the call. */
  @PrimaryColumn('text')
  id!: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  /** Retention counts from here. */
  @Column('timestamptz', { name: 'last_event_at' })
  lastEventAt!: Date;

  @OneToMany(() => CallEventEntity, (event) => event.call)
  events!: Relation<CallEventEntity>[];
}
