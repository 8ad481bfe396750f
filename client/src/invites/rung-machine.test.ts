import { describe, expect, it } from 'vitest';
import type { RingState, Rung } from '@protocol';
import { foremost, nextChange, nobodyRings, step, type RungInput, type RungState } from './rung-machine';

const RING: Rung = {
  ringId: 'AAECAwQFBgcICQoLDA0ODw',
  slug: 'AAECAwQFBgcICQoL',
  callId: 'q83vASNFZ4mrzQBkyAABAgMEBQYH',
  sealedKey: 'abc',
  state: 'ringing',
  madeAt: 1_000_000,
  expiresAt: 1_045_000,
};
const { ringId } = RING;
const WORDS = { key: 'AAECAwQFBgcICQoLDA0ODw', name: 'Ann', back: null };
const OTHER: Rung = { ...RING, ringId: 'DwECAwQFBgcICQoLDA0ODw' };

const rung = (ring: Partial<Rung> = {}, at = 0): RungInput => ({
  type: 'rung',
  ring: { ...RING, ...ring },
  words: WORDS,
  at,
});
const over = (state: RingState): RungInput => ({ type: 'over', ringId, state });
const accept: RungInput = { type: 'accept', ringId };
const outcome = (so: Extract<RungInput, { type: 'outcome' }>['so']): RungInput => ({
  type: 'outcome',
  ringId,
  so,
});

/** What becomes of it, and everything that was to be done. */
function after(...inputs: RungInput[]) {
  let state: RungState = nobodyRings;
  const effects: string[] = [];
  for (const input of inputs) {
    const next = step(state, input);
    state = next.state;
    effects.push(...next.effects.map((effect) => effect.type));
  }
  return { state, effects, standing: foremost(state)?.standing ?? null };
}

describe('Being rung', () => {
  it('leaves the trace of who rang while another rang, once the server has said who it was', () => {
    const engaged = after(over('busy'));
    expect(engaged.effects).toEqual(['look']);
    const told = step(engaged.state, rung({ state: 'busy' }));
    expect(told.effects.map(({ type }) => type)).toEqual(['keep-trace']);
    expect(step(told.state, rung({ state: 'busy' })).effects).toEqual([]);
  });

  it('One ring is one ring, however often and by whichever way it is told', () => {
    const { state, standing } = after(rung(), rung({ state: 'delivered' }), rung());
    expect(state.rings).toHaveLength(1);
    expect(standing).toEqual({ is: 'ringing', trouble: 'none' });
  });

  it('Whatever is still said about a ring that is over is ignored', () => {
    for (const end of ['answered', 'declined', 'missed', 'cancelled', 'closed', 'busy'] as const) {
      expect(after(rung(), over(end), rung()).state.rings).toEqual([]);
      expect(after(over(end), rung()).state.rings).toEqual([]);
    }
    expect(after(rung(), { type: 'decline', ringId, busy: false }, rung(), accept).effects).toEqual([
      'decline',
      'close-notification',
    ]);
  });

  it('Accepting asks the server, and leads into the call once it says yes', () => {
    expect(after(rung(), accept).effects).toEqual(['answer']);
    const { state, effects } = after(rung(), accept, outcome('done'));
    expect(effects).toEqual(['answer', 'close-notification', 'enter']);
    expect(state.rings).toEqual([]);
  });

  it('An impatient second press answers once', () => {
    expect(after(rung(), accept, accept).effects).toEqual(['answer']);
  });

  it('The own answer, told back before the server has said yes to it, is not somebody else’s', () => {
    const { effects } = after(rung(), accept, over('answered'), outcome('done'));
    expect(effects).toEqual(['answer', 'close-notification', 'enter']);
  });

  it('Who is late is told why: over, or answered elsewhere', () => {
    expect(after(rung(), accept, outcome('over')).standing).toEqual({ is: 'late', why: 'over' });
    expect(after(rung(), accept, outcome('elsewhere')).standing).toEqual({ is: 'late', why: 'elsewhere' });
    const closed = after(rung(), accept, outcome('over'), { type: 'close', ringId });
    expect(closed.state.rings).toEqual([]);
  });

  it('An answer whose receipt is lost can be given again, and is still the own one', () => {
    const lost = after(rung(), accept, outcome('unheard'));
    expect(lost.standing).toEqual({ is: 'ringing', trouble: 'unheard' });
    expect(after(rung(), accept, outcome('unheard'), accept, outcome('elsewhere')).effects).toContain(
      'enter',
    );
    expect(after(rung(), accept, outcome('unheard'), over('answered')).effects).toContain('enter');
    expect(after(rung(), accept, over('answered'), outcome('unheard')).effects).toContain('enter');
  });

  it('A server that cannot just now is asked again when the person likes', () => {
    const { standing } = after(rung(), accept, outcome('unavailable'));
    expect(standing).toEqual({ is: 'ringing', trouble: 'unavailable' });
    expect(after(rung(), accept, over('cancelled'), outcome('unavailable')).standing).toEqual({
      is: 'late',
      why: 'over',
    });
  });

  it('Missed, cancelled and busy leave a trace; declined and answered leave none', () => {
    for (const end of ['missed', 'cancelled', 'busy'] as const)
      expect(after(rung(), over(end)).effects).toEqual(['close-notification', 'keep-trace']);
    for (const end of ['answered', 'declined', 'closed'] as const)
      expect(after(rung(), over(end)).effects).toEqual(['close-notification']);
    expect(after(rung({ state: 'missed' }), rung({ state: 'missed' })).effects).toEqual(['keep-trace']);
    // Somebody tried while another one was rung: nothing rings, but it is known.
    expect(after(rung({ state: 'busy' }))).toMatchObject({ effects: ['keep-trace'], standing: null });
  });

  it('Without a word of the server a ring ends by itself, some time after its own', () => {
    const { state } = after(rung({}, 500));
    const due = nextChange(state);
    expect(due).toBe(500 + 45_000 + 8_000);
    expect(step(state, { type: 'tick', at: (due ?? 0) - 1 }).state).toBe(state);
    const ended = step(state, { type: 'tick', at: due ?? 0 });
    expect(ended.state.rings).toEqual([]);
    expect(ended.effects.map(({ type }) => type)).toEqual(['close-notification', 'keep-trace']);
    expect(nextChange(ended.state)).toBeNull();
  });

  it('Who waits in a line does not ring, nor does what nobody here can open', () => {
    expect(after(rung({ state: 'waiting' })).standing).toBeNull();
    expect(after({ type: 'rung', ring: RING, words: null, at: 0 }).standing).toBeNull();
  });

  it('Of several the one that can still be answered comes first', () => {
    const { state } = after(rung(), accept, outcome('over'), rung(OTHER));
    expect(foremost(state)?.ring.ringId).toBe(OTHER.ringId);
  });
});
