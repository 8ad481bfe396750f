import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Admission } from './address-limit.js';
import { AddressLimits } from './address-limits.js';
import type { Caller } from './callers.js';
import { HTTP_LIMITS, type RequestLimits } from './request-limits.js';

/**
 * For whoever asks for a call that is none. The id has been looked at before: it proves itself, so an honest person with
 * a good link never comes here, whatever others behind the same address guess.
 *
 * Guessing is hopeless by itself: of 2^168 ids that look right, one in 2^64 has a proof that fits, and of those only the
 * ones whose 80 random bits somebody was given lead to anybody.
 */
@Injectable()
export class WrongIds {
  constructor(
    private readonly limits: AddressLimits,
    @Inject(HTTP_LIMITS) private readonly settings: RequestLimits,
  ) {}

  /**
   * Counts it, and resolves when it is time to say no: always the same span after the question.
   * @param since when the question came (performance.now())
   */
  async count(caller: Caller | null, since: number): Promise<Admission> {
    const admission = this.limits.wrongIds.admit(caller);
    const leftMs = since + this.settings.unknownAfterMs - performance.now();
    // Timers know whole ms only; what is cut off would be a trace of the time that was needed.
    if (leftMs > 0) await pause(Math.ceil(leftMs));
    return admission;
  }
}
