import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { decodeAttend, decodeRingFrame } from '@protocol';
import { page } from './testing/page';

const DEVICE = {
  deviceId: 'AAECAwQFBgcICQoLDA0ODw',
  deviceSecret: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8',
};
const ATTENDED = { event: 'attended', data: { pulseMs: 25_000 } } as const;
const LINE = { event: 'line', data: { slug: 'AAECAwQFBgcICQoL', waiting: 2 } } as const;

const attending = () => page({ decodeRing: decodeRingFrame });

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('A device that waits to be rung says who it is, hears who rings, and says that it is there', () => {
  const { client, last, events } = attending();
  client.attend(DEVICE);
  last().accept();
  expect(last().sent).toEqual([{ event: 'attend', data: DEVICE }]);
  last().say(LINE);
  last().say(ATTENDED);
  expect(events).toEqual([
    { type: 'ring', frame: LINE },
    { type: 'ring', frame: ATTENDED },
  ]);
  vi.advanceTimersByTime(25_000);
  expect(last().sent.at(-1)).toEqual({ event: 'pulse', data: { peerAlive: true } });
});

it('A lost socket is replaced, and the device says again who it is', () => {
  const { client, last, sockets } = attending();
  client.attend(DEVICE);
  last().accept();
  last().say(ATTENDED);
  last().break();
  vi.advanceTimersByTime(1000);
  expect(sockets).toHaveLength(2);
  last().accept();
  expect(last().sent).toEqual([{ event: 'attend', data: DEVICE }]);
});

it('A device the server does not know any more gives up', () => {
  const { client, last, sockets, told } = attending();
  client.attend(DEVICE);
  last().accept();
  last().say({ event: 'refused', data: { reason: 'bad-message', detail: '' } });
  vi.advanceTimersByTime(60_000);
  expect(told()).toEqual(['refused']);
  expect(sockets).toHaveLength(1);
});

it('A page that reads nothing about ringing takes it for words of another version', () => {
  const { client, last, told } = page();
  client.attend(DEVICE);
  last().accept();
  last().say(LINE);
  expect(told()).toEqual(['unusable']);
});

it('Who cannot be a device is none', () => {
  expect(decodeAttend(DEVICE)).toEqual({ ok: true, value: { event: 'attend', data: DEVICE } });
  for (const wrong of [
    {},
    { ...DEVICE, deviceId: 'short' },
    { ...DEVICE, deviceSecret: DEVICE.deviceId },
    { ...DEVICE, deviceSecret: 7 },
  ])
    expect(decodeAttend(wrong).ok).toBe(false);
});
