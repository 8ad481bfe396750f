import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { APP_CONFIG, type AppConfig } from '../config/app-config.js';
import { foreignPage } from './problem.js';

const ASKING: readonly (string | undefined)[] = ['GET', 'HEAD'];

/**
 * A page of somebody else makes nothing here by way of its visitors: it would use up what their address may do. A client
 * that sends no `Origin` is no browser, or only asks.
 */
@Injectable()
export class OwnPagesGuard implements CanActivate {
  constructor(@Inject(APP_CONFIG) private readonly config: AppConfig) {}

  canActivate(context: ExecutionContext): boolean {
    const { method, headers } = context.switchToHttp().getRequest<IncomingMessage>();
    const { origin } = headers;
    if (ASKING.includes(method) || origin === undefined) return true;
    if (!this.config.allowedOrigins.includes(origin)) throw foreignPage();
    return true;
  }
}
