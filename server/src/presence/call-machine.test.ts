import { describe, expect, it } from 'vitest';
import { enteredMessage } from './call-machine.js';
import { OUTRANKS_FOR_MS } from './call-seating.js';
import { decodeCall, encodeCall, newCall, nextChange, phaseOf, storedForMs } from './call-state.js';
import { DURATIONS, START, Story, time, two } from './testing/story.js';

describe('two seats', () => {
  it('the first to come gets seat 0, the second seat 1, and both know how the other is', () => {
    const story = new Story().enters('ann', 'a1');
    const alone = { state: 'absent', epoch: 0 };
    expect(story.told('a1')).toMatchObject([{ type: 'entered', seat: 0, epoch: 1, peer: alone }]);
    story.enters('bob', 'b1');
    expect(story.told('b1')).toMatchObject([
      { type: 'entered', seat: 1, epoch: 1, peer: { state: 'present', epoch: 1 } },
    ]);
    expect(story.told('a1')).toEqual([{ type: 'peer', state: 'present', epoch: 1 }]);
  });

  it('two live seats held by others are full', () => {
    const story = two();
    const before = story.call;
    expect(story.enters('eve', 'e1', 2).told('e1')).toEqual([{ type: 'refused', reason: 'full' }]);
    expect(story.call).toBe(before);
    expect(story.effects).toHaveLength(1);
  });

  it('a dropped seat within its grace is as taken as any', () => {
    const story = two().drops('b1', 2).drops('a1', 3);
    expect(story.enters('eve', 'e1', 61).told('e1')).toEqual([{ type: 'refused', reason: 'full' }]);
  });

  it('entering twice over the same connection is entering once', () => {
    const story = two().enters('bob', 'b1', 2);
    expect(story.told('b1')).toMatchObject([{ type: 'entered', seat: 1, epoch: 1 }]);
    expect(story.effects).toHaveLength(1);
  });
});

describe('coming back', () => {
  it.each([
    { how: 'at once', at: 3 },
    { how: 'in the last moment of the grace period', at: 61.999 },
  ])('the holder of a dropped seat gets it back $how', ({ at }) => {
    const story = two().drops('b1', 2).enters('bob', 'b2', at);
    expect(story.told('b2')).toMatchObject([{ type: 'entered', seat: 1, epoch: 2 }]);
    expect(story.told('a1')).toEqual([{ type: 'peer', state: 'present', epoch: 2 }]);
  });

  it('whose time is up comes back if nobody has taken the seat', () => {
    const story = two().drops('b1', 2).lives('a1', 50).enters('bob', 'b2', 100);
    expect(story.told('b2')).toMatchObject([{ type: 'entered', seat: 1, epoch: 2 }]);
  });

  it('whose time is up and whose seat is taken finds the call full', () => {
    const story = two().drops('b1', 2).lives('a1', 50).enters('eve', 'e1', 62);
    expect(story.told('e1')).toMatchObject([{ type: 'entered', seat: 1, epoch: 2 }]);
    expect(story.enters('bob', 'b2', 63).told('b2')).toEqual([{ type: 'refused', reason: 'full' }]);
  });

  it('a newer connection of the same person supersedes the older', () => {
    const story = two().enters('ann', 'a2', 2);
    expect(story.told('a1')).toEqual([{ type: 'superseded' }]);
    expect(story.told('a2')).toMatchObject([{ type: 'entered', seat: 0, epoch: 2 }]);
    expect(story.told('b1')).toEqual([{ type: 'peer', state: 'present', epoch: 2 }]);
  });

  it('whatever a superseded connection still says is ignored', () => {
    const story = two().enters('ann', 'a2', 2);
    const before = story.call;
    expect(story.leaves('a1', 3).drops('a1', 3).lives('a1', 4, true).call).toEqual(before);
    expect(story.effects).toEqual([]);
  });
});

