import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { RingState, UndeliveredReason } from '../protocol/index.js';

/** Somebody rings, or rang. */
@Entity('rings')
export class RingEntity {
  @PrimaryColumn('text')
  id!: string;

  /** The order of making: in a line, whose turn it is. */
  @Column({ type: 'bigint', insert: false, update: false })
  seq!: string;

  @Column('text')
  slug!: string;

  /** A keyed hash of the call's id, another one than in the records of calls: a call rings once. */
  @Column('text')
  call!: string;

  /** A keyed hash of which browser rings, under this link only: so that it can be blocked. null: it did not say. */
  @Column('text', { nullable: true })
  caller!: string | null;

  /** The call's id and what the caller sealed or said, sealed once more by this server. null: nobody needs it any more. */
  @Column('bytea', { nullable: true })
  sealed!: Buffer | null;

  @Column('text')
  state!: RingState;

  /** With `undelivered`. */
  @Column('text', { nullable: true })
  reason!: UndeliveredReason | null;

  @Column('timestamptz', { name: 'made_at' })
  madeAt!: Date;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;

  /** null: it goes on. */
  @Column('timestamptz', { name: 'over_at', nullable: true })
  overAt!: Date | null;
}
