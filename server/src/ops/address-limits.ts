import { Inject, Injectable } from '@nestjs/common';
import { AddressLimit } from './address-limit.js';
import type { LabelOf } from './metric-list.js';
import { Metrics } from './metrics.js';
import { HTTP_LIMITS, type RequestLimits } from './request-limits.js';

/** What each address has left, one count for the whole process however many parts ask. */
@Injectable()
export class AddressLimits {
  readonly making: AddressLimit;
  readonly asking: AddressLimit;
  readonly wrongIds: AddressLimit;
  readonly ringing: AddressLimit;
  /** Counted by ring link, not by address. */
  readonly ringingOne: AddressLimit;

  constructor(@Inject(HTTP_LIMITS) limits: RequestLimits, metrics: Metrics) {
    const count = (what: LabelOf<'o_to_o_limited_total'>) => () => {
      metrics.limited.inc(what);
    };
    this.making = new AddressLimit(limits.makingPerMinute, count('make'));
    this.asking = new AddressLimit(limits.askingPerMinute, count('ask'));
    this.wrongIds = new AddressLimit(limits.wrongIdsPerMinute, count('guess'));
    this.ringing = new AddressLimit(limits.ringsPerMinute, count('ring'));
    this.ringingOne = new AddressLimit(limits.ringsPerMinuteOfLink, count('ring-one'));
  }
}
