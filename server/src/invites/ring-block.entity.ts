import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A browser that may not ring under a link any more. */
@Entity('ring_blocks')
export class RingBlockEntity {
  @PrimaryColumn('text')
  slug!: string;

  /** As in `rings`. */
  @PrimaryColumn('text')
  caller!: string;

  @Column('date', { name: 'made_on' })
  madeOn!: string;
}
