import type { SeatNumber } from '../protocol/index.js';
import type { Message } from './call-machine.js';
import type { ConnectionId } from './call-state.js';

/** What a connection is told; who entered also gets the ticket for coming back. */
export type Told =
  | Exclude<Message, { type: 'entered' }>
  | (Extract<Message, { type: 'entered' }> & { readonly ticket: string });

/** The sockets of this process, as presence sees them. Nothing here may throw. */
export interface Outlet {
  /** After `refused` and `superseded` nothing more is told. `entered` may come again; it says the same place. */
  tell(connection: ConnectionId, message: Told): void;
  /** True: the socket of seat `to` is here (whether or not it wanted to hear this). */
  relay(
    callId: string,
    to: SeatNumber,
    from: { readonly seat: SeatNumber; readonly epoch: number },
    payload: string,
  ): boolean;
  /** This connection has no seat any more without anybody's doing: its page should come back, with its ticket. */
  lostTrack(connection: ConnectionId): void;
}
