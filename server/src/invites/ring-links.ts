import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { IsNull, type EntityManager } from 'typeorm';
import { tooManyLinks, unknownLink } from '../ops/problem.js';
import { Database } from '../persistence/database.js';
import { isSlug, SLUG_BYTES } from '../protocol/index.js';
import { DeviceEntity } from './device.entity.js';
import { linkOf, type RingLink } from './link-openness.js';
import type { LinkChange } from './request-bodies.js';
import { RingLinkEntity } from './ring-link.entity.js';

/** More than anybody has reason to give out. */
export const MAX_LINKS = 50;

/** Nobody else makes links of this device meanwhile. */
export const lockDevice = (manager: EntityManager, id: string) =>
  manager.findOne(DeviceEntity, { where: { id }, lock: { mode: 'pessimistic_write' } });

/** The addresses under which devices are rung. */
@Injectable()
export class RingLinks {
  constructor(private readonly database: Database) {}

  /** @throws ProblemError when this device has enough of them */
  async make(deviceId: string): Promise<RingLink> {
    const row: Omit<RingLinkEntity, 'seq'> = {
      slug: randomBytes(SLUG_BYTES).toString('base64url'),
      deviceId,
      pausedAt: null,
      quietFrom: null,
      quietTo: null,
      lineOpen: null,
      lineMinutes: null,
      madeOn: new Date().toISOString().slice(0, 10),
    };
    await this.database.together(async (manager) => {
      await lockDevice(manager, deviceId);
      if ((await manager.countBy(RingLinkEntity, { deviceId })) >= MAX_LINKS) throw tooManyLinks(MAX_LINKS);
      await manager.insert(RingLinkEntity, row);
    });
    return linkOf({ ...row, seq: '' });
  }

  async of(deviceId: string): Promise<RingLink[]> {
    const rows = await this.database.ask((manager) =>
      manager.find(RingLinkEntity, { where: { deviceId }, order: { seq: 'ASC' } }),
    );
    return rows.map(linkOf);
  }

  /** What is not named stays as it is. @throws ProblemError when this device has no such link */
  async change(deviceId: string, slug: string, change: LinkChange): Promise<RingLink> {
    const where = { slug: known(slug), deviceId };
    const { accepting, quietHours, line } = change;
    const changes = {
      ...(accepting === true ? { pausedAt: null } : {}),
      ...(quietHours === undefined
        ? {}
        : { quietFrom: quietHours?.from ?? null, quietTo: quietHours?.to ?? null }),
      ...(line === undefined ? {} : { lineOpen: line?.open ?? null, lineMinutes: line?.minutes ?? null }),
    };
    const row = await this.database.together(async (manager) => {
      // Paused again, it is paused since it was the first time.
      if (accepting === false)
        await manager.update(RingLinkEntity, { ...where, pausedAt: IsNull() }, { pausedAt: new Date() });
      if (Object.keys(changes).length > 0) await manager.update(RingLinkEntity, where, changes);
      return manager.findOneBy(RingLinkEntity, where);
    });
    if (!row) throw unknownLink();
    return linkOf(row);
  }

  /** @throws ProblemError when this device has no such link */
  async revoke(deviceId: string, slug: string): Promise<void> {
    const { affected } = await this.database.ask((manager) =>
      manager.delete(RingLinkEntity, { slug: known(slug), deviceId }),
    );
    if (affected !== 1) throw unknownLink();
  }

  /** Whoever may ask; null: there is none. What cannot be one is not looked for: `UnknownLinks` makes it take as long. */
  async find(slug: string): Promise<RingLinkEntity | null> {
    if (!isSlug(slug)) return null;
    return this.database.ask((manager) => manager.findOneBy(RingLinkEntity, { slug }));
  }
}

/** What cannot be one is none. */
function known(slug: string): string {
  if (!isSlug(slug)) throw unknownLink();
  return slug;
}
