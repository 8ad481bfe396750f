import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CloseCode } from '../protocol/index.js';
import { meet } from './testing/couple.js';
import { newHolder } from './testing/page.js';
import { newCallId, startSignaling, type SignalingServer } from './testing/signaling-server.js';

describe('the signaling socket', () => {
  let server: SignalingServer;
  beforeAll(async () => {
    server = await startSignaling();
  });
  afterAll(() => server.stop());

  it('two people meet: each is told of the other, and what one sends the other gets', async () => {
    const callId = newCallId();
    const [first, second] = [await server.open(), await server.open()];
    const firstSeat = await first.enter(callId);
    expect(firstSeat).toMatchObject({
      seat: 0,
      peer: { state: 'absent', epoch: 0 },
      iceServers: [{ urls: ['stun:stun.example:3478'] }],
      pulseMs: 25_000,
      graceMs: 60_000,
    });
    expect(firstSeat.ticket).not.toBe('');
    expect(await second.enter(callId)).toMatchObject({ seat: 1, peer: { state: 'present', epoch: 1 } });
    expect(await first.next()).toEqual({ event: 'peer', data: { state: 'present', epoch: 1 } });
    first.relay('"quotes", \\ and 漢字');
    second.relay('back');
    expect(await second.next()).toEqual({ event: 'relay', data: { payload: '"quotes", \\ and 漢字' } });
    expect(await first.next()).toEqual({ event: 'relay', data: { payload: 'back' } });
  });

  it('frames of one socket are dealt with in the order they were sent, enter and leave included', async () => {
    const callId = newCallId();
    const [waiting, hasty] = [await server.open(), await server.open()];
    await waiting.enter(callId);
    hasty.send({ event: 'enter', data: { callId, holder: newHolder() } });
    for (let number = 0; number < 100; number += 1) hasty.relay(String(number));
    hasty.send({ event: 'leave', data: {} });
    hasty.socket.close();
    expect(await waiting.next()).toMatchObject({ event: 'peer', data: { state: 'present' } });
    for (let number = 0; number < 100; number += 1) {
      expect(await waiting.next()).toEqual({ event: 'relay', data: { payload: String(number) } });
    }
    expect(await waiting.next()).toMatchObject({ event: 'peer', data: { state: 'left' } });
  });

  it('who hangs up is let go with 1000, and the other stays', async () => {
    const callId = newCallId();
    const [first, second] = [await server.open(), await server.open()];
    await first.enter(callId);
    await second.enter(callId);
    first.send({ event: 'leave', data: {} });
    expect(await first.closed).toBe(CloseCode.left);
    expect(await second.next()).toMatchObject({ event: 'peer', data: { state: 'left' } });
    expect(await second.rest()).toEqual([]);
  });

  it('whatever is said after hanging up is ignored', async () => {
    const { first, second } = await meet(newCallId(), server);
    first.send({ event: 'leave', data: {} });
    first.relay('one more thing');
    first.send({ event: 'pulse', data: { peerAlive: true } });
    first.send({ event: 'leave', data: {} });
    expect(await Promise.race([first.next(), first.closed])).toBe(CloseCode.left);
    expect(await second.next()).toMatchObject({ event: 'peer', data: { state: 'left' } });
    expect(await second.rest()).toEqual([]);
  });

  it('a lost socket is a drop, not a leave', async () => {
    const callId = newCallId();
    const [first, second] = [await server.open(), await server.open()];
    await first.enter(callId);
    await second.enter(callId);
    first.socket.terminate();
    expect(await second.next()).toMatchObject({ event: 'peer', data: { state: 'dropped' } });
  });

  it('a third person is told that the call is full, then closed with 4002, and the two hear nothing of it', async () => {
    const callId = newCallId();
    const [first, second, third] = [await server.open(), await server.open(), await server.open()];
    await first.enter(callId);
    await second.enter(callId);
    await first.next();
    third.send({ event: 'enter', data: { callId, holder: newHolder() } });
    expect(await third.next()).toMatchObject({ event: 'refused', data: { reason: 'full' } });
    expect(await third.closed).toBe(CloseCode.refused);
    expect(await first.rest()).toEqual([]);
    expect(await second.rest()).toEqual([]);
  });
});
