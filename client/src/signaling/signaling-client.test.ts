import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SignalingClient } from './signaling-client';
import { enteredFrame, FakeSocket } from './testing/fake-socket';
import { IDENTITY, page, pageInCall } from './testing/page';

const PULSE = { event: 'pulse', data: { peerAlive: true } };

/** Answers every pulse for a while. */
function stay(socket: FakeSocket, ms: number): void {
  for (let passed = 0; passed < ms; passed += 500) {
    const before = socket.sent.length;
    vi.advanceTimersByTime(500);
    if (socket.sent.length > before) socket.say({ event: 'pulse', data: {} });
  }
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe('entering', () => {
  it('a socket may be opened before anybody enters, and is then used', () => {
    const { client, sockets, last } = page();
    client.open();
    last().accept();
    expect(last().url).toBe('wss://call.example/api/signal');
    expect(last().sent).toEqual([]);
    client.enter(IDENTITY);
    expect(last().sent).toEqual([{ event: 'enter', data: IDENTITY }]);
    expect(sockets).toHaveLength(1);
  });

  it.each([
    ['open', true],
    ['still opening', false],
  ])('a socket that the page itself had opened is used, and no other is made (%s)', (_, isOpen) => {
    const opened = new FakeSocket('');
    if (isOpen) opened.accept();
    const { client, sockets, told } = page({ opened });
    client.open();
    client.enter(IDENTITY);
    if (!isOpen) opened.accept();
    expect(opened.sent).toEqual([{ event: 'enter', data: IDENTITY }]);
    opened.say(enteredFrame());
    expect(told()).toEqual(['entered']);
    opened.break();
    expect(opened.onclose).toBeNull();
    vi.advanceTimersByTime(10_000);
    expect(sockets).toHaveLength(1);
  });

  it('a socket that the page itself had opened and that is gone is nobody’s trouble', () => {
    const opened = new FakeSocket('');
    opened.break();
    const { client, sockets } = page({ opened });
    client.enter(IDENTITY);
    expect(sockets).toHaveLength(1);
  });

  it('waits for the socket and goes out as soon as it is open', () => {
    const { client, last, told } = page();
    client.enter(IDENTITY);
    expect(last().sent).toEqual([]);
    last().accept();
    last().say(enteredFrame());
    expect(last().sent).toEqual([{ event: 'enter', data: IDENTITY }]);
    expect(told()).toEqual(['entered']);
  });

  it('a socket lost in the lobby is nobody’s trouble: a new one is made when it is needed', () => {
    const { client, sockets, last, events } = page();
    client.open();
    last().accept();
    last().break();
    vi.advanceTimersByTime(60_000);
    expect(sockets).toHaveLength(1);
    client.enter(IDENTITY);
    expect(sockets).toHaveLength(2);
    expect(events).toEqual([]);
  });

  it('not answered within 5 s: the socket is dead, a new one asks again', () => {
    const { client, sockets, last, told } = page();
    client.enter(IDENTITY);
    last().accept();
    vi.advanceTimersByTime(4_999);
    expect(sockets).toHaveLength(1);
    vi.advanceTimersByTime(500);
    last().accept();
    expect(sockets).toHaveLength(2);
    expect(last().sent).toEqual([{ event: 'enter', data: IDENTITY }]);
    expect(told()).toEqual(['offline', 'online']);
  });

  it.each(['full', 'unknown-call', 'displaced', 'bad-message'] as const)('refused for good: %s', (reason) => {
    const { client, sockets, last, events } = page();
    client.enter(IDENTITY);
    last().accept();
    last().say({ event: 'refused', data: { reason, detail: 'Because.' } });
    vi.advanceTimersByTime(120_000);
    expect(events).toEqual([{ type: 'refused', reason, detail: 'Because.', final: true }]);
    expect(sockets).toHaveLength(1);
  });

  it.each(['unavailable', 'too-many-requests'] as const)(
    'refused for now: %s; asks again by itself',
    (reason) => {
      const { client, sockets, last, events } = page();
      client.enter(IDENTITY);
      last().accept();
      last().say({ event: 'refused', data: { reason, detail: '' } });
      expect(events).toEqual([{ type: 'refused', reason, detail: '', final: false }]);
      vi.advanceTimersByTime(900);
      expect(sockets).toHaveLength(1);
      vi.advanceTimersByTime(5_000);
      expect(sockets).toHaveLength(2);
      last().accept();
      expect(last().sent).toEqual([{ event: 'enter', data: IDENTITY }]);
    },
  );
});

describe('a lost socket', () => {
  it('is replaced almost at once, and the seat is asked for with the newest ticket', () => {
    const { sockets, last, told } = pageInCall();
    last().break();
    vi.advanceTimersByTime(250);
    expect(sockets).toHaveLength(2);
    last().accept();
    expect(last().sent).toEqual([{ event: 'enter', data: { ...IDENTITY, ticket: 'ticket-1' } }]);
    last().say(enteredFrame({ epoch: 2, ticket: 'ticket-2' }));
    expect(told()).toEqual(['entered', 'offline', 'online', 'entered']);
  });

  it('is told once, however many attempts fail, and they become rare', () => {
    const { sockets, last, told } = pageInCall();
    last().break();
    for (let second = 0; second < 60; second++) {
      vi.advanceTimersByTime(1_000);
      if (last().readyState === WebSocket.CONNECTING) last().break();
    }
    expect(told()).toEqual(['entered', 'offline']);
    expect(sockets.length).toBeGreaterThan(5);
    expect(sockets.length).toBeLessThan(16);
  });

  it('is not waited for when the network comes back', () => {
    const { sockets, last, wake } = pageInCall();
    for (let attempt = 0; attempt < 8; attempt++) {
      last().break();
      vi.advanceTimersByTime(attempt < 7 ? 10_000 : 1_000);
    }
    const before = sockets.length;
    wake();
    expect(sockets).toHaveLength(before + 1);
  });

  it('that keeps failing right after entering is not replaced in a tight circle', () => {
    const { sockets, last } = pageInCall();
    for (let ms = 0; ms < 30_000; ms += 100) {
      if (last().readyState === WebSocket.CONNECTING) {
        last().accept();
        last().say(enteredFrame());
        last().break();
      }
      vi.advanceTimersByTime(100);
    }
    expect(sockets.length).toBeLessThan(12);
  });

  it('that hangs while connecting is given up after 10 s', () => {
    const { client, sockets } = page();
    client.enter(IDENTITY);
    vi.advanceTimersByTime(9_999);
    expect(sockets).toHaveLength(1);
    vi.advanceTimersByTime(300);
    expect(sockets).toHaveLength(2);
  });

  it('after a connection that lasted is replaced at once again, however many were lost before', () => {
    const { sockets, last } = pageInCall();
    for (let loss = 0; loss < 5; loss++) {
      last().break();
      vi.advanceTimersByTime(250);
      expect(sockets).toHaveLength(loss + 2);
      last().accept();
      last().say(enteredFrame());
      stay(last(), 6_000);
    }
  });

  it('that hangs while connecting is begun anew when the network changes', () => {
    const { client, sockets, wake } = page();
    client.enter(IDENTITY);
    wake();
    expect(sockets).toHaveLength(1);
    vi.advanceTimersByTime(1_500);
    wake();
    expect(sockets).toHaveLength(2);
    expect(sockets[0]?.readyState).toBe(WebSocket.CLOSED);
  });

  it('says nothing more: what the old one still delivers is ignored', () => {
    const { sockets, last, events } = pageInCall();
    const old = last();
    old.break();
    vi.advanceTimersByTime(250);
    last().accept();
    last().say(enteredFrame({ epoch: 2 }));
    const before = events.length;
    old.sayText('{"event":"relay","data":{"payload":"late"}}');
    old.break();
    vi.advanceTimersByTime(1_000);
    expect(events).toHaveLength(before);
    expect(sockets).toHaveLength(2);
  });
});

describe('pulses', () => {
  it('go out once in the time the server asked for, and nothing else does', () => {
    const { last } = pageInCall();
    stay(last(), 3_600_000);
    expect(last().sent.slice(1)).toEqual(Array.from({ length: 144 }, () => PULSE));
  });

  it('say whether the other person is still heard', () => {
    const { last, peer } = pageInCall();
    peer.alive = false;
    vi.advanceTimersByTime(25_000);
    expect(last().sent.at(-1)).toEqual({ event: 'pulse', data: { peerAlive: false } });
  });

  it('go out at once when the other person’s seat begins to run out', () => {
    const { last, told } = pageInCall();
    vi.advanceTimersByTime(3_000);
    last().say({ event: 'peer', data: { state: 'dropped', epoch: 1 } });
    expect(last().sent.at(-1)).toEqual(PULSE);
    expect(told()).toEqual(['entered', 'peer']);
  });

  it('not answered within 8 s mean a dead socket', () => {
    const { sockets, told } = pageInCall();
    vi.advanceTimersByTime(25_000 + 7_900);
    expect(sockets).toHaveLength(1);
    vi.advanceTimersByTime(400);
    expect(sockets).toHaveLength(2);
    expect(told()).toEqual(['entered', 'offline']);
  });

  it('are answered by whatever the server says', () => {
    const { sockets, last } = pageInCall();
    vi.advanceTimersByTime(25_000);
    last().say({ event: 'relay', data: { payload: 'x' } });
    vi.advanceTimersByTime(20_000);
    expect(sockets).toHaveLength(1);
  });

  it('missed because the page slept are asked again before the socket is given up', () => {
    const { sockets, last, told } = pageInCall();
    vi.advanceTimersByTime(25_000);
    // The page is frozen: the clock goes on, timers come late.
    vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 600_000);
    vi.advanceTimersByTime(8_000);
    expect(last().sent).toHaveLength(3);
    expect(sockets).toHaveLength(1);
    last().say({ event: 'pulse', data: {} });
    expect(told()).toEqual(['entered']);
  });

  it('are not forgiven twice: where timers always come late, silence ends the socket all the same', () => {
    const { sockets } = pageInCall();
    vi.advanceTimersByTime(25_000);
    const now = performance.now.bind(performance);
    const clock = vi.spyOn(performance, 'now');
    clock.mockImplementation(() => now() + 60_000);
    vi.advanceTimersByTime(8_000);
    expect(sockets).toHaveLength(1);
    clock.mockImplementation(() => now() + 120_000);
    vi.advanceTimersByTime(8_000);
    expect(sockets.at(0)?.readyState).toBe(WebSocket.CLOSED);
  });

  it('unanswered before the page slept are no proof when it wakes', () => {
    const { sockets, last, wake } = pageInCall();
    vi.advanceTimersByTime(25_000);
    const now = performance.now.bind(performance);
    vi.spyOn(performance, 'now').mockImplementation(() => now() + 5_000);
    wake();
    vi.advanceTimersByTime(1_000);
    expect(sockets).toHaveLength(1);
    last().say({ event: 'pulse', data: {} });
    vi.advanceTimersByTime(10_000);
    expect(sockets).toHaveLength(1);
  });

  it('are asked for at once when the page wakes, and 2.5 s of silence are then enough', () => {
    const { sockets, last, wake } = pageInCall();
    vi.advanceTimersByTime(2_000);
    wake();
    expect(last().sent.at(-1)).toEqual(PULSE);
    vi.advanceTimersByTime(2_400);
    expect(sockets).toHaveLength(1);
    vi.advanceTimersByTime(400);
    expect(sockets).toHaveLength(2);
  });
});

