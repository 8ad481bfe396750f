import { describe, expect, it } from 'vitest';
import { opening, screenOf, stepCall, type CallInput, type CallState } from './call-machine';

const run = (...inputs: CallInput[]): CallState => inputs.reduce(stepCall, opening);
const screen = (...inputs: CallInput[]) => screenOf(run(...inputs));

const lobby: CallInput = { type: 'opened', as: 'lobby' };
const join: CallInput = { type: 'join', metAt: null };
const entered = (peer: 'absent' | 'present' | 'dropped' = 'absent'): CallInput => ({ type: 'entered', peer });
const peer = (state: 'present' | 'dropped' | 'left' | 'absent'): CallInput => ({ type: 'peer', state });
const media = (
  status: 'idle' | 'connecting' | 'flowing' | 'stalled' | 'unreachable',
  at = 1000,
): CallInput => ({
  type: 'media',
  status,
  at,
});
const offline: CallInput = { type: 'socket', state: 'offline', at: 1000 };
const talking = [lobby, join, entered('present'), media('connecting'), media('flowing')];

describe('The call page', () => {
  it('goes from the lobby to the talk by way of entering, waiting and connecting', () => {
    expect(screen()).toEqual({ is: 'opening' });
    expect(screen(lobby)).toEqual({ is: 'lobby' });
    expect(screen(lobby, join)).toEqual({ is: 'entering' });
    expect(screen(lobby, join, entered())).toMatchObject({ is: 'waiting', network: null });
    expect(screen(lobby, join, entered(), peer('present'))).toEqual({ is: 'connecting' });
    expect(screen(...talking)).toEqual({ is: 'connected' });
  });

  it('stays connected while media flows, whatever becomes of the socket and the seats', () => {
    for (const event of [offline, peer('dropped'), peer('absent'), entered('absent'), entered('dropped')]) {
      expect(screen(...talking, event)).toEqual({ is: 'connected' });
    }
  });

  it('says whose network dropped', () => {
    expect(screen(...talking, media('stalled'))).toEqual({ is: 'reconnecting', whose: 'unknown' });
    expect(screen(...talking, media('stalled'), offline)).toEqual({ is: 'reconnecting', whose: 'yours' });
    expect(screen(...talking, media('stalled'), peer('dropped'))).toEqual({
      is: 'reconnecting',
      whose: 'theirs',
    });
  });

  it('reconnects to who reloaded the page, and connects to who comes anew', () => {
    const reloaded = [...talking, media('stalled'), peer('dropped'), peer('present'), media('connecting')];
    expect(screen(...reloaded)).toEqual({ is: 'reconnecting', whose: 'unknown' });
    const anew = [...talking, peer('left'), media('idle'), peer('present')];
    expect(screen(...anew)).toEqual({ is: 'connecting' });
  });

  it('keeps who is left in the call, told so', () => {
    expect(screen(...talking, media('idle'), peer('left'))).toEqual({ is: 'peer-left', offline: false });
    // Who goes before the two have met leaves somebody who waits as before.
    expect(screen(lobby, join, entered(), peer('present'), peer('left')).is).toBe('waiting');
    expect(screen(...talking, media('idle'), peer('left'), peer('present'), media('flowing'))).toEqual({
      is: 'connected',
    });
  });

  it('waits again when the other was away for too long', () => {
    expect(screen(...talking, media('stalled'), peer('absent'), media('idle'))).toMatchObject({
      is: 'waiting',
      network: null,
    });
  });

  it('tells how long the talk was, from when both were together', () => {
    expect(screen(...talking, { type: 'hang-up', at: 61_000 })).toEqual({ is: 'ended', lastedMs: 60_000 });
    expect(screen(lobby, join, entered(), { type: 'hang-up', at: 5 })).toEqual({
      is: 'ended',
      lastedMs: null,
    });
  });

  it('counts a talk through drops and returns as one', () => {
    const returned = [...talking, media('stalled', 5000), media('flowing', 9000)];
    expect(screen(...returned, { type: 'hang-up', at: 31_000 })).toEqual({ is: 'ended', lastedMs: 30_000 });
  });

  it('ends with what the server refuses, and never says "full" for a server in trouble', () => {
    expect(screen(lobby, join, { type: 'refused', reason: 'full' })).toEqual({ is: 'full' });
    expect(screen(...talking, { type: 'refused', reason: 'displaced' })).toEqual({ is: 'full' });
    expect(screen(lobby, join, { type: 'refused', reason: 'unknown-call' })).toEqual({ is: 'unknown-call' });
    expect(screen(lobby, join, { type: 'trouble', trouble: 'unavailable' })).toEqual({
      is: 'entering',
      trouble: 'unavailable',
    });
  });

  it('forgets trouble as soon as the seat is there', () => {
    expect(screen(lobby, join, { type: 'trouble', trouble: 'unavailable' }, entered())).toMatchObject({
      is: 'waiting',
      network: null,
    });
  });

  it('does not lose a running talk because the server is in trouble when the socket comes back', () => {
    expect(screen(...talking, offline, { type: 'trouble', trouble: 'unavailable' })).toEqual({
      is: 'connected',
    });
  });

  it('ignores what comes after the end', () => {
    const ended = [...talking, { type: 'hang-up', at: 2000 } as const];
    for (const late of [entered('present'), peer('present'), media('flowing'), offline]) {
      expect(screen(...ended, late)).toEqual({ is: 'ended', lastedMs: 1000 });
    }
    expect(screen(...ended, join)).toEqual({ is: 'entering' });
  });

  it('says why there is no path, and warns who waits in a network that forbids it', () => {
    const obstacle = { whose: 'theirs', why: 'changing' } as const;
    expect(
      screen(lobby, join, entered('present'), media('unreachable'), { type: 'obstacle', obstacle }),
    ).toEqual({
      is: 'unreachable',
      obstacle,
    });
    expect(screen(lobby, join, entered(), { type: 'network', network: 'silent' })).toMatchObject({
      is: 'waiting',
      network: 'silent',
    });
  });

  it('says that the server cannot be reached while there is no place yet', () => {
    expect(screen(lobby, join, offline)).toEqual({ is: 'entering', trouble: 'no-connection' });
    expect(screen(lobby, join, offline, { type: 'socket', state: 'online', at: 1500 })).toEqual({
      is: 'entering',
    });
  });

  it('says to who waits that nobody can come in while the server is out of reach', () => {
    expect(screen(lobby, join, entered(), offline)).toMatchObject({
      is: 'waiting',
      offline: true,
      parted: false,
    });
    expect(screen(...talking, peer('left'), media('idle'), offline)).toEqual({
      is: 'peer-left',
      offline: true,
    });
  });

  it('does not blame the own network when the server went away long before the talk stalled', () => {
    expect(screen(...talking, offline, media('stalled', 9000))).toEqual({
      is: 'reconnecting',
      whose: 'ours',
    });
    expect(screen(...talking, offline, media('stalled', 2000))).toEqual({
      is: 'reconnecting',
      whose: 'yours',
    });
  });

  it('counts a talk from its beginning, also after a reload', () => {
    const reloaded = [lobby, { type: 'join', metAt: -50_000 } as const, entered('present'), media('flowing')];
    expect(screen(...reloaded, { type: 'hang-up', at: 10_000 })).toEqual({ is: 'ended', lastedMs: 60_000 });
  });

  it('can be tried again after it was moved to another tab', () => {
    expect(screen(...talking, { type: 'superseded' })).toEqual({ is: 'superseded' });
    expect(screen(...talking, { type: 'superseded' }, join)).toEqual({ is: 'entering' });
  });
});
