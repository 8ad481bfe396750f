import {
  Body,
  Controller,
  Delete,
  Get,
  Header,
  HttpCode,
  Inject,
  Post,
  Put,
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
import { APP_CONFIG, type AppConfig } from '../config/app-config.js';
import { OwnPagesGuard } from '../ops/own-pages.guard.js';
import { ApiProblem } from '../ops/problem-document.js';
import { unusable } from '../ops/problem.js';
import { RequestLimitGuard } from '../ops/request-limit.guard.js';
import { DeviceGuard, OwnDevice } from './device.guard.js';
import { Devices } from './devices.js';
import { DeviceDocument, DeviceStateDocument, SubscriptionDocument } from './invite-documents.js';
import { checkPushEndpoint } from './push-endpoint.js';
import { RingTeller } from './ring-teller.js';
import { Rings } from './rings.js';
import { read, subscriptionSchema } from './request-bodies.js';

@ApiTags('devices')
@ApiProblem(429, 'Too many requests; see Retry-After')
@ApiProblem(503, 'The database is away; see Retry-After')
@UseGuards(OwnPagesGuard, RequestLimitGuard)
@Controller('api/devices')
export class DevicesController {
  constructor(
    private readonly devices: Devices,
    private readonly rings: Rings,
    private readonly teller: RingTeller,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {}

  @Post()
  @HttpCode(201)
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'Make a device: a browser that can be rung. No name, no account; the secret is told once',
  })
  @ApiCreatedResponse({ type: DeviceDocument })
  @ApiProblem(403, 'A page of another origin asks')
  make(): Promise<DeviceDocument> {
    return this.devices.make();
  }

  @Get('me')
  @UseGuards(DeviceGuard)
  @Header('cache-control', 'no-store')
  @ApiBearerAuth()
  @ApiOperation({ summary: 'Is this device still known, and can it be pushed to?' })
  @ApiOkResponse({ type: DeviceStateDocument })
  @ApiProblem(401, 'No such device')
  async state(@OwnDevice() deviceId: string): Promise<DeviceStateDocument> {
    return { pushSubscribed: await this.devices.isSubscribed(deviceId) };
  }

  @Put('me/push-subscription')
  @UseGuards(DeviceGuard)
  @HttpCode(204)
  @ApiBearerAuth()
  @ApiOperation({ summary: 'Where this device gets its messages: a PushSubscription.toJSON()' })
  @ApiBody({ type: SubscriptionDocument })
  @ApiNoContentResponse()
  @ApiProblem(400, 'Not a subscription, or at a push service that this server does not know')
  @ApiProblem(401, 'No such device')
  async subscribe(@OwnDevice() deviceId: string, @Body() body: unknown): Promise<void> {
    const subscription = read(subscriptionSchema, body);
    const checked = checkPushEndpoint(subscription.endpoint, this.config.pushEndpointAllow);
    if (!checked.ok) throw unusable(checked.problem);
    await this.devices.subscribe(deviceId, { ...subscription, endpoint: checked.endpoint.url.href });
  }

  @Delete('me/push-subscription')
  @UseGuards(DeviceGuard)
  @HttpCode(204)
  @ApiBearerAuth()
  @ApiOperation({ summary: 'No messages for this device any more' })
  @ApiNoContentResponse()
  @ApiProblem(401, 'No such device')
  unsubscribe(@OwnDevice() deviceId: string): Promise<void> {
    return this.devices.unsubscribe(deviceId);
  }

  @Delete('me')
  @UseGuards(DeviceGuard)
  @HttpCode(204)
  @ApiBearerAuth()
  @ApiOperation({
    summary: 'Forget this device: every row about it is deleted, its ring links and rings included',
  })
  @ApiNoContentResponse()
  @ApiProblem(401, 'No such device')
  async forget(@OwnDevice() deviceId: string): Promise<void> {
    await this.rings.close({ deviceId });
    await this.devices.forget(deviceId);
    this.teller.tellDevice(deviceId, { is: 'forgotten' });
  }
}