describe('while media is in trouble', () => {
  it('a pulse goes out each second', () => {
    const { client, last } = pageInCall();
    stay(last(), 4_000);
    client.setUrgent(true);
    stay(last(), 10_000);
    const urgent = last().sent.length - 1;
    expect(urgent).toBeGreaterThanOrEqual(9);
    expect(urgent).toBeLessThanOrEqual(11);
    client.setUrgent(false);
    stay(last(), 20_000);
    expect(last().sent).toHaveLength(urgent + 1);
  });

  it('2.5 s of silence mean a new socket, and so on each second until one is back', () => {
    const { client, sockets } = pageInCall();
    vi.advanceTimersByTime(4_000);
    client.setUrgent(true);
    vi.advanceTimersByTime(2_900);
    expect(sockets).toHaveLength(2);
    for (let second = 0; second < 15; second++) {
      sockets.at(-1)?.break();
      vi.advanceTimersByTime(1_000);
    }
    expect(sockets.length).toBeGreaterThan(14);
  });

  it('a socket that hangs while connecting is given up after 4 s', () => {
    const { client, sockets, last } = pageInCall();
    client.setUrgent(true);
    last().break();
    vi.advanceTimersByTime(200);
    expect(sockets).toHaveLength(2);
    vi.advanceTimersByTime(5_000);
    expect(sockets).toHaveLength(3);
  });

  it('a waiting retry is not waited for', () => {
    const { client, sockets, last } = pageInCall();
    for (let attempt = 0; attempt < 6; attempt++) {
      last().break();
      vi.advanceTimersByTime(attempt < 5 ? 10_000 : 100);
    }
    const before = sockets.length;
    client.setUrgent(true);
    expect(sockets).toHaveLength(before + 1);
  });
});

