import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Where a device gets its messages. */
@Entity('push_subscriptions')
export class PushSubscriptionEntity {
  @PrimaryColumn('text', { name: 'device_id' })
  deviceId!: string;

  /** Endpoint and keys, sealed with this server's secret: a copy of the database is no list of addresses. */
  @Column('bytea')
  sealed!: Buffer;
}
