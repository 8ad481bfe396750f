import { Injectable } from '@nestjs/common';
import { RingWire } from '../presence/ring-wire.js';
import { ConnectionRegistry } from './connection-registry.js';

/** Brings what became of a ring to the sockets of its call in this process. */
@Injectable()
export class RingOutlet {
  constructor(wire: RingWire, registry: ConnectionRegistry) {
    wire.onCaller((callId, news) => {
      for (const seat of [0, 1] as const) registry.at(callId, seat)?.send({ event: 'ring', data: news });
    });
  }
}