describe('what is said to the other person', () => {
  it('goes out only from a seat', () => {
    const { client, last } = page();
    expect(client.relay('a')).toBe(false);
    client.enter(IDENTITY);
    last().accept();
    expect(client.relay('b')).toBe(false);
    last().say(enteredFrame());
    expect(client.relay('c')).toBe(true);
    last().break();
    expect(client.relay('d')).toBe(false);
    expect(last().sent.slice(1)).toEqual([{ event: 'relay', data: { payload: 'c' } }]);
  });

  it('comes in as it was said, in order with who is there', () => {
    const { last, events } = pageInCall();
    last().say({ event: 'peer', data: { state: 'present', epoch: 4 } });
    last().say({ event: 'relay', data: { payload: 'hello' } });
    expect(events.slice(1)).toEqual([
      { type: 'peer', state: 'present', epoch: 4 },
      { type: 'relay', payload: 'hello' },
    ]);
  });

  it('a listener may answer at once', () => {
    const sockets: FakeSocket[] = [];
    const client: SignalingClient = new SignalingClient({
      origin: 'http://localhost:3000',
      onEvent: (event) => {
        if (event.type === 'entered') client.relay('offer');
        if (event.type === 'peer') client.leave();
      },
      peerAlive: () => true,
      connect: (url) => {
        const socket = new FakeSocket(url);
        sockets.push(socket);
        return socket;
      },
    });
    client.enter(IDENTITY);
    sockets[0]?.accept();
    sockets[0]?.say(enteredFrame());
    sockets[0]?.say({ event: 'peer', data: { state: 'dropped', epoch: 1 } });
    expect(sockets[0]?.url).toBe('ws://localhost:3000/api/signal');
    expect(sockets[0]?.sent.slice(1)).toEqual([
      { event: 'relay', data: { payload: 'offer' } },
      PULSE,
      { event: 'leave', data: {} },
    ]);
  });

  it('a frame that cannot be used is told and harms nothing', () => {
    const { last, told, client } = pageInCall();
    last().sayText('oh');
    last().sayText('{"event":"peer","data":{"state":"flying"}}');
    last().say({ event: 'error', data: { reason: 'too-fast', detail: 'Slowly.' } });
    expect(told()).toEqual(['entered', 'unusable', 'unusable', 'unusable']);
    expect(client.relay('x')).toBe(true);
  });
});

