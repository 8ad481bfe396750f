import type { IncomingMessage } from 'node:http';
import { Body, Controller, Header, HttpCode, Param, Post, Req, Res, UseGuards } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { Response } from 'express';
import { AddressLimits } from '../ops/address-limits.js';
import { Callers } from '../ops/callers.js';
import { OwnPagesGuard } from '../ops/own-pages.guard.js';
import { ApiProblem } from '../ops/problem-document.js';
import { tooManyRequests, unknownLink, unusable } from '../ops/problem.js';
import { RequestLimitGuard } from '../ops/request-limit.guard.js';
import { CallIds } from '../presence/call-id.js';
import { DeviceGuard, OwnDevice } from './device.guard.js';
import { MadeRingDocument, NewRingDocument, RungDocument } from './invite-documents.js';
import { Lines } from './lines.js';
import { newRingSchema, read } from './request-bodies.js';
import { Rings } from './rings.js';
import { UnknownLinks } from './unknown-links.js';

@ApiTags('rings')
@ApiProblem(429, 'Too many requests; see Retry-After')
@ApiProblem(503, 'The database is away; see Retry-After')
@UseGuards(OwnPagesGuard, RequestLimitGuard)
@Controller('api/ring-links/:slug')
export class RingingController {
  constructor(
    private readonly rings: Rings,
    private readonly lines: Lines,
    private readonly callIds: CallIds,
    private readonly callers: Callers,
    private readonly limits: AddressLimits,
    private readonly unknown: UnknownLinks,
  ) {}

  @Post('rings')
  @HttpCode(201)
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'Ring. The caller made the call and waits in it; what becomes of it is told over its socket',
  })
  @ApiBody({ type: NewRingDocument })
  @ApiCreatedResponse({ type: MadeRingDocument })
  @ApiProblem(400, 'Not a call of this server, or what was sealed cannot be read')
  @ApiProblem(403, 'A page of another origin asks')
  @ApiProblem(404, 'No such link, or one that was taken back, or paused for 30 days: all alike')
  @ApiProblem(409, 'The link takes no rings now, its line is full, or this call rang already')
  async ring(
    @Param('slug') slug: string,
    @Body() body: unknown,
    @Req() request: IncomingMessage,
  ): Promise<MadeRingDocument> {
    const since = performance.now();
    const { content, caller } = read(newRingSchema, body);
    if (!this.callIds.read(content.callId)) throw unusable('"callId" must be a call of this server.');
    await this.#limit(request, slug);
    return (await this.rings.make(slug, content, caller)) ?? (await this.unknown.refuse(request, since));
  }

  @Post('next')
  @UseGuards(DeviceGuard)
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiBearerAuth()
  @ApiOperation({ summary: 'Answer who has waited longest in this line and is still there' })
  @ApiOkResponse({ type: RungDocument })
  @ApiNoContentResponse({ description: 'Nobody waits' })
  @ApiProblem(401, 'No such device')
  @ApiProblem(404, 'This device has no such link')
  async next(
    @OwnDevice() deviceId: string,
    @Param('slug') slug: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<RungDocument | undefined> {
    const next = await this.lines.next(deviceId, slug);
    if (next === 'unknown') throw unknownLink();
    if (next) return next;
    response.status(204);
    return undefined;
  }

  /** Somebody's phone rings: that may be asked for less often than other things, from one address and under one link. */
  async #limit(request: IncomingMessage, slug: string): Promise<void> {
    const caller = this.callers.of(request);
    const admissions = [
      this.limits.ringing.admit(caller),
      this.limits.ringingOne.admit(caller && { hash: slug.slice(0, 64) }),
    ];
    for (const admission of admissions) if (!admission.ok) throw tooManyRequests(admission.retryAfterS);
  }
}
