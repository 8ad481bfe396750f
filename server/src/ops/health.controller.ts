import { Controller, Get, Header, Res, type OnModuleDestroy } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Response } from 'express';
import { Database } from '../persistence/database.js';
import { PresenceService } from '../presence/presence.service.js';

/** ms after which something that doesn't answer counts as away. */
const PATIENCE_MS = 2_000;

type Health = 'ok' | 'away';

async function healthOf(ping: Promise<void>): Promise<Health> {
  let limit: NodeJS.Timeout | undefined;
  const late = new Promise<Health>((resolve) => {
    limit = setTimeout(resolve, PATIENCE_MS, 'away');
  });
  const answer = ping.then((): Health => 'ok').catch((): Health => 'away');
  const health = await Promise.race([answer, late]);
  clearTimeout(limit);
  return health;
}

/** For orchestrators: is this process alive, and can it serve everything? */
@ApiExcludeController()
@Controller()
export class HealthController implements OnModuleDestroy {
  #stopping = false;

  constructor(
    private readonly presence: PresenceService,
    private readonly database: Database,
  ) {}

  @Get('healthz')
  @Header('cache-control', 'no-store')
  alive(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** 503 names what is away. Calls also work without PostgreSQL, and those that are going on without Redis. */
  @Get('readyz')
  @Header('cache-control', 'no-store')
  async ready(@Res({ passthrough: true }) response: Response): Promise<Record<string, string>> {
    const [redis, postgres] = await Promise.all([
      healthOf(this.presence.ping()),
      healthOf(this.database.ping()),
    ]);
    const ready = redis === 'ok' && postgres === 'ok' && !this.#stopping;
    response.status(ready ? 200 : 503);
    return { status: this.#stopping ? 'stopping' : ready ? 'ok' : 'away', redis, postgres };
  }

  /** The first of all that happens on a stop: nobody is sent here any more while sockets are still being moved. */
  onModuleDestroy(): void {
    this.#stopping = true;
  }
}
