import { describe, expect, it } from 'vitest';
import { decodeCall, encodeCall, MAX_BARRED } from './call-state.js';
import { START, Story, two } from './testing/story.js';

const FULL = { type: 'refused', reason: 'full' };
const DISPLACED = { type: 'refused', reason: 'displaced' };
const LOCKED = { type: 'locked', on: true };
const OPEN = { type: 'locked', on: false };

const locked = () => two().locks('a1', 2);

describe('a locked call', () => {
  it('either of the two locks it and either opens it, and both are told each time', () => {
    const story = locked();
    expect([story.told('a1'), story.told('b1')]).toEqual([[LOCKED], [LOCKED]]);
    story.locks('b1', 3, false);
    expect([story.told('a1'), story.told('b1')]).toEqual([[OPEN], [OPEN]]);
  });

  it('what is so already is not said again', () => {
    expect(locked().locks('b1', 3).effects).toEqual([]);
    expect(two().locks('b1', 3, false).effects).toEqual([]);
  });

  it('may be bound to somebody who is dropped', () => {
    const story = two().drops('b1', 2).locks('a1', 3);
    expect(story.told('a1')).toEqual([LOCKED]);
    expect(story.enters('bob', 'b2', 4).told('b2')).toMatchObject([
      { type: 'entered', seat: 1, locked: true },
    ]);
  });

  it('takes two: alone, one is told so, and the call stays open', () => {
    const story = new Story().enters('ann', 'a1').locks('a1', 1);
    expect(story.told('a1')).toEqual([{ type: 'not-together' }]);
    expect(story.enters('eve', 'e1', 2).told('e1')).toMatchObject([{ type: 'entered', seat: 1 }]);
  });

  it('keeps a free seat for its own holder, who hung up or was away for too long: for anybody else it is full', () => {
    for (const story of [locked().leaves('b1', 3), locked().drops('b1', 3).lives('a1', 60)]) {
      const before = story.waits(64).call;
      expect(before.seats[1].is).toBe('empty');
      expect(story.enters('eve', 'e1', 64).told('e1')).toEqual([FULL]);
      expect(story.call).toBe(before);
      expect(story.enters('bob', 'b2', 65).told('b2')).toMatchObject([
        { type: 'entered', seat: 1, epoch: 2, locked: true },
      ]);
    }
  });

  it('outlasts both: they come back to their own seats, in any order, and nobody else does', () => {
    const story = locked().leaves('a1', 3).leaves('b1', 4);
    expect(story.enters('eve', 'e1', 5).told('e1')).toEqual([FULL]);
    expect(story.enters('bob', 'b2', 6).told('b2')).toMatchObject([{ type: 'entered', seat: 1 }]);
    expect(story.enters('eve', 'e2', 7).told('e2')).toEqual([FULL]);
    expect(story.enters('ann', 'a2', 8).told('a2')).toMatchObject([{ type: 'entered', seat: 0 }]);
  });

  it('opened by the one who is there, its free seat is for whoever comes', () => {
    const story = locked().leaves('b1', 3).locks('a1', 4, false);
    expect(story.told('a1')).toEqual([OPEN]);
    expect(story.enters('eve', 'e1', 5).told('e1')).toMatchObject([{ type: 'entered', seat: 1 }]);
  });

  it('a superseded connection neither locks nor opens it', () => {
    const story = locked().enters('ann', 'a2', 3);
    expect(story.told('a2')).toMatchObject([{ type: 'entered', locked: true }]);
    expect(story.locks('a1', 4, false).effects).toEqual([]);
    expect(story.locks('a2', 4, false).locks('a1', 5).effects).toEqual([]);
  });

  it('who locks it has given a sign of life', () => {
    const story = two().locks('a1', 70).waits(80);
    expect(story.call.seats.map(({ is }) => is)).toEqual(['present', 'dropped']);
  });
});

describe('a lock and a store that lost the call', () => {
  const lost = () => {
    const story = new Story().enters('ann', 'a1');
    const ann = story.ticketOf('a1');
    const bob = story.enters('bob', 'b1', 1).ticketOf('b1');
    return { story: story.isLost(10), ann, bob };
  };

  it('a ticket outranks a lock made meanwhile by somebody without one, and opens it', () => {
    const { story, ann, bob } = lost();
    story.enters('ann', 'a2', 11, ann).enters('eve', 'e1', 12).locks('e1', 13);
    story.enters('bob', 'b2', 14, bob);
    expect(story.told('e1')).toEqual([DISPLACED]);
    expect(story.told('a2')).toEqual([{ type: 'peer', state: 'present', epoch: 2 }, OPEN]);
    expect(story.told('b2')).toMatchObject([{ type: 'entered', seat: 1 }]);
    expect(story.told('b2')).not.toMatchObject([{ locked: true }]);
  });

  it('a ticket outranks the lock of somebody without one also while they are away', () => {
    const { story, ann, bob } = lost();
    story.enters('ann', 'a2', 11, ann).enters('eve', 'e1', 12).locks('e1', 13).leaves('e1', 14);
    expect(story.enters('bob', 'b2', 15, bob).told('b2')).toMatchObject([{ type: 'entered', seat: 1 }]);
    expect(story.enters('eve', 'e2', 16).told('e2')).toEqual([FULL]);
  });

  it('a ticket does not outrank the lock of who came back with a later one, there or not', () => {
    const { story, ann, bob } = lost();
    const eve = { ...bob, issuedAt: START - 1 };
    story.enters('ann', 'a2', 11, ann).enters('bob', 'b2', 12, bob).locks('a2', 13).leaves('b2', 14);
    expect(story.enters('eve', 'e1', 15, eve).told('e1')).toEqual([FULL]);
    expect(story.enters('bob', 'b3', 16).told('b3')).toMatchObject([{ type: 'entered', seat: 1 }]);
  });
});

