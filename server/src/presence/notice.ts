import { isCount, isFields, parseJson, type SeatNumber } from '../protocol/index.js';
import type { Message } from './call-machine.js';
import type { ConnectionId, Time } from './call-state.js';

/** An `entered` also carries its ticket. */
export type Told =
  | Exclude<Message, { type: 'entered' }>
  | (Extract<Message, { type: 'entered' }> & { readonly ticket: string });

/** From which seat, and which of its connections. */
export interface Sender {
  readonly seat: SeatNumber;
  readonly epoch: number;
}

/** What servers tell each other about a call, in the order of its states. */
export type Notice =
  | {
      readonly type: 'told';
      readonly tells: readonly { readonly connection: ConnectionId; readonly message: Told }[];
      /** ms from now in which the call changes by itself; null: not. */
      readonly changesIn: Time | null;
    }
  | { readonly type: 'relay'; readonly from: Sender; readonly payload: string };

export const encodeNotice = (notice: Notice): string => JSON.stringify(notice);

/**
 * Null: not a notice (another version's). Servers of one installation share their secret and their store, so the shape
 * is checked, not every word.
 */
export function decodeNotice(text: string): Notice | null {
  const json = parseJson(text);
  if (!json.ok || !isFields(json.value)) return null;
  const { type, tells, from, payload, changesIn } = json.value;
  if (type === 'told' && Array.isArray(tells) && (changesIn === null || isCount(changesIn))) {
    const wellFormed = tells.every(
      (tell: unknown) =>
        isFields(tell) && typeof tell['connection'] === 'string' && isFields(tell['message']),
    );
    return wellFormed ? (json.value as Notice) : null;
  }
  const isRelay = type === 'relay' && typeof payload === 'string' && isFields(from) && isCount(from['epoch']);
  return isRelay && (from['seat'] === 0 || from['seat'] === 1) ? (json.value as Notice) : null;
}
