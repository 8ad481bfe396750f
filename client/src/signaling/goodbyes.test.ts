import { CloseCode } from '@protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SignalingClient } from './signaling-client';
import { enteredFrame, FakeSocket } from './testing/fake-socket';

const MINUTE = 60_000;
/** ms within which the first retry comes after a loss that is nobody's fault. */
const AT_ONCE = 250;
const GOODBYES = [CloseCode.goingAway, CloseCode.lostTrack] as const;

/** A page in its lobby: it holds nothing yet. */
function newPage(random = 0.5) {
  const sockets: FakeSocket[] = [];
  const made: number[] = [];
  const client = new SignalingClient({
    origin: 'https://call.example',
    onEvent: () => undefined,
    peerAlive: () => true,
    connect: (url) => {
      made.push(performance.now());
      const socket = new FakeSocket(url);
      sockets.push(socket);
      return socket;
    },
    random: () => random,
    watchNetwork: () => () => undefined,
  });
  const last = (): FakeSocket => {
    const socket = sockets.at(-1);
    if (!socket) throw new Error('no socket was made');
    return socket;
  };
  const comeBack = () => {
    last().accept();
    last().say(enteredFrame());
  };
  const join = () => client.enter({ callId: 'call', holder: 'AAAAAAAAAAAAAAAAAAAAAA' });
  /** Is there a new socket `ms` after this one was closed so? */
  const isBackWithin = (ms: number, closeCode: number): boolean => {
    const before = sockets.length;
    last().break(closeCode);
    vi.advanceTimersByTime(ms);
    return sockets.length > before;
  };
  return { client, sockets, made, last, join, comeBack, isBackWithin };
}

/** A page that is in the call from the first moment. */
function pageInCall(random = 0.5) {
  const page = newPage(random);
  page.join();
  page.comeBack();
  return page;
}

/** The most of these moments that lie within one minute, wherever it begins. */
const mostInAMinute = (times: readonly number[]): number =>
  Math.max(...times.map((from) => times.filter((time) => time >= from && time < from + MINUTE).length));

/** The sockets a page makes in ten minutes when each is closed so as soon as the page is back in. */
function closedAtOnce(closeCode: number, { random = 0.5, urgent = false } = {}): number {
  const { client, made, last, comeBack } = pageInCall(random);
  client.setUrgent(urgent);
  last().break(closeCode);
  for (let ms = 0; ms < 10 * MINUTE; ms += 50) {
    vi.advanceTimersByTime(50);
    if (last().readyState !== WebSocket.CONNECTING) continue;
    comeBack();
    last().break(closeCode);
  }
  client.close();
  return mostInAMinute(made);
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('a server that sends its pages away', () => {
  it.each(GOODBYES)('(%i) is left at once, however much went wrong just before', (goodbye) => {
    const { sockets, last, comeBack, isBackWithin } = pageInCall();
    for (let failures = 0; failures < 5; failures += 1) {
      last().break();
      vi.advanceTimersByTime(10_000);
    }
    comeBack();
    expect(sockets).toHaveLength(6);
    expect(isBackWithin(AT_ONCE, goodbye)).toBe(true);
  });

  it('may do so in one server after the other: a page follows three in a minute at once', () => {
    const { comeBack, isBackWithin } = pageInCall(0.999);
    for (let servers = 0; servers < 3; servers += 1) {
      expect(isBackWithin(AT_ONCE, CloseCode.goingAway)).toBe(true);
      comeBack();
    }
    expect(isBackWithin(AT_ONCE, CloseCode.goingAway)).toBe(false);
    vi.advanceTimersByTime(500);
    comeBack();
    vi.advanceTimersByTime(MINUTE);
    expect(isBackWithin(AT_ONCE, CloseCode.goingAway)).toBe(true);
  });

  it('does not forgive the losses that follow: those wait as ever', () => {
    const { isBackWithin } = pageInCall(0.999);
    expect(isBackWithin(AT_ONCE, CloseCode.goingAway)).toBe(true);
    expect(isBackWithin(AT_ONCE, 1006)).toBe(false);
  });

  it.each([1006, CloseCode.policy, CloseCode.tooBig, CloseCode.tooSlow])(
    'is told from any other loss: after %i the second socket waits',
    (closeCode) => {
      const { comeBack, isBackWithin } = pageInCall(0.999);
      expect(isBackWithin(AT_ONCE, closeCode)).toBe(true);
      comeBack();
      expect(isBackWithin(AT_ONCE, closeCode)).toBe(false);
    },
  );
});

describe('a socket that is held ready in the lobby, and that the server lets go because nobody joins', () => {
  it('is not made again for nothing, however long the lobby stays open, and at once when somebody joins', () => {
    const { client, sockets, last, join, comeBack } = newPage(0.999);
    client.open();
    last().accept();
    last().break(CloseCode.goingAway);
    vi.advanceTimersByTime(60 * MINUTE);
    expect(sockets).toHaveLength(1);
    join();
    expect(sockets).toHaveLength(2);
    comeBack();
    vi.advanceTimersByTime(1_000);
    expect(sockets).toHaveLength(2);
  });

  it('in the very moment in which somebody joins, is replaced at once', () => {
    const { client, last, join, isBackWithin } = newPage(0.999);
    client.open();
    last().accept();
    join();
    expect(isBackWithin(AT_ONCE, CloseCode.goingAway)).toBe(true);
  });
});

describe('a server that closes every socket with a goodbye at once', () => {
  const chances = [0, 0.5, 0.999];

  it.each(chances)('is asked at most 20 times a minute (chance %d)', (random) => {
    const most = GOODBYES.map((goodbye) => closedAtOnce(goodbye, { random }));
    expect(Math.max(...most)).toBeLessThanOrEqual(20);
  });

  it.each(chances)(
    'is asked at most three times a minute more than one that just fails (chance %d)',
    (random) => {
      for (const urgent of [false, true]) {
        const failing = closedAtOnce(1006, { random, urgent });
        expect(closedAtOnce(CloseCode.goingAway, { random, urgent })).toBeLessThanOrEqual(failing + 3);
      }
    },
  );
});