describe('a block', () => {
  it('is a hang-up for the other, who stays, and for the records', () => {
    const story = two().blocks('a1', 2);
    expect(story.told('b1')).toEqual([{ type: 'peer', state: 'left', epoch: 1 }]);
    expect(story.effects).toHaveLength(1);
    expect(story.call.seats).toMatchObject([{ is: 'empty', epoch: 1 }, { is: 'present' }]);
    expect(story.leaves('b1', 3).recorded).toEqual(['ended']);
  });

  it('keeps the other out from then on: full, also with a ticket, also when they resume', () => {
    const held = new Story().enters('ann', 'a1').enters('bob', 'b1').ticketOf('b1');
    const story = two().drops('b1', 2).blocks('a1', 3);
    for (const ticket of [undefined, held, { ...held, born: START - 1 }]) {
      const before = story.call;
      expect(story.enters('bob', 'b2', 4, ticket).told('b2')).toEqual([FULL]);
      expect(story.call).toBe(before);
    }
  });

  it('who is blocked waits alone, and goes first as soon as anybody else comes, who blocked them included', () => {
    for (const [holder, connection] of [
      ['eve', 'e1'],
      ['ann', 'a2'],
    ] as const) {
      const story = two().blocks('a1', 2).enters(holder, connection, 3);
      const alone = { state: 'absent', epoch: 1 };
      expect(story.told('b1')).toEqual([DISPLACED]);
      expect(story.told(connection)).toMatchObject([{ type: 'entered', seat: 0, epoch: 2, peer: alone }]);
      expect(story.recorded).toEqual(['ended']);
      expect(story.enters('bob', 'b2', 4).told('b2')).toEqual([FULL]);
    }
  });

  it('opens a locked call: the other hears what they would hear of an opening and a hang-up', () => {
    const story = locked().blocks('a1', 3);
    expect(story.told('b1')).toEqual([OPEN, { type: 'peer', state: 'left', epoch: 1 }]);
    expect(story.enters('eve', 'e1', 4).told('e1')).toMatchObject([{ type: 'entered', seat: 0 }]);
  });

  it('with nobody in the other seat is a hang-up and bars nobody', () => {
    const story = two().leaves('b1', 2).blocks('a1', 3);
    expect(story.call.barred).toEqual([]);
    expect(story.enters('bob', 'b2', 4).told('b2')).toMatchObject([{ type: 'entered' }]);
  });

  it('of a superseded connection changes nothing, and neither does one that comes twice', () => {
    const story = two().enters('ann', 'a2', 2);
    const before = story.call;
    expect(story.blocks('a1', 3).call).toBe(before);
    expect(story.blocks('a2', 4).blocks('a2', 5).effects).toEqual([]);
    expect(story.call.barred).toEqual(['bob']);
  });

  it('never bars who says it: of two who block each other the first has, and the other hangs up', () => {
    const story = two().blocks('b1', 2).blocks('a1', 2);
    expect(story.call.barred).toEqual(['ann']);
    expect(story.enters('bob', 'b2', 3).told('b2')).toMatchObject([{ type: 'entered' }]);
  });

  it(`of the ${MAX_BARRED + 1}st person forgets the first, so that a state stays small`, () => {
    const story = new Story().enters('ann', 'a0');
    for (let number = 1; number <= MAX_BARRED + 1; number += 1) {
      story
        .enters(`bob ${number}`, `b${number}`)
        .blocks(`a${number - 1}`)
        .enters('ann', `a${number}`);
    }
    expect(story.call.barred).toHaveLength(MAX_BARRED);
    expect(story.enters('bob 2', 'again').told('again')).toEqual([FULL]);
    expect(story.enters('bob 1', 'back').told('back')).toMatchObject([{ type: 'entered' }]);
    expect(encodeCall(story.call).length).toBeLessThan(1024);
  });
});

describe('the state of a call, locked or blocked', () => {
  it('survives being written down', () => {
    for (const { call } of [locked(), locked().leaves('a1', 3), locked().blocks('a1', 3)]) {
      expect(decodeCall(encodeCall(call))).toEqual(call);
    }
  });

  it('is no longer than before where nobody locks or blocks', () => {
    expect(Object.keys(JSON.parse(encodeCall(two().call)) as object)).toEqual(['born', 'met', 'seats']);
  });

  it('of a server that knew no locks is read as open to everybody', () => {
    const { born, met, seats } = two().call;
    expect(decodeCall(JSON.stringify({ born, met, seats }))).toEqual(two().call);
  });

  it('that makes no sense counts as lost', () => {
    const call = locked().call;
    const [ann, bob] = call.lock ?? [];
    const wrong = [
      { lock: null },
      { lock: [] },
      { lock: [ann] },
      { lock: [ann, 'bob'] },
      { lock: [ann, { holder: 'bob' }] },
      { lock: [ann, { holder: 7, claim: 0 }] },
      { lock: [bob, ann] },
      { lock: [ann, { ...bob, holder: 'eve' }] },
      { barred: null },
      { barred: 'bob' },
      { barred: [7] },
      { barred: Array.from({ length: MAX_BARRED + 1 }, () => 'eve') },
    ];
    for (const fields of wrong) {
      const text = JSON.stringify({ ...call, barred: [], ...fields });
      expect(decodeCall(text), text).toBeNull();
    }
  });
});
