import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import { Callers } from '../ops/callers.js';
import { tooManyRequests, unknownLink, unknownRing, type ProblemError } from '../ops/problem.js';
import { WrongIds } from '../ops/wrong-ids.js';

/** The one answer about links and rings that are none: alike in body and in time, however they came to be none. */
@Injectable()
export class UnknownLinks {
  constructor(
    private readonly callers: Callers,
    private readonly wrongIds: WrongIds,
  ) {}

  /** @param since when the question came (performance.now()) */
  refuse(request: IncomingMessage, since: number): Promise<never> {
    return this.#refuse(request, since, unknownLink());
  }

  /** The same for the id of a ring. */
  refuseRing(request: IncomingMessage, since: number): Promise<never> {
    return this.#refuse(request, since, unknownRing());
  }

  async #refuse(request: IncomingMessage, since: number, problem: ProblemError): Promise<never> {
    const admission = await this.wrongIds.count(this.callers.of(request), since);
    throw admission.ok ? problem : tooManyRequests(admission.retryAfterS);
  }
}
