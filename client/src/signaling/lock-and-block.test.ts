import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { enteredFrame } from './testing/fake-socket';
import { IDENTITY, page, pageInCall } from './testing/page';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('a lock', () => {
  it('is asked for only from a seat', () => {
    const { client, last } = page();
    expect(client.lock(true)).toBe(false);
    client.enter(IDENTITY);
    last().accept();
    expect(client.lock(true)).toBe(false);
    last().say(enteredFrame());
    expect([client.lock(true), client.lock(false)]).toEqual([true, true]);
    last().break();
    expect(client.lock(true)).toBe(false);
    expect(last().sent.slice(1)).toEqual([
      { event: 'lock', data: { on: true } },
      { event: 'lock', data: { on: false } },
    ]);
  });

  it('that is there already is told with the seat', () => {
    const { client, last, events } = page();
    client.enter(IDENTITY);
    last().accept();
    last().say(enteredFrame({ locked: true }));
    expect(events).toMatchObject([{ type: 'entered', entered: { locked: true } }]);
  });

  it('and its opening are passed on, in order with who is there', () => {
    const { last, events } = pageInCall();
    last().say({ event: 'locked', data: { on: true } });
    last().say({ event: 'locked', data: { on: false } });
    last().say({ event: 'peer', data: { state: 'left', epoch: 1 } });
    expect(events.slice(1)).toEqual([
      { type: 'locked', on: true },
      { type: 'locked', on: false },
      { type: 'peer', state: 'left', epoch: 1 },
    ]);
  });
});

describe('a block', () => {
  it('is said once, and closes for good', () => {
    const { client, sockets, last } = pageInCall();
    client.block();
    client.block();
    client.leave();
    expect(last().sent.slice(1)).toEqual([{ event: 'block', data: {} }]);
    expect(last().readyState).toBe(WebSocket.CLOSED);
    vi.advanceTimersByTime(120_000);
    expect(sockets).toHaveLength(1);
  });

  it('while the answer to enter is still on its way counts, and before it nothing is said', () => {
    const { client, last } = page();
    client.enter(IDENTITY);
    last().accept();
    client.block();
    expect(last().sent).toEqual([
      { event: 'enter', data: IDENTITY },
      { event: 'block', data: {} },
    ]);
    const early = page();
    early.client.open();
    early.last().accept();
    early.client.block();
    expect(early.last().sent).toEqual([]);
  });
});
