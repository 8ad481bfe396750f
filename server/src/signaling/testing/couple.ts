import { expect } from 'vitest';
import { newHolder, type Page } from './page.js';
import type { SignalingServer } from './signaling-server.js';

/** Two people in a call, who can be asked whether anybody disturbed them. */
export interface Couple {
  readonly first: Page;
  readonly second: Page;
  /** The second person's secret: with it they come back. */
  readonly secondHolder: string;
  /** Fails when either heard anything nobody said, or one no longer reaches the other. */
  expectUndisturbed(): Promise<void>;
}

/** Two people enter; the first may be at another server than the second. */
export async function meet(
  callId: string,
  at: SignalingServer,
  secondAt: SignalingServer = at,
): Promise<Couple> {
  const [first, second] = [await at.open(), await secondAt.open()];
  await first.enter(callId);
  const secondHolder = newHolder();
  await second.enter(callId, secondHolder);
  await first.until('peer');
  return {
    first,
    second,
    secondHolder,
    expectUndisturbed: async () => {
      expect(await first.rest()).toEqual([]);
      expect(await second.rest()).toEqual([]);
      first.relay('are you there?');
      expect(await second.next()).toEqual({ event: 'relay', data: { payload: 'are you there?' } });
      second.relay('I am');
      expect(await first.next()).toEqual({ event: 'relay', data: { payload: 'I am' } });
    },
  };
}
