import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A browser that can be rung. Nothing here says whose. */
@Entity('devices')
export class DeviceEntity {
  @PrimaryColumn('text')
  id!: string;

  /** A keyed hash of its secret: whoever reads this table cannot speak for it, nor find it in what they have. */
  @Column('text', { name: 'secret_hash' })
  secretHash!: string;

  /** Days, no times (`YYYY-MM-DD`): when exactly somebody came is nobody's business. */
  @Column('date', { name: 'made_on' })
  madeOn!: string;

  /** Retention counts from here. */
  @Column('date', { name: 'seen_on' })
  seenOn!: string;
}
