import type { IncomingMessage } from 'node:http';
import { Body, Controller, Delete, Get, Header, HttpCode, Param, Post, Req, UseGuards } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { OwnPagesGuard } from '../ops/own-pages.guard.js';
import { ApiProblem } from '../ops/problem-document.js';
import { ringGoing, ringOver, ringWaits, unknownRing } from '../ops/problem.js';
import { RequestLimitGuard } from '../ops/request-limit.guard.js';
import { DeviceGuard, OwnDevice } from './device.guard.js';
import { DeclineDocument, RingNewsDocument, RungDocument } from './invite-documents.js';
import { RingBlocks } from './ring-blocks.js';
import { saysBusy } from './request-bodies.js';
import { Rings, type Outcome } from './rings.js';
import { UnknownLinks } from './unknown-links.js';

/** What was asked of a ring is done, or it was too late. */
function done(outcome: Exclude<Outcome, { is: 'unknown' }>): void {
  if (outcome.is !== 'too-late') return;
  throw outcome.known.ring.is === 'waiting' ? ringWaits() : ringOver();
}

@ApiTags('rings')
@ApiProblem(429, 'Too many requests; see Retry-After')
@ApiProblem(503, 'The database is away; see Retry-After')
@UseGuards(OwnPagesGuard, RequestLimitGuard)
@Controller('api/rings')
export class RingsController {
  constructor(
    private readonly rings: Rings,
    private readonly blocks: RingBlocks,
    private readonly unknown: UnknownLinks,
  ) {}

  @Get()
  @UseGuards(DeviceGuard)
  @Header('cache-control', 'no-store')
  @ApiBearerAuth()
  @ApiOperation({ summary: 'What rings this device now, and who tried within seven days' })
  @ApiOkResponse({ type: [RungDocument] })
  @ApiProblem(401, 'No such device')
  list(@OwnDevice() deviceId: string): Promise<RungDocument[]> {
    return this.rings.of(deviceId);
  }

  @Get(':ringId')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'How a ring stands, for its caller: who knows the id may ask' })
  @ApiOkResponse({ type: RingNewsDocument })
  @ApiProblem(404, 'No such ring')
  async news(@Param('ringId') ringId: string, @Req() request: IncomingMessage): Promise<RingNewsDocument> {
    const since = performance.now();
    return (await this.rings.news(ringId)) ?? (await this.unknown.refuseRing(request, since));
  }

  @Post(':ringId/cancel')
  @HttpCode(204)
  @ApiOperation({ summary: 'The caller gives up: who knows the id may say so' })
  @ApiNoContentResponse()
  @ApiProblem(404, 'No such ring')
  @ApiProblem(409, 'It is over')
  async cancel(@Param('ringId') ringId: string, @Req() request: IncomingMessage): Promise<void> {
    const since = performance.now();
    const outcome = await this.rings.change(ringId, { type: 'cancel' });
    if (outcome.is === 'unknown') await this.unknown.refuseRing(request, since);
    else done(outcome);
  }

  @Post(':ringId/answer')
  @UseGuards(DeviceGuard)
  @HttpCode(204)
  @ApiBearerAuth()
  @ApiOperation({ summary: 'The device that is rung answers. The first answer wins' })
  @ApiNoContentResponse()
  @ApiProblem(401, 'No such device')
  @ApiProblem(404, 'No such ring of this device')
  @ApiProblem(409, 'It is over, or waits in a line')
  async answer(@OwnDevice() deviceId: string, @Param('ringId') ringId: string): Promise<void> {
    await this.#byDevice(this.rings.change(ringId, { type: 'answer' }, deviceId));
  }

  @Post(':ringId/decline')
  @UseGuards(DeviceGuard)
  @HttpCode(204)
  @ApiBearerAuth()
  @ApiOperation({ summary: 'The device that is rung declines' })
  @ApiBody({ type: DeclineDocument, required: false })
  @ApiNoContentResponse()
  @ApiProblem(400, 'The body cannot be read')
  @ApiProblem(401, 'No such device')
  @ApiProblem(404, 'No such ring of this device')
  @ApiProblem(409, 'It is over, or waits in a line')
  async decline(
    @OwnDevice() deviceId: string,
    @Param('ringId') ringId: string,
    @Body() body: unknown,
  ): Promise<void> {
    await this.#byDevice(this.rings.change(ringId, { type: 'decline', busy: saysBusy(body) }, deviceId));
  }

  @Post(':ringId/block')
  @UseGuards(DeviceGuard)
  @HttpCode(204)
  @ApiBearerAuth()
  @ApiOperation({
    summary:
      'Whoever rang so cannot ring this link again, which answers them as a paused one; also when the ring is over. A ring without `caller` blocks nobody',
  })
  @ApiNoContentResponse()
  @ApiProblem(401, 'No such device')
  @ApiProblem(404, 'No such ring of this device')
  async block(@OwnDevice() deviceId: string, @Param('ringId') ringId: string): Promise<void> {
    if ((await this.blocks.block(ringId, deviceId)) === 'unknown') throw unknownRing();
  }

  @Delete(':ringId')
  @UseGuards(DeviceGuard)
  @HttpCode(204)
  @ApiBearerAuth()
  @ApiOperation({ summary: 'Who tried was seen: what is kept of it is erased' })
  @ApiNoContentResponse()
  @ApiProblem(401, 'No such device')
  @ApiProblem(404, 'No such ring of this device')
  @ApiProblem(409, 'It still goes on')
  async erase(@OwnDevice() deviceId: string, @Param('ringId') ringId: string): Promise<void> {
    const erased = await this.rings.erase(ringId, deviceId);
    if (erased === 'unknown') throw unknownRing();
    if (erased === 'going') throw ringGoing();
  }

  async #byDevice(changing: Promise<Outcome>): Promise<void> {
    const outcome = await changing;
    if (outcome.is === 'unknown') throw unknownRing();
    done(outcome);
  }
}