describe('the end', () => {
  it('hanging up says so and closes for good', () => {
    const { client, sockets, last } = pageInCall();
    client.leave();
    expect(last().sent.at(-1)).toEqual({ event: 'leave', data: {} });
    expect(last().readyState).toBe(WebSocket.CLOSED);
    vi.advanceTimersByTime(120_000);
    expect(sockets).toHaveLength(1);
    expect(client.relay('x')).toBe(false);
  });

  it('a page that goes away says nothing: its seat is kept', () => {
    const { client, last } = pageInCall();
    client.close();
    expect(last().sent).toHaveLength(1);
    expect(last().readyState).toBe(WebSocket.CLOSED);
  });

  it('superseded is final', () => {
    const { sockets, last, told, wake } = pageInCall();
    last().say({ event: 'superseded', data: {} });
    wake();
    vi.advanceTimersByTime(120_000);
    expect(told()).toEqual(['entered', 'superseded']);
    expect(sockets).toHaveLength(1);
  });

  it('leaves no timer behind', () => {
    const { client } = pageInCall();
    client.setUrgent(true);
    client.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('the browser says that its network is gone', () => {
  it('and a new socket is tried at once, without asking the old one', () => {
    const { sockets, network, last, told } = pageInCall();
    const before = sockets.length;
    network('lost');
    vi.advanceTimersByTime(250);
    expect(sockets).toHaveLength(before + 1);
    last().accept();
    last().say(enteredFrame());
    expect(told().slice(-3)).toEqual(['offline', 'online', 'entered']);
  });

  it('and when the next network is there, nothing is waited for any more', () => {
    const { sockets, network, last } = pageInCall();
    network('lost');
    for (let failures = 0; failures < 5; failures += 1) {
      vi.advanceTimersByTime(10_000);
      last().break();
    }
    const before = sockets.length;
    network('changed');
    expect(sockets).toHaveLength(before + 1);
  });
});