describe('going', () => {
  it('a drop is not a leave: the seat is kept for the grace period', () => {
    const story = two().drops('b1', 2);
    expect(story.told('a1')).toEqual([{ type: 'peer', state: 'dropped', epoch: 1 }]);
    expect(story.call.seats[1]).toMatchObject({ is: 'dropped', until: time(62) });
    expect(story.waits(61.999).call.seats[1].is).toBe('dropped');
    expect(story.waits(62).call.seats[1].is).toBe('empty');
    expect(story.told('a1')).toEqual([{ type: 'peer', state: 'absent', epoch: 1 }]);
  });

  it('a drop never touches the other seat', () => {
    const story = two();
    const [first] = story.call.seats;
    expect(story.drops('b1', 2).call.seats[0]).toBe(first);
  });

  it('hanging up frees the seat at once, and the other is told', () => {
    const story = two();
    const [first] = story.call.seats;
    story.leaves('b1', 2);
    expect(story.call.seats).toEqual([first, { is: 'empty', epoch: 1 }]);
    expect(story.told('a1')).toEqual([{ type: 'peer', state: 'left', epoch: 1 }]);
    expect(story.enters('eve', 'e1', 3).told('e1')).toMatchObject([{ type: 'entered', seat: 1, epoch: 2 }]);
  });

  it('who hangs up has hung up, also when only now somebody notices that they were silent for too long', () => {
    const story = two().lives('a1', 70).leaves('b1', 100);
    expect(story.call.seats[1].is).toBe('empty');
    expect(story.told('a1')).toEqual([{ type: 'peer', state: 'left', epoch: 1 }]);
  });

  it('a person who is heard by the other is not out, however long they are dropped', () => {
    const story = two().drops('b1', 2);
    for (let seconds = 25; seconds <= 1000; seconds += 25) story.lives('a1', seconds, true);
    expect(story.call.seats[1]).toMatchObject({ is: 'dropped', until: time(1060) });
    expect(story.enters('bob', 'b2', 1059).told('b2')).toMatchObject([{ type: 'entered', seat: 1 }]);
  });

  it('who is heard is not out either when only now somebody notices that their server died', () => {
    const story = two().lives('a1', 70).lives('a1', 140, true);
    expect(story.call.seats[1]).toMatchObject({ is: 'dropped', until: time(200) });
  });
});

describe('time', () => {
  it('a connection that gives no sign of life for the lease counts as dropped since then', () => {
    const story = two().lives('a1', 70).waits(76);
    expect(story.call.seats[1]).toMatchObject({ is: 'dropped', until: time(136) });
    expect(story.told('a1')).toEqual([{ type: 'peer', state: 'dropped', epoch: 1 }]);
  });

  it('a call lasts as long as its people give signs of life', () => {
    const story = two();
    for (let seconds = 25; seconds < 86_400; seconds += 25) story.lives('a1', seconds).lives('b1', seconds);
    expect(phaseOf(story.call)).toBe('live');
    expect(story.call.seats).toMatchObject([{ epoch: 1 }, { epoch: 1 }]);
  });

  it('a store keeps a live call longer than anybody can be silent in it, and an empty one for its time', () => {
    const [hour, story] = [3_600_000, two()];
    expect(storedForMs(story.call, time(1), DURATIONS.graceMs, hour)).toBe(75_000 + 60_000 + hour);
    story.leaves('a1', 2).leaves('b1', 3);
    expect(storedForMs(story.call, time(3), DURATIONS.graceMs, hour)).toBeGreaterThanOrEqual(hour);
  });

  it('says when it changes by itself', () => {
    expect(nextChange(newCall(START))).toBeNull();
    expect(nextChange(two().call)).toBe(time(75));
    expect(nextChange(two().drops('b1', 2).call)).toBe(time(62));
  });
});

