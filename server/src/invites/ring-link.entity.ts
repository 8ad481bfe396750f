import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An address under which a device is rung. Its name, and for whom it was made, are known to browsers only. */
@Entity('ring_links')
export class RingLinkEntity {
  @PrimaryColumn('text')
  slug!: string;

  /** The order of making. */
  @Column({ type: 'bigint', insert: false, update: false })
  seq!: string;

  @Column('text', { name: 'device_id' })
  deviceId!: string;

  /** null: not paused. */
  @Column('timestamptz', { name: 'paused_at', nullable: true })
  pausedAt!: Date | null;

  /** Minutes of the day, UTC; both or neither. */
  @Column('smallint', { name: 'quiet_from', nullable: true })
  quietFrom!: number | null;

  @Column('smallint', { name: 'quiet_to', nullable: true })
  quietTo!: number | null;

  /** null: there is no line. */
  @Column('boolean', { name: 'line_open', nullable: true })
  lineOpen!: boolean | null;

  @Column('smallint', { name: 'line_minutes', nullable: true })
  lineMinutes!: number | null;

  @Column('date', { name: 'made_on' })
  madeOn!: string;
}
