import { ApiProperty } from '@nestjs/swagger';
import type { CallPhase } from '../protocol/index.js';

/** A call that was just made. */
export class CallDocument {
  @ApiProperty({ description: 'Unguessable, URL-safe', example: 'q2o0m8wFyDxQvGQAAl1c3J5bS1ub' })
  callId!: string;
}

export class CallPhaseDocument extends CallDocument {
  @ApiProperty({
    enum: ['empty', 'waiting', 'live', 'interrupted'],
    description: 'No seat taken · one · both, both present · both, at least one dropped',
  })
  phase!: CallPhase;
}

export class IceServerDocument {
  @ApiProperty({ type: [String], example: ['stun:call.example:3478'] })
  urls!: string[];
}

export class ServerConfigDocument {
  @ApiProperty({ type: [IceServerDocument], description: 'For RTCPeerConnection. Never a relay' })
  iceServers!: IceServerDocument[];

  @ApiProperty({ description: 'For PushManager.subscribe (base64url)' })
  vapidPublicKey!: string;

  @ApiProperty({ description: 'ms between two signs of life of a page' })
  pulseMs!: number;

  @ApiProperty({ description: 'ms a dropped seat is kept' })
  graceMs!: number;
}
