import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../config/app-config.js';
import { Metrics } from '../ops/metrics.js';
import { TroubleLog } from '../ops/trouble-log.js';
import type { RingBulletin } from '../presence/bulletin.js';
import { RingWire } from '../presence/ring-wire.js';
import type { RingNews } from '../protocol/index.js';
import type { Effect } from './ring-machine.js';
import { newsOf, type KnownRing } from './ring-rows.js';
import { Rings, type RingDoer } from './rings.js';
import { namer } from './sealed-box.js';

type Notice = Exclude<RingBulletin, { is: 'ring' }>;

/** Tells callers and open pages, wherever their sockets are. With the store away nobody is told; pages ask when they are back. */
@Injectable()
export class RingTeller implements RingDoer {
  readonly #trouble = new TroubleLog(RingTeller.name);
  /** What a device's channel is called: in Redis its id has no business. */
  readonly channelOf: (deviceId: string) => string;

  constructor(
    private readonly wire: RingWire,
    private readonly metrics: Metrics,
    rings: Rings,
    @Inject(APP_CONFIG) config: AppConfig,
  ) {
    this.channelOf = namer(config.serverSecret, 'channel of a device');
    rings.attach(this);
  }

  do(known: KnownRing, effects: readonly Effect[]): void {
    const { id: ringId, ring, call, deviceId } = known;
    const over = ring.is === 'over' ? ring.how : null;
    if (over && effects.some(({ type }) => type !== 'refuse')) this.metrics.ringsOver.inc(over);
    for (const { type } of effects) {
      if (type === 'tell-caller' && call) this.tellCaller(call.callId, newsOf(known));
      else if (type === 'tell-device') this.tellDevice(deviceId, { is: 'rung', ringId, over });
    }
  }

  tellCaller(callId: string, news: RingNews): void {
    this.#attempt('telling a caller', this.wire.tellCaller(callId, news));
  }

  tellDevice(deviceId: string, notice: Notice): void {
    this.#attempt('telling a device', this.wire.tellDevice(this.channelOf(deviceId), notice));
  }

  #attempt(what: string, told: Promise<void>): void {
    told.catch((error: unknown) => {
      this.#trouble.log(what, error);
    });
  }
}
