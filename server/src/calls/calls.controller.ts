import type { IncomingMessage } from 'node:http';
import { Controller, Get, Header, HttpCode, Inject, Param, Post, Req, UseGuards } from '@nestjs/common';
import { ApiOkResponse, ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { APP_CONFIG, type AppConfig } from '../config/app-config.js';
import { iceServersFor } from '../config/ice-servers.js';
import { Callers } from '../ops/callers.js';
import { OwnPagesGuard } from '../ops/own-pages.guard.js';
import { ApiProblem } from '../ops/problem-document.js';
import { tooManyRequests, unknownCall } from '../ops/problem.js';
import { RequestLimitGuard } from '../ops/request-limit.guard.js';
import { WrongIds } from '../ops/wrong-ids.js';
import { CallIds } from '../presence/call-id.js';
import { PresenceService } from '../presence/presence.service.js';
import { CallRecords } from './call-records.js';
import { CallDocument, CallPhaseDocument, ServerConfigDocument } from './call-documents.js';

@ApiTags('calls')
@ApiProblem(429, 'Too many requests; see Retry-After')
@UseGuards(OwnPagesGuard, RequestLimitGuard)
@Controller('api')
export class CallsController {
  readonly #config: ServerConfigDocument;

  constructor(
    private readonly presence: PresenceService,
    private readonly callIds: CallIds,
    private readonly records: CallRecords,
    private readonly callers: Callers,
    private readonly wrongIds: WrongIds,
    @Inject(APP_CONFIG) config: AppConfig,
  ) {
    this.#config = {
      iceServers: iceServersFor(config).map(({ urls }) => ({ urls: [...urls] })),
      vapidPublicKey: config.vapid.publicKey,
      pulseMs: config.pulseMs,
      graceMs: config.seatGraceMs,
    };
  }

  @Post('calls')
  @HttpCode(201)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Make a call. Its id proves itself, so this needs neither Redis nor PostgreSQL' })
  @ApiCreatedResponse({ type: CallDocument })
  @ApiProblem(403, 'A page of another origin asks')
  create(): CallDocument {
    const now = Date.now();
    const callId = this.callIds.make(now);
    this.records.created(callId, now);
    return { callId };
  }

  @Get('calls/:callId')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Who is in, as far as a stranger may know' })
  @ApiOkResponse({ type: CallPhaseDocument })
  @ApiProblem(404, 'No such call, or it is too old')
  @ApiProblem(503, 'Redis is away; see Retry-After')
  async phase(@Param('callId') callId: string, @Req() request: IncomingMessage): Promise<CallPhaseDocument> {
    const since = performance.now();
    const phase = await this.presence.phase(callId);
    if (phase !== 'unknown') return { callId, phase };
    const admission = await this.wrongIds.count(this.callers.of(request), since);
    throw admission.ok ? unknownCall() : tooManyRequests(admission.retryAfterS);
  }

  @Get('config')
  @Header('cache-control', 'no-cache')
  @ApiOperation({ summary: 'What a page needs to know before it enters a call' })
  @ApiOkResponse({ type: ServerConfigDocument })
  config(): ServerConfigDocument {
    return this.#config;
  }
}
