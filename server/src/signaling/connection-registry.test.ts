import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { ConnectionRegistry } from './connection-registry.js';
import { Heartbeat } from './heartbeat.js';
import { SOCKET_LIMITS } from './limits.js';
import { Link } from './link.js';
import { TaskLine } from './task-line.js';

/** Of a socket that is never used. */
const newLink = () =>
  new Link({
    socket: Object.create(WebSocket.prototype) as WebSocket,
    wire: new Socket(),
    limits: SOCKET_LIMITS,
    caller: null,
    heartbeat: new Heartbeat({ pulseMs: 1, reportEveryMs: 1 }, 0),
    line: new TaskLine(() => undefined),
  });
const seated = (epoch: number) =>
  ({ is: 'seated', callId: 'call', seat: 0, epoch, peer: { state: 'absent', epoch: 0 } }) as const;

describe('which socket speaks for a seat', () => {
  it('the end of an older connection does not take the seat from the newer', () => {
    const registry = new ConnectionRegistry();
    const [older, newer] = [newLink(), newLink()];
    registry.add(older);
    registry.add(newer);
    registry.seat(older, seated(1));
    registry.seat(newer, seated(2));
    registry.remove(older);
    expect(registry.at('call', 0)).toBe(newer);
    expect(registry.find(older.connection)).toBeUndefined();
  });

  it('nothing is kept of a call nobody here is in', () => {
    const registry = new ConnectionRegistry();
    const link = newLink();
    registry.add(link);
    registry.seat(link, seated(1));
    registry.unseat(link);
    expect(registry.at('call', 0)).toBeUndefined();
    expect(registry.find(link.connection)).toBe(link);
    expect(link.standing.is).toBe('over');
  });
});
