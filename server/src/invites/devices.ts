import { randomBytes, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { LessThan, type EntityManager } from 'typeorm';
import { APP_CONFIG, type AppConfig } from '../config/app-config.js';
import { Database } from '../persistence/database.js';
import {
  DEVICE_ID_BYTES,
  DEVICE_SECRET_BYTES,
  isBase64Url,
  type DeviceCredentials,
} from '../protocol/index.js';
import { DeviceEntity } from './device.entity.js';
import { PushSubscriptionEntity } from './push-subscription.entity.js';
import { subscriptionSchema, type Subscription } from './request-bodies.js';
import { namer, SealedBox } from './sealed-box.js';

/** Days after which a device that was never heard of is forgotten, with all that is about it. */
export const IDLE_DAYS = 400;
const DAY_MS = 86_400_000;

/** @param at ms since 1970 */
const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** Browsers that can be rung: each is two random texts, and where it gets its messages. */
@Injectable()
export class Devices {
  readonly #box: SealedBox;
  /** The secret holds 256 random bits: a fast hash of it is as good as a slow one. */
  readonly #hashOf: (secret: string) => string;

  constructor(
    private readonly database: Database,
    @Inject(APP_CONFIG) config: AppConfig,
  ) {
    this.#hashOf = namer(config.serverSecret, 'secret of a device');
    this.#box = new SealedBox(config.serverSecret, 'push subscription');
  }

  async make(): Promise<DeviceCredentials> {
    const deviceId = randomBytes(DEVICE_ID_BYTES).toString('base64url');
    const deviceSecret = randomBytes(DEVICE_SECRET_BYTES).toString('base64url');
    const today = dayOf(Date.now());
    const secretHash = this.#hashOf(deviceSecret);
    await this.database.ask((manager) =>
      manager.insert(DeviceEntity, { id: deviceId, secretHash, madeOn: today, seenOn: today }),
    );
    return { deviceId, deviceSecret };
  }

  /** Is there this device, and is this its secret? Then it was heard of today. */
  async know({ deviceId, deviceSecret }: DeviceCredentials): Promise<boolean> {
    if (!isBase64Url(deviceId, DEVICE_ID_BYTES)) return false;
    return this.database.ask(async (manager) => {
      const device = await manager.findOneBy(DeviceEntity, { id: deviceId });
      const expected = Buffer.from(device?.secretHash ?? '');
      const given = Buffer.from(this.#hashOf(deviceSecret));
      if (expected.length !== given.length || !timingSafeEqual(expected, given)) return false;
      const today = dayOf(Date.now());
      if (device && device.seenOn < today)
        await manager.update(DeviceEntity, { id: deviceId }, { seenOn: today });
      return true;
    });
  }

  async forget(deviceId: string): Promise<void> {
    await this.database.ask((manager) => manager.delete(DeviceEntity, { id: deviceId }));
  }

  async subscribe(deviceId: string, subscription: Subscription): Promise<void> {
    const sealed = this.#box.seal(deviceId, subscription);
    await this.database.ask((manager) =>
      manager.upsert(PushSubscriptionEntity, { deviceId, sealed }, ['deviceId']),
    );
  }

  async unsubscribe(deviceId: string): Promise<void> {
    await this.database.ask((manager) => manager.delete(PushSubscriptionEntity, { deviceId }));
  }

  /** The push service has no such subscription any more; another one that came meanwhile stays. */
  async dropSubscription(deviceId: string, { sealed }: KeptSubscription): Promise<void> {
    await this.database.ask((manager) => manager.delete(PushSubscriptionEntity, { deviceId, sealed }));
  }

  async isSubscribed(deviceId: string): Promise<boolean> {
    return this.database.ask((manager) => manager.existsBy(PushSubscriptionEntity, { deviceId }));
  }

  /** null: there is none, or it was sealed with another secret. */
  async subscriptionOf(deviceId: string): Promise<KeptSubscription | null> {
    const row = await this.database.ask((manager) => manager.findOneBy(PushSubscriptionEntity, { deviceId }));
    if (!row) return null;
    const opened = subscriptionSchema.safeParse(this.#box.open(deviceId, row.sealed));
    return opened.success ? { subscription: opened.data, sealed: row.sealed } : null;
  }
}

export interface KeptSubscription {
  readonly subscription: Subscription;
  /** As it stands in the database. */
  readonly sealed: Buffer;
}

/** Forgets devices of which nothing was heard for so long at `now` (ms since 1970). Says how many. */
export async function forgetIdleDevices(manager: EntityManager, now: number): Promise<number> {
  const { affected } = await manager.delete(DeviceEntity, {
    seenOn: LessThan(dayOf(now - IDLE_DAYS * DAY_MS)),
  });
  return affected ?? 0;
}
