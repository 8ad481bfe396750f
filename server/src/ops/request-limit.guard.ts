import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { APP_CONFIG, type AppConfig } from '../config/app-config.js';
import { addressReader } from '../config/client-address.js';
import { AddressLimit } from './address-limit.js';
import { tooManyRequests } from './problem.js';

/** Requests a minute one address may make: whole offices share one. Making a call costs the server more than asking. */
const PER_MINUTE = { making: 120, asking: 1_200 } as const;

/** Holds back an address that asks for too much. */
@Injectable()
export class RequestLimitGuard implements CanActivate {
  readonly #making = new AddressLimit(PER_MINUTE.making);
  readonly #asking = new AddressLimit(PER_MINUTE.asking);
  readonly #addressOf: (request: IncomingMessage) => string;
  readonly #isOn: boolean;

  constructor(@Inject(APP_CONFIG) config: AppConfig) {
    this.#addressOf = addressReader(config.trustProxy);
    this.#isOn = config.rateLimits === 'on';
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (!this.#isOn) return true;
    const request = context.switchToHttp().getRequest<IncomingMessage>();
    const limit = request.method === 'GET' || request.method === 'HEAD' ? this.#asking : this.#making;
    const admission = await limit.admit(this.#addressOf(request));
    if (!admission.ok) throw tooManyRequests(admission.retryAfterS);
    return true;
  }
}
