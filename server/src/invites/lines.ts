import { Inject, Injectable } from '@nestjs/common';
import { MoreThan } from 'typeorm';
import { APP_CONFIG, type AppConfig } from '../config/app-config.js';
import { TroubleLog } from '../ops/trouble-log.js';
import { Database } from '../persistence/database.js';
import { PresenceService } from '../presence/presence.service.js';
import { StoreUnavailable } from '../presence/store-unavailable.js';
import { isSlug, type Rung } from '../protocol/index.js';
import { Absences, type Whereabouts } from './absences.js';
import { RingLinkEntity } from './ring-link.entity.js';
import type { Effect } from './ring-machine.js';
import { databaseTime } from './ring-queries.js';
import { newsOf, rungOf, type KnownRing } from './ring-rows.js';
import { RingTeller } from './ring-teller.js';
import { RING_TIMES, type RingTimes } from './ring-times.js';
import { RingEntity } from './ring.entity.js';
import { Rings, type RingDoer } from './rings.js';

/** A line of which something is still to be told. */
interface Unsaid {
  readonly deviceId: string;
  /** Somebody left: those behind have other places. */
  places: boolean;
}

/** ms between two looks that find nobody, before a caller counts as gone. */
const SETTLED_MS = 4_000;
/** Callers of all lines that are looked after at a time. */
const LOOKS = 200;

/** Who waits for whom: places, whose turn it is, and who is there no more. */
@Injectable()
export class Lines implements RingDoer {
  readonly #trouble = new TroubleLog(Lines.name);
  readonly #since = performance.now();
  readonly #goneMs: number;
  readonly #unsaid = new Map<string, Unsaid>();
  readonly #telling = new Set<string>();
  /** Places as they were told last, by line. */
  readonly #places = new Map<string, ReadonlyMap<string, number>>();
  readonly #absences: Absences;
  #lookedAt = '0';

  constructor(
    private readonly database: Database,
    private readonly rings: Rings,
    private readonly teller: RingTeller,
    private readonly presence: PresenceService,
    @Inject(RING_TIMES) times: RingTimes,
    @Inject(APP_CONFIG) config: AppConfig,
  ) {
    this.#goneMs = times.goneMs ?? config.seatGraceMs;
    this.#absences = new Absences(Math.min(SETTLED_MS, this.#goneMs));
    rings.attach(this);
  }

  do({ slug, deviceId }: KnownRing, effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.type !== 'line') continue;
      const unsaid = this.#unsaid.get(slug) ?? { deviceId, places: false };
      unsaid.places ||= effect.left;
      this.#unsaid.set(slug, unsaid);
      if (!this.#telling.has(slug)) void this.#tell(slug);
    }
  }

  /** The one who has waited longest and is still there, now answered; null: nobody waits. `unknown`: not this device's link. */
  async next(deviceId: string, slug: string): Promise<Rung | 'unknown' | null> {
    const where = { slug, deviceId };
    const isOwn =
      isSlug(slug) && (await this.database.ask((manager) => manager.existsBy(RingLinkEntity, where)));
    if (!isOwn) return 'unknown';
    for (const known of await this.rings.waiting({ slug }, LOOKS)) {
      const where = await this.#whereIs(known);
      if (where === 'missing') continue;
      const type = where === 'there' ? 'next' : 'gone';
      const outcome = await this.rings.change(known.id, { type }, deviceId);
      // Otherwise somebody was faster: the caller, or the same person with another finger.
      if (type === 'next' && outcome.is === 'done') return rungOf(outcome.known);
    }
    return null;
  }

  /** How many wait. */
  count(slug: string): Promise<number> {
    return this.database.ask((manager) => manager.countBy(RingEntity, { slug, state: 'waiting' }));
  }

  /** Lets those go who are there no more, in lines (some at a time, all of them in turn) and where it rings. */
  async look(): Promise<void> {
    const waiting = await this.rings.waiting({ seq: MoreThan(this.#lookedAt) }, LOOKS);
    this.#lookedAt = waiting.length < LOOKS ? '0' : (waiting.at(-1)?.seq ?? '0');
    for (const known of [...waiting, ...(await this.rings.ringing())])
      if ((await this.#whereIs(known)) === 'gone') await this.rings.change(known.id, { type: 'gone' });
  }

  /**
   * With presence in this process alone, a caller is unknown after a start until they are back; and who has only just rung
   * may not have entered yet.
   */
  async #whereIs({ id, madeAt, call }: KnownRing): Promise<Whereabouts> {
    if (!call) return 'there';
    const now = performance.now();
    try {
      const phase = await this.presence.phase(call.callId);
      const isUpLong = now - this.#since >= this.#goneMs;
      const isOld = isUpLong && (await this.database.ask(databaseTime)) - madeAt >= this.#goneMs;
      return this.#absences.look(id, phase === 'empty' || phase === 'unknown', now, isOld);
    } catch (error) {
      if (error instanceof StoreUnavailable) return 'there';
      throw error;
    }
  }

  /** What happens to a line meanwhile is told in the next round. */
  async #tell(slug: string): Promise<void> {
    this.#telling.add(slug);
    try {
      for (let unsaid = this.#take(slug); unsaid; unsaid = this.#take(slug)) {
        const waiting = unsaid.places ? await this.#tellPlaces(slug) : await this.count(slug);
        this.teller.tellDevice(unsaid.deviceId, { is: 'line', slug, waiting });
      }
    } catch (error) {
      this.#trouble.log('telling a line', error);
    } finally {
      this.#telling.delete(slug);
    }
  }

  #take(slug: string): Unsaid | undefined {
    const unsaid = this.#unsaid.get(slug);
    this.#unsaid.delete(slug);
    return unsaid;
  }

  async #tellPlaces(slug: string): Promise<number> {
    const waiting = await this.rings.waiting({ slug });
    const before = this.#places.get(slug);
    const now = new Map(waiting.map(({ id }, index) => [id, index + 1]));
    for (const known of waiting) {
      const place = now.get(known.id);
      if (known.call && place !== before?.get(known.id))
        this.teller.tellCaller(known.call.callId, newsOf(known, place));
    }
    if (now.size > 0) this.#places.set(slug, now);
    else this.#places.delete(slug);
    return now.size;
  }
}
