import { decodeClientFrame, encodeFrame } from '@protocol';
import { describe, expect, it } from 'vitest';
import text from '../../../server/src/protocol/PROTOCOL.md?raw';
import { examplesIn } from '../../../server/src/protocol/testing/examples';
import { SignalingClient, type SignalingEvent } from './signaling-client';
import { enteredFrame, FakeSocket } from './testing/fake-socket';

const fromServer = examplesIn(text)
  .filter(({ from }) => from === 'server')
  .map((example) => example.text);

/** A page in a call, told one thing; then it goes. */
function told(frame: string, goes: 'leave' | 'block' = 'leave') {
  const socket = new FakeSocket('');
  const events: SignalingEvent[] = [];
  const client = new SignalingClient({
    onEvent: (event) => events.push(event),
    peerAlive: () => true,
    connect: () => socket,
    watchNetwork: () => () => undefined,
  });
  client.enter({ callId: 'call', holder: 'AAAAAAAAAAAAAAAAAAAAAA', ticket: 'ticket' });
  socket.accept();
  socket.say(enteredFrame());
  socket.sayText(frame);
  client.relay('payload');
  client.lock(true);
  client[goes]();
  return { events: events.slice(1), sent: socket.sent };
}

describe('PROTOCOL.md', () => {
  it('has examples of what the server says', () => {
    expect(fromServer.length).toBeGreaterThan(5);
  });

  it.each(fromServer)('a page understands what the server says: %s', (frame) => {
    const unusable = told(frame).events.filter((event) => event.type === 'unusable' && event.by === 'page');
    expect(unusable).toEqual([]);
  });

  it.each(['leave', 'block'] as const)('what a page sends is what it says, word for word: … %s', (goes) => {
    const { sent } = told(encodeFrame({ event: 'peer', data: { state: 'dropped', epoch: 1 } }), goes);
    const events = sent.map((frame) => {
      const decoded = decodeClientFrame(JSON.stringify(frame));
      expect(decoded).toEqual({ ok: true, value: frame });
      return decoded.ok ? decoded.value.event : null;
    });
    expect(events).toEqual(['enter', 'pulse', 'relay', 'lock', goes]);
  });
});
