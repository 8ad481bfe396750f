import { Inject, Injectable } from '@nestjs/common';
import { AddressLimit } from './address-limit.js';
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

  constructor(@Inject(HTTP_LIMITS) limits: RequestLimits) {
    this.making = new AddressLimit(limits.makingPerMinute);
    this.asking = new AddressLimit(limits.askingPerMinute);
    this.wrongIds = new AddressLimit(limits.wrongIdsPerMinute);
    this.ringing = new AddressLimit(limits.ringsPerMinute);
    this.ringingOne = new AddressLimit(limits.ringsPerMinuteOfLink);
  }
}
