import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { inTurn } from './notifications-turn';

type Request = (name: string, options: { signal: AbortSignal }, work: () => Promise<void>) => Promise<void>;

const free: Request = (_name, _options, work) => work();

/** Somebody has it, and keeps it. */
const taken: Request = (_name, { signal }) =>
  new Promise((_done, refuse) => {
    signal.addEventListener('abort', () => {
      refuse(new DOMException('', 'AbortError'));
    });
  });

const locked = (request: Request): void => {
  vi.stubGlobal('navigator', { locks: { request } });
};

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('whose turn does not come goes on without: a push is shown whatever a sleeping page holds', async () => {
  locked(taken);
  const work = vi.fn(() => Promise.resolve());
  const done = inTurn(work);
  await vi.advanceTimersByTimeAsync(5000);
  expect(work).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(5000);
  await done;
  expect(work).toHaveBeenCalledOnce();
});

it('what is under way is done once, however long it takes, and what breaks it is told', async () => {
  locked(free);
  const work = vi.fn(
    () =>
      new Promise<void>((_done, refuse) => {
        setTimeout(() => {
          refuse(new Error('broken'));
        }, 60_000);
      }),
  );
  const told = expect(inTurn(work)).rejects.toThrow('broken');
  await vi.advanceTimersByTimeAsync(200_000);
  await told;
  expect(work).toHaveBeenCalledOnce();
});
