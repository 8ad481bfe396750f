import type { RingNews, RingState } from '@protocol';
import { describe, expect, it } from 'vitest';
import {
  ASK_EVERY_MS,
  initialCaller,
  mayRing,
  nextAsk,
  stepCaller,
  type CallerEffect,
  type CallerInput,
  type CallerState,
} from './ring-machine';

const CALL = { callId: 'q83vASNFZ4mrzQBkyAABAgMEBQYH', key: 'AAECAwQFBgcICQoLDA0ODw' };
const RING = 'AAECAwQFBgcICQoLDA0ODw';
const OTHER = 'BAECAwQFBgcICQoLDA0ODw';

/** A caller, and all that followed from what happened to them. */
class Caller {
  state: CallerState = initialCaller;
  readonly effects: CallerEffect[] = [];

  put(...inputs: CallerInput[]): this {
    for (const input of inputs) {
      const step = stepCaller(this.state, input, this.at);
      this.state = step.state;
      this.effects.push(...step.effects);
    }
    return this;
  }

  at = 1000;
  get is(): string {
    const { phase } = this.state;
    return phase.is === 'over' ? phase.how : phase.is;
  }
  did(): string[] {
    return this.effects.splice(0).map(({ type }) => type);
  }
  hear(state: RingState, more: Partial<RingNews> = {}): this {
    return this.put({ type: 'news', news: { ringId: RING, state, ...more } });
  }
}

const ready = (): Caller =>
  new Caller().put(
    { type: 'looked', accepting: true, line: null },
    { type: 'ring' },
    { type: 'made', attempt: 1, call: CALL },
    { type: 'entered' },
    { type: 'permitted', attempt: 1 },
  );

const ringing = (state: RingState = 'ringing', more: Partial<RingNews> = {}): Caller =>
  ready().put({ type: 'posted', attempt: 1, news: { ringId: RING, state, ...more } });

describe('Ringing somebody', () => {
  it('begins once there is a call, a seat in it, and an answer to the browser’s question, in any order', () => {
    const inputs: CallerInput[] = [
      { type: 'permitted', attempt: 1 },
      { type: 'made', attempt: 1, call: CALL },
      { type: 'entered' },
    ];
    const caller = new Caller().put({ type: 'ring' }, ...inputs);
    expect(caller.did()).toEqual(['make-call', 'enter', 'post']);
    expect(ready().did()).toEqual(['make-call', 'enter', 'post']);
    expect(ready().put({ type: 'entered' }, { type: 'permitted', attempt: 1 }).did()).toHaveLength(3);
  });

  it('says that it rings only once it rings over there, and takes no older word back', () => {
    const caller = ringing();
    expect(caller.state.phase).toMatchObject({ is: 'ringing', reached: 'not-yet' });
    expect(caller.hear('undelivered', { reason: 'service-busy' }).state.phase).toMatchObject({
      reached: 'service-busy',
    });
    expect(caller.hear('delivered').state.phase).toMatchObject({ reached: 'yes' });
    expect(caller.hear('ringing').state.phase).toMatchObject({ reached: 'yes' });
  });

  it('News that overtake the answer which names the ring are not lost, and those of another ring not taken', () => {
    const posted: CallerInput = { type: 'posted', attempt: 1, news: { ringId: RING, state: 'ringing' } };
    expect(ready().hear('delivered').put(posted).state.phase).toMatchObject({
      is: 'ringing',
      reached: 'yes',
    });
    expect(ready().hear('declined').put(posted).is).toBe('declined');
    const other: CallerInput = { type: 'news', news: { ringId: OTHER, state: 'declined' } };
    expect(ready().put(other, posted).is).toBe('ringing');
  });

  it.each(['declined', 'busy', 'missed', 'closed'] as const)('ends as %s, and may begin again', (state) => {
    const caller = ringing().hear(state);
    expect(caller.is).toBe(state);
    expect(caller.did()).toContain('leave-call');
    expect(mayRing(caller.state)).toBe(true);
    expect(caller.hear('answered').is).toBe(state);
    expect(caller.put({ type: 'ring' }).is).toBe('calling');
  });

  it('An answer leads into the call at once, and nothing takes it back', () => {
    const caller = ringing().hear('answered');
    expect(caller.did().at(-1)).toBe('go-in');
    caller.hear('cancelled').put({ type: 'cancel' }, { type: 'page-goes' }, { type: 'thrown-out' });
    expect(caller.is).toBe('answered');
    expect(caller.did()).toEqual([]);
  });

  it('News of another ring change nothing', () => {
    const caller = ringing().put(
      { type: 'news', news: { ringId: OTHER, state: 'declined' } },
      { type: 'unknown-ring', ringId: OTHER },
    );
    expect(caller.is).toBe('ringing');
  });

  it('Cancelling tells the server, also when its answer comes only afterwards', () => {
    expect(ringing().put({ type: 'cancel' }).did().slice(-2)).toEqual(['cancel', 'leave-call']);
    const early = ready().put({ type: 'cancel' });
    expect(early.is).toBe('idle');
    early.put({ type: 'posted', attempt: 1, news: { ringId: RING, state: 'ringing' } });
    expect(early.did().slice(-2)).toEqual(['leave-call', 'cancel']);
    expect(early.is).toBe('idle');
  });

  it('What belongs to a cancelled try does not count for the next one', () => {
    const caller = new Caller().put({ type: 'ring' }, { type: 'cancel' }, { type: 'ring' });
    caller.did();
    caller.put(
      { type: 'made', attempt: 1, call: CALL },
      { type: 'permitted', attempt: 1 },
      { type: 'not-made', attempt: 1, problem: 'busy' },
    );
    expect(caller.state.phase).toMatchObject({ is: 'calling', call: null, asking: true });
    expect(caller.did()).toEqual([]);
  });

  it('A page that goes away rings no longer, but keeps its place in a line', () => {
    expect(ringing().put({ type: 'page-goes' }).did()).toContain('cancel');
    const waiting = ringing('waiting', { place: 3 }).put({ type: 'page-goes' });
    expect(waiting.is).toBe('waiting');
    expect(waiting.did()).not.toContain('cancel');
  });

  it('A return to the call asks what was missed, and so does silence', () => {
    const caller = ringing().put({ type: 'cut-off' });
    expect(caller.state.phase).toMatchObject({ is: 'ringing', seated: false });
    caller.did();
    caller.put({ type: 'entered' });
    expect(caller.did()).toEqual(['ask']);
    expect(caller.put({ type: 'tick' }).did()).toEqual([]);
    caller.at += ASK_EVERY_MS;
    expect(nextAsk(caller.state)).toBe(caller.at);
    expect(caller.put({ type: 'tick' }).did()).toEqual(['ask']);
    expect(caller.put({ type: 'somebody-came' }).did()).toEqual(['ask']);
  });

  it('A ring the server knows no more, or has ended for an absent caller, is said to be lost', () => {
    expect(ringing().put({ type: 'unknown-ring', ringId: RING }).is).toBe('lost');
    expect(ringing('waiting', { place: 1 }).hear('cancelled').is).toBe('lost');
    expect(ringing().put({ type: 'thrown-out' }).is).toBe('lost');
  });
});

