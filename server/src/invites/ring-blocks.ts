import { Injectable } from '@nestjs/common';
import { IsNull, type EntityManager } from 'typeorm';
import { Database } from '../persistence/database.js';
import { isRingId } from '../protocol/index.js';
import { RingBlockEntity } from './ring-block.entity.js';
import { lockLink } from './ring-queries.js';
import { RingEntity } from './ring.entity.js';
import { Rings } from './rings.js';

/** Who may not ring under a link any more. */
@Injectable()
export class RingBlocks {
  constructor(
    private readonly database: Database,
    private readonly rings: Rings,
  ) {}

  /**
   * Whoever rang so rings this link no more; what of theirs goes on under it is declined. A caller whose browser said nothing of itself
   * cannot be known again: then nothing changes.
   * @returns `unknown`: there is no such ring, or it is another device's
   */
  async block(ringId: string, deviceId: string): Promise<'done' | 'unknown'> {
    if (!isRingId(ringId)) return 'unknown';
    const going = await this.database.together((manager) => this.#block(manager, ringId, deviceId));
    if (!going) return 'unknown';
    for (const id of going) await this.rings.change(id, { type: 'block' }, deviceId);
    return 'done';
  }

  /** @returns the rings that are to end; null: none of this device's */
  async #block(manager: EntityManager, id: string, deviceId: string): Promise<readonly string[] | null> {
    const ring = await manager.findOneBy(RingEntity, { id });
    // Until this is done nobody rings under the link: no ring of theirs comes in between.
    const link = ring && (await lockLink(manager, ring.slug));
    if (!ring || link?.deviceId !== deviceId) return null;
    const { slug, caller } = ring;
    if (caller === null) return [];
    const madeOn = new Date().toISOString().slice(0, 10);
    await manager
      .createQueryBuilder()
      .insert()
      .into(RingBlockEntity)
      .values({ slug, caller, madeOn })
      .orIgnore()
      .execute();
    const going = await manager.find(RingEntity, {
      where: { slug, caller, overAt: IsNull() },
      select: { id: true },
    });
    return going.map((one) => one.id);
  }
}
