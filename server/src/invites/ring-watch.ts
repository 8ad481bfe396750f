import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown, Inject } from '@nestjs/common';
import { IsNull, LessThan, type EntityManager } from 'typeorm';
import { TroubleLog } from '../ops/trouble-log.js';
import { Database } from '../persistence/database.js';
import { DatabaseAway } from '../persistence/database-unavailable.js';
import { Alarms } from '../presence/alarms.js';
import { forgetIdleDevices } from './devices.js';
import { Lines } from './lines.js';
import type { Effect, Time } from './ring-machine.js';
import { RingPusher } from './ring-pusher.js';
import { databaseTime } from './ring-queries.js';
import type { KnownRing } from './ring-rows.js';
import { RING_TIMES, type RingTimes } from './ring-times.js';
import { RingEntity } from './ring.entity.js';
import { Rings, type RingDoer } from './rings.js';

/** ms until the first look; right after the start the database is not open yet. */
const FIRST_MS = 500;
const DAY_MS = 86_400_000;
/** ms after the start until the first search for what is too old: whoever starts has more urgent things to do. */
const FIRST_CLEANING_MS = 60_000;
/** ms between two of them. */
const HOUR_MS = 3_600_000;
/** Days who tried is kept, until the device has seen it. */
const TRACE_DAYS = 7;

/** Time passes for rings: each has its alarm in the process that made it, and a slow look around ends those whose process died. */
@Injectable()
export class RingWatch implements RingDoer, OnApplicationBootstrap, OnApplicationShutdown {
  readonly #trouble = new TroubleLog(RingWatch.name);
  readonly #alarms = new Alarms((ringId) => {
    void this.#attempt('ending a ring', () => this.rings.change(ringId, { type: 'tick' }));
  });
  #timer: NodeJS.Timeout | undefined;
  #hasBegun = false;
  readonly #startedAt = performance.now();
  #cleanedAt = performance.now() - HOUR_MS + FIRST_CLEANING_MS;

  constructor(
    private readonly database: Database,
    private readonly rings: Rings,
    private readonly pusher: RingPusher,
    private readonly lines: Lines,
    @Inject(RING_TIMES) private readonly times: RingTimes,
  ) {
    rings.attach(this);
  }

  onApplicationBootstrap(): void {
    this.#lookIn(FIRST_MS);
  }

  onApplicationShutdown(): void {
    clearTimeout(this.#timer);
    this.#alarms.clear();
  }

  do({ id, ring }: KnownRing, _effects: readonly Effect[], at: Time): void {
    this.#alarms.set(id, ring.is === 'over' ? null : ring.until - at);
  }

  /** One look around: what went on when this process began is taken over, what is overdue is ended, what is old is deleted. */
  async look(): Promise<void> {
    if (!this.#hasBegun) await this.#begin();
    await this.#endOverdue();
    await this.lines.look();
    if (performance.now() - this.#cleanedAt < HOUR_MS) return;
    this.#cleanedAt = performance.now();
    await this.database.ask((manager) => deleteOld(manager, Date.now()));
  }

  #lookIn(ms: number): void {
    this.#timer = setTimeout(() => void this.#lookAndGoOn(), ms).unref();
  }

  async #lookAndGoOn(): Promise<void> {
    await this.#attempt('looking after rings', () => this.look());
    this.#lookIn(this.#hasBegun ? this.times.sweepMs : FIRST_MS);
  }

  /**
   * Rings of a process that was here before this one. A message that was said already is replaced by the same; what this one
   * was asked for meanwhile, it is saying.
   */
  async #begin(): Promise<void> {
    const at = await this.database.ask(databaseTime);
    const startedAt = at - (performance.now() - this.#startedAt);
    for (const known of await this.rings.ringing()) {
      this.do(known, [], at);
      const isUnsaid = known.ring.is === 'ringing' || known.ring.is === 'undelivered';
      if (isUnsaid && known.madeAt < startedAt) this.pusher.ring(known, at);
    }
    this.#hasBegun = true;
  }

  async #endOverdue(): Promise<void> {
    const due = await this.database.ask(async (manager) => {
      const now = new Date(await databaseTime(manager));
      const where = { overAt: IsNull(), expiresAt: LessThan(now) };
      return manager.find(RingEntity, { where, select: { id: true } });
    });
    for (const { id } of due) await this.rings.change(id, { type: 'tick' });
  }

  /** Trouble is logged; a database that is not there yet is none. */
  async #attempt(what: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof DatabaseAway)) this.#trouble.log(what, error);
    }
  }
}

/** What is over for long, and devices nobody heard of for long. @param now ms since 1970 */
export async function deleteOld(manager: EntityManager, now: number): Promise<void> {
  const overAt = (days: number) => LessThan(new Date(now - days * DAY_MS));
  await manager.delete(RingEntity, [{ overAt: overAt(TRACE_DAYS) }, { overAt: overAt(1), sealed: IsNull() }]);
  await forgetIdleDevices(manager, now);
}