describe('A line', () => {
  it('tells the own place, and leads into the call when it is one’s turn', () => {
    const caller = ringing('waiting', { place: 4 });
    expect(caller.state.phase).toMatchObject({ is: 'waiting', place: 4 });
    expect(caller.hear('waiting', { place: 1 }).state.phase).toMatchObject({ place: 1 });
    expect(caller.hear('answered').is).toBe('answered');
  });

  it('is waited in further after a reload', () => {
    const caller = new Caller().put(
      { type: 'resume', call: CALL, ringId: RING },
      { type: 'looked', accepting: false, line: { minutes: 10 } },
      { type: 'entered' },
    );
    expect(caller.did()).toEqual(['enter', 'ask']);
    expect(caller.is).toBe('waiting');
    expect(caller.state.line).toEqual({ minutes: 10 });
    expect(caller.hear('waiting', { place: 2 }).state.phase).toMatchObject({ place: 2 });
  });
});

describe('What cannot be rung', () => {
  it.each(['gone', 'not-accepting'] as const)('says so before or after the tap: %s', (problem) => {
    const caller = ready().put({ type: 'not-posted', attempt: 1, problem });
    expect(caller.state.phase).toEqual({ is: 'unavailable', why: problem });
    expect(mayRing(caller.state)).toBe(problem === 'not-accepting');
  });

  it('A link that was paused and is resumed meanwhile can be rung', () => {
    const looked = (accepting: boolean): CallerInput => ({ type: 'looked', accepting, line: null });
    expect(new Caller().put(looked(false), looked(true)).is).toBe('idle');
    expect(ready().put(looked(false)).is).toBe('calling');
  });

  it('Who rings already hears from the ring what becomes of it, not from the link', () => {
    expect(ringing().put({ type: 'unavailable', why: 'gone' }).is).toBe('ringing');
    expect(ringing().hear('answered').put({ type: 'unavailable', why: 'gone' }).is).toBe('answered');
  });

  it('A paused link is said to be paused before anybody rings, and may be tried again', () => {
    const caller = new Caller().put({ type: 'looked', accepting: false, line: null });
    expect(caller.state.phase).toEqual({ is: 'unavailable', why: 'not-accepting' });
    expect(caller.put({ type: 'ring' }).is).toBe('calling');
  });

  it.each([
    ['offline', 'offline'],
    ['busy', 'busy'],
    ['refused', 'unavailable'],
    ['unavailable', 'unavailable'],
  ] as const)('Trouble (%s) leaves the button where it was', (problem, said) => {
    const caller = ready().put({ type: 'not-posted', attempt: 1, problem });
    expect(caller.state.phase).toEqual({ is: 'idle', problem: said });
    expect(caller.did().at(-1)).toBe('leave-call');
  });

  it('A link found damaged while its owner is being called rings nobody', () => {
    expect(ready().put({ type: 'unavailable', why: 'damaged' }).did().at(-1)).toBe('leave-call');
  });
});