describe('a store that lost the call', () => {
  const before = () => {
    const story = new Story().enters('ann', 'a1');
    const ann = story.ticketOf('a1');
    const bob = story.enters('bob', 'b1', 1).ticketOf('b1');
    return { story, ann, bob };
  };

  it('gives both their own seats back by their tickets, whoever comes first', () => {
    const { story, ann, bob } = before();
    story.isLost(10).enters('bob', 'b2', 11, bob);
    expect(story.told('b2')).toMatchObject([{ type: 'entered', seat: 1 }]);
    expect(story.enters('ann', 'a2', 12, ann).told('a2')).toMatchObject([{ type: 'entered', seat: 0 }]);
  });

  it('goes on counting epochs from the ticket', () => {
    const { story, bob } = before();
    story.isLost(10).enters('bob', 'b2', 11, { ...bob, epoch: 7 });
    expect(story.told('b2')).toMatchObject([{ type: 'entered', epoch: 8 }]);
  });

  it('a ticket outranks somebody without one who got in meanwhile, and the other is not disturbed', () => {
    const { story, ann, bob } = before();
    story.isLost(10).enters('eve', 'e1', 11).enters('bob', 'b2', 12, bob).enters('ann', 'a2', 13, ann);
    expect(story.told('e1')).toEqual([{ type: 'refused', reason: 'displaced' }]);
    expect(story.told('a2')).toMatchObject([{ type: 'entered', seat: 0, peer: { state: 'present' } }]);
    expect(story.told('b2')).toEqual([{ type: 'peer', state: 'present', epoch: 2 }]);
    expect(story.enters('eve', 'e2', 14).told('e2')).toEqual([{ type: 'refused', reason: 'full' }]);
  });

  it('of two tickets for one seat the later outranks the earlier, whoever comes first', () => {
    const { story, bob } = before();
    story.leaves('b1', 2).enters('eve', 'e1', 3);
    const eve = story.ticketOf('e1');
    story.isLost(10).enters('bob', 'b2', 11, bob).enters('eve', 'e2', 12, eve);
    expect(story.told('b2')).toEqual([{ type: 'refused', reason: 'displaced' }]);
    story.isLost(20).enters('eve', 'e3', 21, eve).enters('bob', 'b3', 22, bob);
    expect(story.told('e3')).toEqual([{ type: 'peer', state: 'present', epoch: 1 }]);
  });

  it('who has a ticket for the other seat only gives way to who has one for this', () => {
    const { story, ann, bob } = before();
    story.leaves('b1', 2).enters('eve', 'e1', 3);
    const eve = story.ticketOf('e1');
    story.isLost(10).enters('eve', 'e2', 11, eve).enters('bob', 'b2', 12, bob);
    expect(story.told('b2')).toMatchObject([{ type: 'entered', seat: 0 }]);
    expect(story.enters('ann', 'a2', 13, ann).told('b2')).toEqual([{ type: 'refused', reason: 'displaced' }]);
  });

  it('a ticket displaces nobody while the store has lost nothing', () => {
    const { story, bob } = before();
    story.leaves('b1', 2).enters('eve', 'e1', 3).enters('bob', 'b2', 4, bob);
    expect(story.told('b2')).toEqual([{ type: 'refused', reason: 'full' }]);
  });

  it('a ticket displaces nobody any more from a call that has long been theirs', () => {
    const { story, bob } = before();
    const late = 10 + (OUTRANKS_FOR_MS + DURATIONS.graceMs + DURATIONS.leaseMs) / 1000;
    story.isLost(10).enters('eve', 'e1', 10).enters('fay', 'f1', 10);
    for (let seconds = 60; seconds < late; seconds += 60) story.lives('e1', seconds).lives('f1', seconds);
    expect(story.enters('bob', 'b2', late, bob).told('b2')).toEqual([{ type: 'refused', reason: 'full' }]);
  });
});

describe('records', () => {
  it('two meet, one drops, returns, both go: each once, and nothing about who', () => {
    const story = two();
    expect(story.recorded).toEqual(['met']);
    expect(story.drops('b1', 2).recorded).toEqual(['dropped']);
    expect(story.enters('bob', 'b2', 3).recorded).toEqual(['returned']);
    expect(story.leaves('a1', 4).recorded).toEqual([]);
    expect(story.leaves('b2', 5).recorded).toEqual(['ended']);
  });

  it('what one person does alone is nobody’s history', () => {
    const story = new Story().enters('ann', 'a1');
    expect(story.recorded).toEqual([]);
    expect(story.drops('a1', 1).recorded).toEqual([]);
    expect(story.waits(100).recorded).toEqual([]);
  });
});

describe('the state of a call', () => {
  it('reads as a phase', () => {
    expect(phaseOf(newCall(START))).toBe('empty');
    expect(phaseOf(new Story().enters('ann', 'a1').call)).toBe('waiting');
    expect(phaseOf(two().call)).toBe('live');
    expect(phaseOf(two().drops('a1', 2).call)).toBe('interrupted');
  });

  it('survives being written down, and what is no call counts as lost', () => {
    const { call } = two().drops('b1', 2);
    expect(decodeCall(encodeCall(call))).toEqual(call);
    const seat = { is: 'empty', epoch: 0 };
    const wrong = ['', '{', '[]', '{}', 'null', JSON.stringify({ born: 1, met: true, seats: [seat] })];
    const seats = [
      { ...seat, epoch: -1 },
      { is: 'present', epoch: 1 },
      { is: 'dropped', epoch: 1, holder: 'h', claim: 0 },
    ];
    for (const one of seats) wrong.push(JSON.stringify({ born: 1, met: true, seats: [seat, one] }));
    for (const text of wrong) expect(decodeCall(text), text).toBeNull();
  });

  it('can tell a connection again where it sits, and only one that does', () => {
    const { call } = two();
    expect(enteredMessage(call, 'b1', time(9))).toMatchObject({
      type: 'entered',
      seat: 1,
      peer: { state: 'present' },
    });
    expect(enteredMessage(call, 'b2', time(9))).toBeNull();
  });
});
