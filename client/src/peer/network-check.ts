import { networkKind, type NetworkKind } from './network-kind';
import type { RtcFactory } from './rtc';

/** STUN servers on a bad mobile network answer within this time (ms); browsers themselves wait up to ten seconds. */
const PATIENCE_MS = 4000;

/**
 * Asks the STUN servers what this browser's network does to direct calls. Nobody else hears of it. Only once the person
 * has chosen to join: it gathers addresses. Never rejects; null: this browser would not say.
 */
export async function checkNetwork(
  rtc: RtcFactory,
  iceServers: readonly RTCIceServer[],
): Promise<NetworkKind | null> {
  const stunServers = iceServers.length;
  if (stunServers === 0) return 'unasked';
  const connection = rtc({ iceServers: [...iceServers] });
  const candidates: string[] = [];
  try {
    // A data channel alone is the smallest thing there is to gather for.
    connection.createDataChannel('check', { negotiated: true, id: 0 });
    const finished = new Promise<boolean>((resolve) => {
      connection.onicecandidate = ({ candidate }) => {
        if (!candidate) resolve(true);
        else if (candidate.candidate !== '') candidates.push(candidate.candidate);
      };
      setTimeout(resolve, PATIENCE_MS, false);
    });
    await connection.setLocalDescription();
    return networkKind(candidates, stunServers, await finished);
  } catch {
    return null;
  } finally {
    connection.close();
  }
}
