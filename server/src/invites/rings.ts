import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { In, IsNull, type EntityManager, type FindOptionsWhere } from 'typeorm';
import { APP_CONFIG, type AppConfig } from '../config/app-config.js';
import { Metrics } from '../ops/metrics.js';
import { callRang, lineFull, notAccepting } from '../ops/problem.js';
import { Database } from '../persistence/database.js';
import { isRingId, isSlug, RING_ID_BYTES, type RingNews, type Rung } from '../protocol/index.js';
import { opennessOf } from './link-openness.js';
import type { RingContent } from './request-bodies.js';
import { RingLinkEntity } from './ring-link.entity.js';
import { begin, step, type Effect, type Input, type Step, type Time } from './ring-machine.js';
import { columnsOf, knownRing, newsOf, rungOf, type KnownRing } from './ring-rows.js';
import { lockLink, lockRing, surroundingsOf } from './ring-queries.js';
import { RING_TIMES, type RingTimes } from './ring-times.js';
import { RingEntity } from './ring.entity.js';
import { namer, SealedBox } from './sealed-box.js';

type Untimed<I> = I extends Input ? Omit<I, 'at'> : never;
/** An input whose time is still to come: the database's clock says it. */
export type Wish = Untimed<Input>;

/** A ring as its caller is told of it when it is made. */
export interface MadeRing extends RingNews {
  /** ISO 8601 */
  readonly expiresAt: string;
}

/** `done`: with the ring as it was before its content was erased. */
export type Outcome =
  | { readonly is: 'done' | 'too-late'; readonly known: KnownRing }
  /** There is no such ring, or it is somebody else's. */
  | { readonly is: 'unknown' };

/** A ring with its place in the order of making. */
export type WaitingRing = KnownRing & { readonly seq: string };

/** Does what follows from what became of a ring, once that is written. Nobody waits for it; it must not throw. */
export interface RingDoer {
  /** @param at the database's time */
  do(known: KnownRing, effects: readonly Effect[], at: Time): void;
}

/** Callers in one line. */
export const MAX_WAITING = 1000;
const RINGING = ['ringing', 'delivered', 'undelivered'] as const;

/** Rings: brings what happens to the ring machine, one after the other by a lock on the row, and does what follows from it. */
@Injectable()
export class Rings {
  readonly #box: SealedBox;
  readonly #callName: (callId: string) => string;
  readonly #callerName: (caller: string) => string;
  readonly #doers: RingDoer[] = [];

  constructor(
    private readonly database: Database,
    @Inject(RING_TIMES) private readonly times: RingTimes,
    private readonly metrics: Metrics,
    @Inject(APP_CONFIG) config: AppConfig,
  ) {
    this.#box = new SealedBox(config.serverSecret, 'ring');
    this.#callName = namer(config.serverSecret, 'call of a ring');
    this.#callerName = namer(config.serverSecret, 'caller of a ring');
  }

  attach(doer: RingDoer): void {
    this.#doers.push(doer);
  }

