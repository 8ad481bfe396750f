import { DataSource } from 'typeorm';
import { CallEntity } from '../calls/call.entity.js';
import { CallEventEntity } from '../calls/call-event.entity.js';
import { DeviceEntity } from '../invites/device.entity.js';
import { PushSubscriptionEntity } from '../invites/push-subscription.entity.js';
import { RingBlockEntity } from '../invites/ring-block.entity.js';
import { RingLinkEntity } from '../invites/ring-link.entity.js';
import { RingEntity } from '../invites/ring.entity.js';
import { Calls1790000000000 } from './migrations/1790000000000-calls.js';
import { Rings1790000100000 } from './migrations/1790000100000-rings.js';
import { RingBlocks1790000200000 } from './migrations/1790000200000-ring-blocks.js';

/** How to reach a PostgreSQL: an address from outside, or the socket of the embedded one. */
export type DatabaseAddress =
  | { readonly is: 'url'; readonly url: string; readonly pool: number }
  | { readonly is: 'socket'; readonly host: string; readonly port: number };

const CONNECT_TIMEOUT_MS = 5_000;
/** A statement that takes longer has lost its database; whoever asked tries again. */
const QUERY_TIMEOUT_MS = 10_000;
/** A connection whose other end silently vanished is not used for ever. */
const MAX_CONNECTION_AGE_S = 300;

const placeOf = (address: DatabaseAddress) =>
  address.is === 'url'
    ? { url: address.url, poolSize: address.pool }
    : { host: address.host, port: address.port, username: 'postgres', database: 'postgres', poolSize: 1 };

/** The one description of the database, for the embedded PostgreSQL and any other. Connects when initialized. */
export function dataSourceFor(address: DatabaseAddress, onPoolError: (error: unknown) => void): DataSource {
  return new DataSource({
    type: 'postgres',
    ...placeOf(address),
    entities: [
      CallEntity,
      CallEventEntity,
      DeviceEntity,
      PushSubscriptionEntity,
      RingLinkEntity,
      RingEntity,
      RingBlockEntity,
    ],
    migrations: [Calls1790000000000, Rings1790000100000, RingBlocks1790000200000],
    migrationsTransactionMode: 'each',
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    // No extension is needed, and the embedded PostgreSQL has none to install.
    uuidExtension: 'pgcrypto',
    installExtensions: false,
    poolErrorHandler: onPoolError,
    extra: { query_timeout: QUERY_TIMEOUT_MS, maxLifetimeSeconds: MAX_CONNECTION_AGE_S, keepAlive: true },
  });
}
