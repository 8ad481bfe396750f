import { ApiProperty } from '@nestjs/swagger';
import type { RingState, UndeliveredReason } from '../protocol/index.js';

const SLUG = 'Zm9yIGV4YW1wbGUh';

export class DeviceDocument {
  @ApiProperty({ description: '22 characters', example: 'AAECAwQFBgcICQoLDA0ODw' })
  deviceId!: string;

  @ApiProperty({
    description: '43 characters; told once. Show both with `Authorization: Bearer <deviceId>.<deviceSecret>`',
    example: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8',
  })
  deviceSecret!: string;
}

export class DeviceStateDocument {
  @ApiProperty({ description: 'Does the server know where to push to?' })
  pushSubscribed!: boolean;
}

export class SubscriptionKeysDocument {
  @ApiProperty({ description: 'Public key on P-256, uncompressed (base64url)' })
  p256dh!: string;

  @ApiProperty({ description: '16 bytes (base64url)' })
  auth!: string;
}

export class SubscriptionDocument {
  @ApiProperty({ example: 'https://updates.push.services.mozilla.com/wpush/v2/example' })
  endpoint!: string;

  @ApiProperty({ type: SubscriptionKeysDocument })
  keys!: SubscriptionKeysDocument;
}

export class QuietHoursDocument {
  @ApiProperty({ minimum: 0, maximum: 1439, description: 'Minutes of the day, UTC', example: 1320 })
  from!: number;

  @ApiProperty({
    minimum: 0,
    maximum: 1439,
    description: 'Up to here; before `from`: the next day',
    example: 420,
  })
  to!: number;
}

export class LineDocument {
  @ApiProperty({ description: 'May somebody join it?' })
  open!: boolean;

  @ApiProperty({
    type: Number,
    nullable: true,
    minimum: 1,
    maximum: 240,
    description: 'About how long a talk takes',
  })
  minutes!: number | null;
}

export class RingLinkDocument {
  @ApiProperty({ description: '16 characters', example: SLUG })
  slug!: string;

  @ApiProperty({ description: 'false: paused. After 30 days it answers strangers as one that never was' })
  accepting!: boolean;

  @ApiProperty({ type: QuietHoursDocument, nullable: true })
  quietHours!: QuietHoursDocument | null;

  @ApiProperty({
    type: LineDocument,
    nullable: true,
    description: 'null: one at a time, a second one is told busy',
  })
  line!: LineDocument | null;
}

export class LinkChangeDocument {
  @ApiProperty({ required: false })
  accepting?: boolean;

  @ApiProperty({ type: QuietHoursDocument, nullable: true, required: false })
  quietHours?: QuietHoursDocument | null;

  @ApiProperty({
    type: LineDocument,
    nullable: true,
    required: false,
    description: 'Closed, or null: who waits is told `closed`',
  })
  line?: LineDocument | null;
}

export class PublicLineDocument {
  @ApiProperty({ type: Number, nullable: true, description: 'About how long a talk takes' })
  minutes!: number | null;
}

export class PublicLinkDocument {
  @ApiProperty({ example: SLUG })
  slug!: string;

  @ApiProperty({ description: 'Not paused, not in quiet hours, its line not closed' })
  accepting!: boolean;

  @ApiProperty({
    type: PublicLineDocument,
    required: false,
    description: 'Only where callers wait their turn',
  })
  line?: PublicLineDocument;
}

const STATES = [
  'ringing',
  'delivered',
  'undelivered',
  'waiting',
  'answered',
  'declined',
  'busy',
  'missed',
  'cancelled',
  'closed',
] satisfies RingState[];
const REASONS = ['no-device', 'service-down', 'service-busy', 'refused'] satisfies UndeliveredReason[];

export class NewRingDocument {
  @ApiProperty({
    description: 'A call of this server, which the caller made and waits in',
    example: 'q83vASNFZ4mrzQBkyAABAgMEBQYH',
  })
  callId!: string;

  @ApiProperty({
    required: false,
    maxLength: 64,
    description: 'In the clear; the pages of this server seal it instead',
  })
  callerName?: string;

  @ApiProperty({
    required: false,
    description:
      '16 bytes (base64url) by which this link knows the browser again, and no other link does: so that it can be blocked',
    example: 'oKGio6SlpqeoqaqrrK2urw',
  })
  caller?: string;

  @ApiProperty({
    maxLength: 2048,
    description: "The call's key, sealed (HPKE) with the key in the link (base64url)",
  })
  sealedKey!: string;
}

export class RingNewsDocument {
  @ApiProperty({ description: '22 characters. Whoever knows it may ask for it and cancel it' })
  ringId!: string;

  @ApiProperty({ enum: STATES })
  state!: RingState;

  @ApiProperty({ required: false, description: 'With `waiting`: 1 is next' })
  place?: number;

  @ApiProperty({ enum: REASONS, required: false, description: 'With `undelivered`' })
  reason?: UndeliveredReason;
}

export class MadeRingDocument extends RingNewsDocument {
  @ApiProperty({ format: 'date-time', description: 'Until then it rings, or waits' })
  expiresAt!: string;
}

export class RungDocument {
  @ApiProperty()
  ringId!: string;

  @ApiProperty({ example: SLUG })
  slug!: string;

  @ApiProperty()
  callId!: string;

  @ApiProperty()
  sealedKey!: string;

  @ApiProperty({ required: false })
  callerName?: string;

  @ApiProperty({ enum: STATES })
  state!: RingState;

  @ApiProperty({ description: 'ms since 1970' })
  madeAt!: number;

  @ApiProperty({ description: 'ms since 1970' })
  expiresAt!: number;
}

export class DeclineDocument {
  @ApiProperty({ required: false, description: 'Because of another call: the caller is told `busy`' })
  busy?: boolean;
}
