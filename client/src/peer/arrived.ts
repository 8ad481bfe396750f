import type { MediaFlags } from './peer-messages';
import type { RtcConnection } from './rtc';

/** What was received of one device of the other person since the connection began. */
export interface Received {
  readonly packets: number;
  /** Whole pictures; of sound the packets, as each holds a piece of it. */
  readonly pieces: number;
}

export type Arrived = Readonly<Record<keyof MediaFlags, Received>>;

interface InboundStats {
  readonly type?: string;
  readonly kind?: string;
  readonly packetsReceived?: number;
  readonly framesReceived?: number;
}

/** Counts what has arrived over this connection. Rejects when it is closed just now. */
export async function countArrived(connection: RtcConnection): Promise<Arrived> {
  const sum = { camera: { packets: 0, pieces: 0 }, microphone: { packets: 0, pieces: 0 } };
  const report = await connection.getStats();
  report.forEach(({ type, kind, packetsReceived = 0, framesReceived = 0 }: InboundStats) => {
    if (type !== 'inbound-rtp') return;
    const of = kind === 'audio' ? sum.microphone : sum.camera;
    of.packets += packetsReceived;
    of.pieces += kind === 'audio' ? packetsReceived : framesReceived;
  });
  return sum;
}
