import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { AddressLimits } from './address-limits.js';
import { Callers } from './callers.js';
import { tooManyRequests } from './problem.js';

/** Holds back an address that asks for too much. Making something costs the server more than asking. */
@Injectable()
export class RequestLimitGuard implements CanActivate {
  constructor(
    private readonly callers: Callers,
    private readonly limits: AddressLimits,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<IncomingMessage>();
    const isAsking = request.method === 'GET' || request.method === 'HEAD';
    const admission = this.limits[isAsking ? 'asking' : 'making'].admit(this.callers.of(request));
    if (!admission.ok) throw tooManyRequests(admission.retryAfterS);
    return true;
  }
}
