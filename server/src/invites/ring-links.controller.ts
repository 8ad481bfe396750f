import type { IncomingMessage } from 'node:http';
import {
  Body,
  Controller,
  Delete,
  Get,
  Header,
  HttpCode,
  Param,
  Patch,
  Post,
  Req,
  UseGuards,
} from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { OwnPagesGuard } from '../ops/own-pages.guard.js';
import { ApiProblem } from '../ops/problem-document.js';
import { RequestLimitGuard } from '../ops/request-limit.guard.js';
import { DeviceGuard, OwnDevice } from './device.guard.js';
import { LinkChangeDocument, PublicLinkDocument, RingLinkDocument } from './invite-documents.js';
import { lineOf, opennessOf } from './link-openness.js';
import { linkChangeSchema, read } from './request-bodies.js';
import { RingLinks } from './ring-links.js';
import { Rings } from './rings.js';
import { UnknownLinks } from './unknown-links.js';

@ApiTags('ring links')
@ApiProblem(429, 'Too many requests; see Retry-After')
@ApiProblem(503, 'The database is away; see Retry-After')
@UseGuards(OwnPagesGuard, RequestLimitGuard)
@Controller('api/ring-links')
export class RingLinksController {
  constructor(
    private readonly links: RingLinks,
    private readonly rings: Rings,
    private readonly unknown: UnknownLinks,
  ) {}

  @Post()
  @UseGuards(DeviceGuard)
  @HttpCode(201)
  @Header('cache-control', 'no-store')
  @ApiBearerAuth()
  @ApiOperation({ summary: 'Make a ring link. Its name stays in the browser' })
  @ApiCreatedResponse({ type: RingLinkDocument })
  @ApiProblem(401, 'No such device')
  @ApiProblem(409, 'It has 50 of them')
  make(@OwnDevice() deviceId: string): Promise<RingLinkDocument> {
    return this.links.make(deviceId);
  }

  @Get()
  @UseGuards(DeviceGuard)
  @Header('cache-control', 'no-store')
  @ApiBearerAuth()
  @ApiOperation({ summary: 'The ring links of this device' })
  @ApiOkResponse({ type: [RingLinkDocument] })
  @ApiProblem(401, 'No such device')
  list(@OwnDevice() deviceId: string): Promise<RingLinkDocument[]> {
    return this.links.of(deviceId);
  }

  @Get(':slug')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'May somebody be rung under this link just now? For whoever opens it' })
  @ApiOkResponse({ type: PublicLinkDocument })
  @ApiProblem(404, 'No such link, or one that was taken back, or paused for 30 days: all alike')
  async look(@Param('slug') slug: string, @Req() request: IncomingMessage): Promise<PublicLinkDocument> {
    const since = performance.now();
    const row = await this.links.find(slug);
    const openness = row ? opennessOf(row, Date.now()) : 'gone';
    if (!row || openness === 'gone') return this.unknown.refuse(request, since);
    const line = lineOf(row);
    return { slug, accepting: openness === 'open', ...(line ? { line: { minutes: line.minutes } } : {}) };
  }

  @Patch(':slug')
  @UseGuards(DeviceGuard)
  @ApiBearerAuth()
  @ApiOperation({ summary: 'Pause a link, set its quiet hours, give it a line or close that' })
  @ApiBody({ type: LinkChangeDocument })
  @ApiOkResponse({ type: RingLinkDocument })
  @ApiProblem(400, 'What is to be changed cannot be read')
  @ApiProblem(401, 'No such device')
  @ApiProblem(404, 'This device has no such link')
  async change(
    @OwnDevice() deviceId: string,
    @Param('slug') slug: string,
    @Body() body: unknown,
  ): Promise<RingLinkDocument> {
    const link = await this.links.change(deviceId, slug, read(linkChangeSchema, body));
    // Closed for new callers, it still has those who wait; without a line nobody could take them.
    if (!link.line) await this.rings.close({ deviceId, slug }, 'waiting');
    return link;
  }

  @Delete(':slug')
  @UseGuards(DeviceGuard)
  @HttpCode(204)
  @ApiBearerAuth()
  @ApiOperation({ summary: 'Take a link back: it answers as one that never was' })
  @ApiNoContentResponse()
  @ApiProblem(401, 'No such device')
  @ApiProblem(404, 'This device has no such link')
  async revoke(@OwnDevice() deviceId: string, @Param('slug') slug: string): Promise<void> {
    await this.rings.close({ deviceId, slug });
    await this.links.revoke(deviceId, slug);
  }
}
