import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CloseCode } from '../protocol/index.js';
import { ConnectionRegistry } from './connection-registry.js';
import { meet } from './testing/couple.js';
import type { Page } from './testing/page.js';
import { newCallId, startSignaling, type SignalingServer } from './testing/signaling-server.js';
import { SeatOutlet } from './seat-outlet.js';

describe('what reaches a seat', () => {
  const callId = newCallId();
  let server: SignalingServer;
  let outlet: SeatOutlet;
  let first: Page;

  beforeEach(async () => {
    server = await startSignaling();
    outlet = server.app.get(SeatOutlet);
    const couple = await meet(callId, server);
    first = couple.first;
    couple.second.socket.terminate();
    await first.until('peer');
    // The other came back: its connection is the second one of its seat.
    const back = await server.open();
    await back.enter(callId, couple.secondHolder);
    expect(await first.until('peer')).toEqual({ state: 'present', epoch: 2 });
  });
  afterEach(() => server.stop());

  it('what a connection sent that is older than the one last told of is dropped', async () => {
    outlet.relay(callId, 0, { epoch: 1 }, 'stale');
    outlet.relay(callId, 0, { epoch: 2 }, 'fresh');
    expect(await first.next()).toEqual({ event: 'relay', data: { payload: 'fresh' } });
  });

  it('a seat whose socket is elsewhere, or nowhere, is said to be not here', () => {
    expect(outlet.relay(callId, 0, { epoch: 2 }, 'x')).toBe(true);
    expect(outlet.relay(newCallId(), 0, { epoch: 2 }, 'x')).toBe(false);
  });

  it('a connection of another server is not told anything here', () => {
    outlet.tell('of another server', { type: 'superseded' });
    outlet.lostTrack('of another server');
  });

  it('a page of which presence lost track is sent to come back', async () => {
    const link = server.app.get(ConnectionRegistry).at(callId, 0);
    outlet.lostTrack(link?.connection ?? '');
    expect(await first.closed).toBe(CloseCode.lostTrack);
  });
});
