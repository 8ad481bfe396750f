import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { DatabaseAway } from '../persistence/database-unavailable.js';
import { pause, waitAfter, type Backoff } from '../persistence/backoff.js';
import type { PushPayload, Rung } from '../protocol/index.js';
import { TroubleLog } from '../ops/trouble-log.js';
import { PushSender, type Sent } from './push-sender.js';
import { stateOf, type Effect, type Time } from './ring-machine.js';
import { rungOf, type KnownRing } from './ring-rows.js';
import { Rings, type RingDoer } from './rings.js';

/** Between two tries, where the service does not say when it wants to be asked again: a person is waiting. */
const RETRY: Backoff = { firstMs: 1_000, maxMs: 8_000 };
/** ms before its end after which a ring is not tried again: the phone would hardly ring. */
const LAST_TRY_MS = 2_000;
/** Seconds for which a missed call is news: the device may be without a network. */
const NEWS_S = 86_400;
/** ms an open page has to show a ring before its caller is told that the device takes no messages. */
const OPEN_PAGE_MS = 1_500;
/** Tries to say that a ring is over. */
const OVER_TRIES = 4;

/** Wakes devices: a ring is pushed until the service has it or it is over; its end replaces what the device shows. */
@Injectable()
export class RingPusher implements RingDoer, OnApplicationShutdown {
  readonly #trouble = new TroubleLog(RingPusher.name);
  readonly #stopping = new AbortController();
  /** One message after the other: of two with the same topic the later one must come later. */
  readonly #underWay = new Map<string, Promise<void>>();
  /** Ends the pushing of a ring that is over. */
  readonly #ringing = new Map<string, AbortController>();

  constructor(
    private readonly sender: PushSender,
    private readonly rings: Rings,
  ) {
    rings.attach(this);
  }

  do(known: KnownRing, effects: readonly Effect[], at: Time): void {
    if (known.ring.is === 'over') this.#ringing.get(known.id)?.abort();
    for (const { type } of effects) {
      if (type === 'push') this.ring(known, at);
      else if (type === 'push-over') this.#inOrder(known.id, () => this.#sayOver(known));
    }
  }

  /** Pushes it until it is delivered or over. @param at now, by the database's clock */
  ring(known: KnownRing, at: Time): void {
    const rung = rungOf(known);
    if (known.ring.is === 'over' || !rung) return;
    const endsAt = performance.now() + known.ring.until - at;
    const over = new AbortController();
    this.#ringing.set(known.id, over);
    const signal = AbortSignal.any([over.signal, this.#stopping.signal]);
    this.#inOrder(known.id, () =>
      this.#push(known.deviceId, rung, endsAt, signal).finally(() => this.#ringing.delete(known.id)),
    );
  }

  onApplicationShutdown(): void {
    this.#stopping.abort();
  }

  async #push(deviceId: string, rung: Rung, endsAt: number, signal: AbortSignal): Promise<void> {
    const { ringId } = rung;
    for (let tries = 1; !signal.aborted; tries += 1) {
      const leftMs = endsAt - performance.now();
      const delivery = { ttlS: Math.max(1, Math.ceil(leftMs / 1000)), topic: ringId };
      const smaller: PushPayload = { kind: 'look', ringId };
      const waitMs = await this.#tried(tries, async () => {
        const sent = await this.sender.send(deviceId, { kind: 'ring', ring: rung }, delivery, smaller);
        // Of a ring that an open page shows meanwhile this says nothing any more.
        if (sent.is === 'unsent' && sent.reason === 'no-device') await pause(OPEN_PAGE_MS, signal);
        if (signal.aborted) return sent;
        await this.rings.change(
          ringId,
          sent.is === 'sent' ? { type: 'taken' } : { type: 'untaken', reason: sent.reason },
        );
        return sent;
      });
      if (waitMs === null || performance.now() + waitMs > endsAt - LAST_TRY_MS) return;
      await pause(waitMs, signal);
    }
  }

  async #sayOver({ id: ringId, deviceId, ring }: KnownRing): Promise<void> {
    const payload: PushPayload = { kind: 'over', ringId, state: stateOf(ring) };
    for (let tries = 1; tries <= OVER_TRIES && !this.#stopping.signal.aborted; tries += 1) {
      const delivery = { ttlS: NEWS_S, topic: ringId };
      const waitMs = await this.#tried(tries, () => this.sender.send(deviceId, payload, delivery));
      if (waitMs === null) return;
      await pause(waitMs, this.#stopping.signal);
    }
  }

  /** ms until it makes sense to try again; null: it does not. With the database away it does. */
  async #tried(tries: number, send: () => Promise<Sent>): Promise<number | null> {
    try {
      const sent = await send();
      if (sent.is === 'sent' || !sent.again) return null;
      return sent.afterS === null ? waitAfter(tries, RETRY) : sent.afterS * 1000;
    } catch (error) {
      if (!(error instanceof DatabaseAway)) throw error;
      this.#trouble.log('push', error);
      return waitAfter(tries, RETRY);
    }
  }

  #inOrder(ringId: string, work: () => Promise<void>): void {
    const before = this.#underWay.get(ringId) ?? Promise.resolve();
    const now: Promise<void> = before
      .then(work)
      .catch((error: unknown) => {
        this.#trouble.log('push', error);
      })
      .finally(() => {
        if (this.#underWay.get(ringId) === now) this.#underWay.delete(ringId);
      });
    this.#underWay.set(ringId, now);
  }
}
