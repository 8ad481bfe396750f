import { describe, expect, it } from 'vitest';
import { decodeKeepFrame, encodeKeepFrame, type KeepFrame, type KeepLink } from '@/channel/keep-frames';
import { nothingSaid, stepKeep, type Keep, type KeepEffect, type KeepInput } from './keep-machine';

const linkOf = (letter: string): KeepLink => ({
  slug: letter.repeat(16),
  publicKey: `${letter.repeat(86)}w`,
  name: letter,
});

/** One side, with what it made, took back and kept. */
class Side {
  keep: Keep = nothingSaid;
  readonly said: KeepFrame[] = [];
  readonly effects: KeepEffect[] = [];
  /** False: its server is away. */
  server = true;
  other: Side | null = null;
  /** Not yet heard by the other. */
  readonly onTheWay: KeepFrame[] = [];
  constructor(readonly name: string) {}

  put(input: KeepInput): void {
    const { keep, effects } = stepKeep(this.keep, input);
    this.keep = keep;
    for (const effect of effects) {
      this.effects.push(effect);
      if (effect.type === 'say') this.onTheWay.push(effect.frame);
      if (effect.type === 'make-link')
        this.put({ type: 'made', link: this.server ? linkOf(this.name) : null });
    }
  }

  /** What is on the way arrives, through the wire. */
  arrive(): void {
    for (let frame = this.onTheWay.shift(); frame; frame = this.onTheWay.shift()) {
      this.said.push(frame);
      const heard = decodeKeepFrame(encodeKeepFrame(frame));
      if (heard) this.other?.put({ type: 'heard', frame: heard });
    }
  }

  kept(): KeepLink[] {
    return this.effects.flatMap((effect) => (effect.type === 'keep-person' ? [effect.theirs] : []));
  }
  takenBack(): number {
    return this.effects.filter(({ type }) => type === 'take-back-link').length;
  }
}

function two() {
  const [a, b] = [new Side('A'), new Side('B')];
  a.other = b;
  b.other = a;
  const settle = (): void => {
    while (a.onTheWay.length + b.onTheWay.length > 0) {
      a.arrive();
      b.arrive();
    }
  };
  return { a, b, settle };
}

describe('Keeping each other', () => {
  it('Both say so, one after the other: each has the other’s ring link', () => {
    const { a, b, settle } = two();
    a.put({ type: 'press' });
    settle();
    b.put({ type: 'press' });
    settle();
    expect([a.keep.is, b.keep.is]).toEqual(['kept', 'kept']);
    expect(a.kept()).toEqual([linkOf('B')]);
    expect(b.kept()).toEqual([linkOf('A')]);
  });

  it('Both say so at the same moment: each has the other’s ring link, once', () => {
    const { a, b, settle } = two();
    a.put({ type: 'press' });
    b.put({ type: 'press' });
    settle();
    expect([a.kept(), b.kept()]).toEqual([[linkOf('B')], [linkOf('A')]]);
  });

  it('A wish of one makes no link, sends none, and is taken back without a trace', () => {
    const { a, b, settle } = two();
    a.put({ type: 'press' });
    settle();
    expect(b.keep).toEqual({ is: 'wanted' });
    expect(a.effects.map(({ type }) => type)).toEqual(['say']);
    a.put({ type: 'take-back' });
    settle();
    expect([a.keep, b.keep]).toEqual([nothingSaid, nothingSaid]);
  });

  it('A wish that is taken back while the other agrees leaves nobody with a link', () => {
    const { a, b, settle } = two();
    a.put({ type: 'press' });
    settle();
    a.put({ type: 'take-back' });
    b.put({ type: 'press' });
    settle();
    expect([a.kept(), b.kept()]).toEqual([[], []]);
    expect(b.takenBack()).toBe(1);
    expect([a.keep.is, b.keep.is]).toEqual(['wanted', 'willing']);
    a.put({ type: 'press' });
    settle();
    expect([a.kept(), b.kept()]).toEqual([[linkOf('B')], [linkOf('A')]]);
  });

  it('Who can make no link gets none either, until it is tried again', () => {
    const { a, b, settle } = two();
    a.server = false;
    a.put({ type: 'press' });
    b.put({ type: 'press' });
    settle();
    expect([a.kept(), b.kept()]).toEqual([[], []]);
    expect(a.keep).toEqual({ is: 'failed', theirs: 'willing' });
    expect(b.keep).toEqual({ is: 'willing' });
    expect(b.takenBack()).toBe(1);
    a.server = true;
    a.put({ type: 'press' });
    settle();
    expect([a.kept(), b.kept()]).toEqual([[linkOf('B')], [linkOf('A')]]);
  });

  it('A link that comes unasked is nobody’s', () => {
    for (const keep of [nothingSaid, { is: 'wanted' }, { is: 'willing' }] as const) {
      const step = stepKeep(keep, { type: 'heard', frame: { type: 'keep-link', ...linkOf('B') } });
      expect(step).toEqual({ keep, effects: [] });
    }
  });

  it('What was lost with an old way is said again on the new one', () => {
    const { a, b, settle } = two();
    a.put({ type: 'press' });
    settle();
    b.put({ type: 'press' });
    b.onTheWay.length = 0;
    for (const side of [a, b]) side.put({ type: 'reopened' });
    settle();
    expect([a.kept(), b.kept()]).toEqual([[linkOf('B')], [linkOf('A')]]);
  });

  it('Once the way is closed it is told what came of it, and a link nobody heard of is taken back', () => {
    const close = (keep: Keep) => stepKeep(keep, { type: 'closed' }).keep;
    expect(close({ is: 'wanted' })).toEqual({ is: 'over', how: 'unsaid' });
    expect(close({ is: 'willing' })).toEqual({ is: 'over', how: 'unanswered' });
    expect(close({ is: 'agreed', own: null, theirs: null })).toEqual({ is: 'over', how: 'unanswered' });
    expect(close({ is: 'agreed', own: linkOf('A'), theirs: null })).toEqual({ is: 'over', how: 'half' });
    const kept: Keep = { is: 'kept', own: linkOf('A'), theirs: linkOf('B') };
    expect(close(kept)).toBe(kept);
    const late = stepKeep({ is: 'over', how: 'unanswered' }, { type: 'made', link: linkOf('A') });
    expect(late.effects).toEqual([{ type: 'take-back-link', link: linkOf('A') }]);
  });
});

describe('What is said about it', () => {
  it('Nonsense is ignored', () => {
    for (const text of [
      '',
      '{}',
      '{"type":"keep"}',
      '{"type":"keep","willing":1}',
      '{"type":"keep-link"}',
      JSON.stringify({ type: 'keep-link', ...linkOf('A'), slug: 'short' }),
      JSON.stringify({ type: 'keep-link', ...linkOf('A'), publicKey: 7 }),
      '{"type":"media","camera":true,"microphone":true}',
    ])
      expect(decodeKeepFrame(text), text).toBeNull();
  });

  it('A name that is none is left out, and whatever else is said stays behind', () => {
    const said = { type: 'keep-link', ...linkOf('A'), name: 'x'.repeat(257), more: 1 };
    const { slug, publicKey } = linkOf('A');
    expect(decodeKeepFrame(JSON.stringify(said))).toEqual({ type: 'keep-link', slug, publicKey });
  });
});
