import { Controller, Get, Header, Req, Res, type OnModuleDestroy } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Database } from '../persistence/database.js';
import { PresenceService } from '../presence/presence.service.js';
import { answersInTime } from './answers-in-time.js';
import { unusable } from './problem.js';

/** What this server needs of others. */
const PARTS = ['redis', 'postgres'] as const;
type Part = (typeof PARTS)[number];

/** `excluded`: it was not asked. */
type Health = 'ok' | 'away' | 'excluded';

const healthOf = async (ping: Promise<void>): Promise<Health> =>
  (await answersInTime(ping)) ? 'ok' : 'away';

const isPart = (name: string): name is Part => PARTS.some((part) => part === name);

/** The parts named by `?exclude=…&exclude=…`, as Kubernetes' own API server has it. @throws ProblemError for any other */
function excludedBy({ url }: Request): ReadonlySet<Part> {
  const names = new URLSearchParams(url.split('?')[1]).getAll('exclude');
  const parts = names.filter(isPart);
  if (parts.length < names.length) throw unusable(`Only ${PARTS.join(' and ')} can be excluded.`);
  return new Set(parts);
}

/** For orchestrators: is this process alive, and can it serve everything? */
@ApiExcludeController()
@Controller()
export class HealthController implements OnModuleDestroy {
  readonly #pings: Readonly<Record<Part, () => Promise<void>>>;
  #stopping = false;

  constructor(presence: PresenceService, database: Database) {
    this.#pings = { redis: () => presence.ping(), postgres: () => database.ping() };
  }

  @Get('healthz')
  @Header('cache-control', 'no-store')
  alive(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /**
   * 503 names what is away. Calls also work without PostgreSQL, and those that are going on without Redis. Both are away for
   * every process at once, so whoever decides which process gets the next person excludes them.
   */
  @Get('readyz')
  @Header('cache-control', 'no-store')
  async ready(
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Record<string, string>> {
    const excluded = excludedBy(request);
    const ask = (part: Part): Promise<Health> | Health =>
      excluded.has(part) ? 'excluded' : healthOf(this.#pings[part]());
    const [redis, postgres] = await Promise.all([ask('redis'), ask('postgres')]);
    const ready = redis !== 'away' && postgres !== 'away' && !this.#stopping;
    response.status(ready ? 200 : 503);
    return { status: this.#stopping ? 'stopping' : ready ? 'ok' : 'away', redis, postgres };
  }

  /** The first of all that happens on a stop: nobody is sent here any more while sockets are still being moved. */
  onModuleDestroy(): void {
    this.#stopping = true;
  }
}
