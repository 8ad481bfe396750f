import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Leftover } from '@/peer/leftover';
import type { KeepView } from './call-view';
import { Keeping } from './keeping';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** What is left of a connection; its other end is the test. */
function leftover() {
  const said: string[] = [];
  const channel = {
    readyState: 'open',
    send: (text: string) => said.push(text),
    onmessage: null as ((event: { data: string }) => void) | null,
    onclose: null as (() => void) | null,
  };
  const connection = {
    connectionState: 'connected',
    getTransceivers: () => [],
    onconnectionstatechange: null,
    close: vi.fn(),
  };
  return { said, channel, connection, left: { channel, connection } as unknown as Leftover };
}

function afterTalk() {
  const views: KeepView[] = [];
  const keeping = new Keeping((view) => views.push(view));
  const live: string[] = [];
  keeping.opened('page-one', (text) => live.push(text));
  const rest = leftover();
  keeping.wordsOnly(rest.left);
  return { keeping, live, ...rest, view: () => views.at(-1)?.is };
}

it('During the call and for three minutes afterwards two may say that they want to keep each other', () => {
  const { keeping, said, connection, view } = afterTalk();
  expect(view()).toBe('possible');
  vi.advanceTimersByTime(170_000);
  keeping.press('Ann');
  expect(said).toEqual(['{"type":"keep","willing":true}']);
  vi.advanceTimersByTime(11_000);
  expect(view()).toBe('unanswered');
  expect(connection.close).toHaveBeenCalledTimes(1);
});

it('Who blocks, joins again or leaves the page closes what is left at once', () => {
  const { keeping, connection, view } = afterTalk();
  keeping.close();
  vi.advanceTimersByTime(300);
  expect(connection.close).toHaveBeenCalledTimes(1);
  expect(view()).toBe('none');
});

it('Once the other side has closed it there is nobody to keep, and nothing was asked', () => {
  const { channel, view } = afterTalk();
  channel.onclose?.();
  expect(view()).toBe('none');
});

it('A wish meant for one person is not said to the next who comes', () => {
  const { keeping, view } = afterTalk();
  keeping.press('Ann');
  expect(view()).toBe('willing');
  const next: string[] = [];
  keeping.opened('page-two', (text) => next.push(text));
  expect(view()).toBe('possible');
  expect(next).toEqual([]);
});

it('Over a new connection with the same page the wish is said again', () => {
  const keeping = new Keeping(() => undefined);
  keeping.opened('page-one', () => undefined);
  keeping.press('');
  const again: string[] = [];
  keeping.opened('page-one', (text) => again.push(text));
  expect(again).toEqual(['{"type":"keep","willing":true}']);
});