  /**
   * Somebody rings. Asked again (the answer was lost), it is the same ring.
   * @param caller by what this link knows the caller's browser again; null: it does not
   * @returns null: there is no such link.
   * @throws ProblemError when the link takes no rings now
   */
  async make(slug: string, content: RingContent, caller: string | null): Promise<MadeRing | null> {
    if (!isSlug(slug)) return null;
    // The same browser has another name under every link: what is kept tells nobody that it rang under two.
    const name = caller === null ? null : this.#callerName(`${slug}/${caller}`);
    const made = await this.database.together((manager) => this.#make(manager, slug, content, name));
    if (!made) return null;
    const { known, effects, at, place } = made;
    if (effects.length > 0) this.metrics.ringsMade.inc();
    this.#follow(known, effects, at);
    return { ...newsOf(known, place), expiresAt: new Date(known.expiresAt).toISOString() };
  }

  /** @param by the device that asks; nothing is known to any other. */
  async change(ringId: string, wish: Wish, by?: string): Promise<Outcome> {
    if (!isRingId(ringId)) return { is: 'unknown' };
    const changed = await this.database.together((manager) => this.#change(manager, ringId, wish, by));
    if (!changed) return { is: 'unknown' };
    const { known, effects, at } = changed;
    this.#follow(known, effects, at);
    return { is: effects.some(({ type }) => type === 'refuse') ? 'too-late' : 'done', known };
  }

  /** Whoever knows its id may ask how it stands; null: there is no such ring. */
  async news(ringId: string): Promise<RingNews | null> {
    if (!isRingId(ringId)) return null;
    return this.database.ask(async (manager) => {
      const row = await manager.findOneBy(RingEntity, { id: ringId });
      if (!row) return null;
      const place = row.state === 'waiting' ? await this.#placeOf(manager, row) : undefined;
      return newsOf(knownRing(row, '', this.#box), place);
    });
  }

  /** What rings a device now, and who tried. Not who waits in its lines. */
  async of(deviceId: string): Promise<Rung[]> {
    const rows = await this.database.ask((manager) =>
      manager
        .createQueryBuilder(RingEntity, 'ring')
        .innerJoin(RingLinkEntity, 'link', 'link.slug = ring.slug')
        .where('link.device_id = :deviceId', { deviceId })
        .andWhere(`ring.state <> 'waiting' AND ring.sealed IS NOT NULL`)
        .orderBy('ring.seq', 'ASC')
        .getMany(),
    );
    return rows.flatMap((row) => rungOf(knownRing(row, deviceId, this.#box)) ?? []);
  }

  /** What rings devices now, all of it. */
  async ringing(): Promise<KnownRing[]> {
    return this.#all({ overAt: IsNull(), state: In(RINGING) });
  }

  /** Who waits in lines, in their order. */
  async waiting(where: FindOptionsWhere<RingEntity>, most?: number): Promise<WaitingRing[]> {
    return this.#all({ ...where, state: 'waiting' }, most);
  }

  /** One of them; null: there is none, or it is another device's. */
  async find(ringId: string, deviceId: string): Promise<KnownRing | null> {
    if (!isRingId(ringId)) return null;
    return this.database.ask(async (manager) => {
      const row = await manager.findOneBy(RingEntity, { id: ringId });
      const isOwn = row && (await manager.existsBy(RingLinkEntity, { slug: row.slug, deviceId }));
      return isOwn ? knownRing(row, deviceId, this.#box) : null;
    });
  }

  /** The trace was seen. The row stays for a while: its caller may still ask. */
  async erase(ringId: string, deviceId: string): Promise<'done' | 'going' | 'unknown'> {
    const known = await this.find(ringId, deviceId);
    if (!known) return 'unknown';
    if (known.ring.is !== 'over') return 'going';
    await this.database.ask((manager) => manager.update(RingEntity, { id: ringId }, { sealed: null }));
    return 'done';
  }

  /** All that go on under these links, or only those that wait in a line, are `closed`. */
  async close(where: { readonly deviceId: string; readonly slug?: string }, only?: 'waiting'): Promise<void> {
    if (where.slug !== undefined && !isSlug(where.slug)) return;
    const ids = await this.database.ask(async (manager) => {
      const links = await manager.find(RingLinkEntity, { where, select: { slug: true } });
      const state = only ?? In([...RINGING, 'waiting']);
      const going: FindOptionsWhere<RingEntity> = {
        slug: In(links.map(({ slug }) => slug)),
        overAt: IsNull(),
      };
      return manager.find(RingEntity, { where: { ...going, state }, select: { id: true } });
    });
    for (const { id } of ids) await this.change(id, { type: 'close' });
  }

  #follow(known: KnownRing, effects: readonly Effect[], at: Time): void {
    if (effects.length === 0) return;
    for (const doer of this.#doers) doer.do(known, effects, at);
  }

  async #all(where: FindOptionsWhere<RingEntity>, most?: number): Promise<WaitingRing[]> {
    const rows = await this.database.ask(async (manager) => {
      const found = await manager.find(RingEntity, {
        where,
        order: { seq: 'ASC' },
        ...(most === undefined ? {} : { take: most }),
      });
      const slugs = [...new Set(found.map(({ slug }) => slug))];
      const links = await manager.findBy(RingLinkEntity, { slug: In(slugs) });
      const owners = new Map(links.map(({ slug, deviceId }) => [slug, deviceId]));
      return found.flatMap((row) => {
        const deviceId = owners.get(row.slug);
        return deviceId === undefined ? [] : [{ row, deviceId }];
      });
    });
    return rows.map(({ row, deviceId }) => ({ ...knownRing(row, deviceId, this.#box), seq: row.seq }));
  }

  async #make(manager: EntityManager, slug: string, content: RingContent, caller: string | null) {
    const link = await lockLink(manager, slug);
    const openness = link ? opennessOf(link, Date.now()) : 'gone';
    if (!link || openness === 'gone') return null;
    const { deviceId, lineOpen } = link;
    const call = this.#callName(content.callId);
    const around = await surroundingsOf(manager, { slug, deviceId, call, caller });
    const { now: at, rang, waiting, isRung, isBlocked } = around;
    if (rang) return this.#again(manager, { call, slug, deviceId }, content);
    // Who is blocked reads what everybody reads of a paused link.
    if (openness === 'shut' || isBlocked) throw notAccepting();
    const line = lineOpen !== null;
    if (line && waiting >= MAX_WAITING) throw lineFull();
    const first = begin(at, { line, isRung, ringMs: this.times.ringMs });
    const known = this.#newRing({ slug, deviceId, at, content }, first);
    const sealed = this.#box.seal(known.id, content);
    await this.#insert(manager, { ...known, call, caller, sealed });
    return { known, effects: first.effects, at, place: waiting + 1 };
  }

  #newRing(
    { slug, deviceId, at, content }: { slug: string; deviceId: string; at: number; content: RingContent },
    { ring }: Step,
  ): KnownRing {
    const id = randomBytes(RING_ID_BYTES).toString('base64url');
    const expiresAt = ring.is === 'over' ? at : ring.until;
    return { id, slug, deviceId, madeAt: at, expiresAt, ring, call: content };
  }

  /** Was the answer to the first time lost? @throws ProblemError when the call rang otherwise */
  async #again(
    manager: EntityManager,
    { call, slug, deviceId }: { call: string; slug: string; deviceId: string },
    content: RingContent,
  ) {
    const row = await manager.findOneBy(RingEntity, { call });
    const known = row && knownRing(row, deviceId, this.#box);
    if (row?.slug !== slug || known?.call?.sealedKey !== content.sealedKey) throw callRang();
    const effects: readonly Effect[] = [];
    return { known, effects, at: 0, place: await this.#placeOf(manager, row) };
  }

  async #insert(
    manager: EntityManager,
    {
      id,
      slug,
      madeAt,
      expiresAt,
      ring,
      call,
      caller,
      sealed,
    }: Omit<KnownRing, 'call'> & Pick<RingEntity, 'call' | 'caller' | 'sealed'>,
  ): Promise<void> {
    const times = { madeAt: new Date(madeAt), expiresAt: new Date(expiresAt) };
    const row = { id, slug, call, caller, sealed, ...times, ...columnsOf(ring) };
    const result = await manager
      .createQueryBuilder()
      .insert()
      .into(RingEntity)
      .values(row)
      .orIgnore()
      .returning('id')
      .execute();
    // Under another link, at the same moment.
    if (!Array.isArray(result.raw) || result.raw.length === 0) throw callRang();
  }

  async #change(manager: EntityManager, id: string, wish: Wish, by: string | undefined) {
    const locked = await lockRing(manager, id);
    if (!locked || (by !== undefined && by !== locked.deviceId)) return null;
    const { row, deviceId, now: at } = locked;
    const before = knownRing(row, deviceId, this.#box);
    const { ring, effects } = step(before.ring, { ...wish, at });
    if (ring !== before.ring) {
      const erased = effects.some(({ type }) => type === 'erase') ? { sealed: null } : {};
      await manager.update(RingEntity, { id }, { ...columnsOf(ring), ...erased });
    }
    return { known: { ...before, ring }, effects, at };
  }

  #placeOf(manager: EntityManager, { slug, seq }: RingEntity): Promise<number> {
    return manager
      .createQueryBuilder(RingEntity, 'ring')
      .where({ slug, state: 'waiting' })
      .andWhere('ring.seq <= :seq', { seq })
      .getCount();
  }
}
