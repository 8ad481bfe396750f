import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { UNREACHABLE_MS } from './link-health';
import { FIRST_WORDS, kindsOf, TwoPages } from './testing/two-pages';

let pages: TwoPages;
beforeEach(() => {
  vi.useFakeTimers();
  pages = new TwoPages();
});
afterEach(() => {
  vi.useRealTimers();
});

const alive = (name: string) => pages.lab.of(name).filter((one) => !one.closed);

describe('Two pages meet', () => {
  it('with one offer and one answer', async () => {
    const [first, second] = await pages.talking();
    expect([first.status, second.status]).toEqual(['flowing', 'flowing']);
    expect(kindsOf(first.relayed).filter((kind) => kind === 'o')).toHaveLength(1);
    expect(kindsOf(second.relayed).filter((kind) => kind === 'a')).toHaveLength(1);
    expect([...kindsOf(first.relayed), ...kindsOf(second.relayed)].sort()).toEqual(['a', 'o']);
  });

  it('also when seat 0 does not learn from the server that somebody came: then it is told', async () => {
    const [first, second] = [pages.page('a', 0), pages.page('b', 1)];
    pages.enter(first, 0);
    vi.spyOn(first.session, 'peerChanged').mockImplementation(() => undefined);
    pages.enter(second, 1);
    await pages.pass(2000);
    expect([first.status, second.status]).toEqual(['flowing', 'flowing']);
  });

  it('and what they say as soon as they may is heard by the other, once', async () => {
    for (const together of [false, true]) {
      pages = new TwoPages();
      pages.lab.channelsOpenTogether = together;
      const [first, second] = await pages.talking();
      expect([first.app, second.app]).toEqual([[FIRST_WORDS], [FIRST_WORDS]]);
    }
  });

  it('and whoever waits in seat 0 has the connection ready before the other comes', async () => {
    const first = pages.page('a', 0);
    pages.enter(first, 0);
    await pages.pass(100);
    expect(pages.lab.of('a')[0]?.localDescription?.type).toBe('offer');
    expect(first.relayed).toEqual([]);
    expect(first.status).toBe('idle');
    pages.enter(pages.page('b', 1), 1);
    await pages.pass(100);
    expect(first.relayed[0]).toEqual(first.soon.at(-1));
  });

  it('also when the one in seat 1 was there first', async () => {
    const [first, second] = [pages.page('a', 0), pages.page('b', 1)];
    pages.enter(second, 1);
    await pages.pass(100);
    pages.enter(first, 0);
    await pages.pass(1000);
    expect([first.status, second.status]).toEqual(['flowing', 'flowing']);
  });

  it('although the first offer is lost', async () => {
    const carry = pages.carry;
    let lost = 0;
    pages.carry = (deliver) => {
      if (lost < 3) lost += 1;
      else carry(deliver);
    };
    const [first, second] = await pages.talking();
    await pages.pass(5000);
    expect([first.status, second.status]).toEqual(['flowing', 'flowing']);
  });

  it('although every message arrives twice', async () => {
    const carry = pages.carry;
    pages.carry = (deliver) => {
      carry(deliver);
      setTimeout(deliver, 35);
    };
    const [first, second] = await pages.talking();
    expect([first.status, second.status]).toEqual(['flowing', 'flowing']);
    expect(pages.lab.all).toHaveLength(2);
  });
});

describe('While media flows', () => {
  it('nothing goes over the server: a restart is agreed over the data channel', async () => {
    const [first, second] = await pages.talking();
    const before = first.relayed.length + second.relayed.length;
    pages.server = false;
    pages.lab.of('a')[0]?.restartIce();
    await pages.pass(1000);
    expect(pages.lab.of('a')[0]?.ice).toBe(2);
    expect(pages.lab.of('b')[0]?.remoteDescription?.sdp).toContain('a0i2');
    expect(first.relayed.length + second.relayed.length).toBe(before);
    expect([first.status, second.status]).toEqual(['flowing', 'flowing']);
  });

  it('a socket that is replaced changes nothing', async () => {
    const [first, second] = await pages.talking();
    second.session.offline();
    await pages.pass(500);
    pages.enter(second, 1);
    await pages.pass(3000);
    expect(pages.lab.all).toHaveLength(2);
    expect(first.statuses).not.toContain('stalled');
    expect(second.status).toBe('flowing');
  });

  it('an offer of both at once ends in one agreement: seat 1 gives way', async () => {
    const [first, second] = await pages.talking();
    const [a, b] = [pages.lab.of('a')[0], pages.lab.of('b')[0]];
    a?.onnegotiationneeded?.();
    b?.onnegotiationneeded?.();
    await pages.pass(1000);
    expect([a?.signalingState, b?.signalingState]).toEqual(['stable', 'stable']);
    expect(b?.localDescription?.type).toBe('answer');
    expect([first.status, second.status]).toEqual(['flowing', 'flowing']);
  });

  it('hanging up is heard at once, and ends only this connection', async () => {
    const [first] = await pages.talking();
    pages.leave(1, 'left');
    await pages.pass(1000);
    expect(first.status).toBe('idle');
    expect(first.parted).toHaveLength(1);
    first.parted[0]?.close();
    await pages.pass(1000);
    expect(alive('a')).toHaveLength(1);
    expect(pages.lab.of('a')[0]?.closed).toBe(true);
  });
});

describe('A page that comes back', () => {
  it('after a reload gets a new connection, and the old one is closed', async () => {
    const [first] = await pages.talking();
    pages.lab.of('b')[0]?.close();
    pages.leave(1, 'dropped');
    await pages.pass(300);
    const again = pages.page('b', 1);
    pages.enter(again, 1);
    await pages.pass(1500);
    expect([first.status, again.status]).toEqual(['flowing', 'flowing']);
    expect(alive('a')).toHaveLength(1);
  });

  it('in seat 0 after a reload leads again', async () => {
    const [, second] = await pages.talking();
    pages.lab.of('a')[0]?.close();
    pages.leave(0, 'dropped');
    await pages.pass(300);
    const again = pages.page('a', 0);
    pages.enter(again, 0);
    await pages.pass(1500);
    expect([again.status, second.status]).toEqual(['flowing', 'flowing']);
    expect(alive('b')).toHaveLength(1);
  });

  it('is not answered with what was meant for the page before', async () => {
    const [first, second] = await pages.talking();
    const stale = { f: 'bbbbbbbb', t: 'zzzzzzzz', g: 1, k: 'a', i: 1, m: 3, s: 'v=0' };
    first.session.receive(stale);
    second.session.receive({ ...stale, k: 'c', c: ['candidate:1 1 udp 1 h 1 typ host ufrag none'] });
    await pages.pass(500);
    expect([first.status, second.status]).toEqual(['flowing', 'flowing']);
  });
});

describe('When the path between two browsers breaks', () => {
  it('seat 0 restarts, and only seat 0', async () => {
    const [first, second] = await pages.talking();
    pages.cut();
    await pages.pass(2500);
    expect([first.status, second.status]).toEqual(['stalled', 'stalled']);
    pages.mend();
    await pages.pass(3000);
    expect([first.status, second.status]).toEqual(['flowing', 'flowing']);
    expect(pages.lab.of('a')[0]?.restarts).toBeGreaterThan(0);
    expect(pages.lab.of('b')[0]?.restarts).toBe(0);
    expect(pages.lab.all).toHaveLength(2);
  });

  it('a new connection is made when restarts do not help', async () => {
    const [first, second] = await pages.talking();
    pages.cut();
    await pages.pass(20_000);
    expect(pages.lab.of('a').length).toBeGreaterThan(1);
    pages.mend();
    await pages.pass(8000);
    expect([first.status, second.status]).toEqual(['flowing', 'flowing']);
    expect([alive('a').length, alive('b').length]).toEqual([1, 1]);
  });

  it('the first picture after it is a whole one, as nothing else could be shown', async () => {
    const [first] = await pages.talking();
    const camera = { kind: 'video' } as MediaStreamTrack;
    first.session.setTrack('video', camera);
    const switched = () =>
      pages.lab
        .of('a')[0]
        ?.getTransceivers()
        .flatMap((one) => one.switched);
    pages.cut();
    await pages.pass(2500);
    expect(switched()).toEqual([]);
    pages.mend();
    await pages.pass(3000);
    expect(switched()).toEqual([false, true]);
  });

  it('a wish that arrives when it is fulfilled already begins nothing anew', async () => {
    const [first, second] = await pages.talking();
    pages.cut();
    await pages.pass(2500);
    const wish = second.relayed.find((message) => kindsOf([message])[0] === 'r');
    expect(wish).toBeDefined();
    pages.mend();
    await pages.pass(3000);
    const restarts = pages.lab.of('a')[0]?.restarts;
    first.session.receive(wish);
    await pages.pass(500);
    expect(pages.lab.of('a')[0]?.restarts).toBe(restarts);
  });

  it('nothing is tried while the server cannot be reached, and everything at once when it can', async () => {
    const [first, second] = await pages.talking();
    pages.cut();
    pages.server = false;
    first.session.offline();
    second.session.offline();
    await pages.pass(30_000);
    expect(pages.lab.all).toHaveLength(2);
    pages.server = true;
    pages.mend();
    pages.enter(first, 0);
    pages.enter(second, 1);
    await pages.pass(2000);
    expect([first.status, second.status]).toEqual(['flowing', 'flowing']);
  });
});

describe('Where there is no direct path', () => {
  it('who waits looks at the own network meanwhile, by the servers that were told', async () => {
    const [asked, unasked] = [pages.page('a', 0), pages.page('b', 1)];
    const iceServers = [{ urls: ['stun:stun.example:3478'] }];
    asked.session.entered({ seat: 0, epoch: 1, iceServers }, 'absent');
    unasked.session.entered({ seat: 1, epoch: 1, iceServers: [] }, 'absent');
    await pages.pass(10_000);
    expect(asked.networks).toHaveLength(1);
    expect(asked.networks).not.toContain('unasked');
    expect(unasked.networks).toEqual(['unasked']);
  });

  it('both are told, after no more than a quarter of a minute, and it is still tried', async () => {
    pages.cut();
    const [first, second] = await pages.talking();
    await pages.pass(UNREACHABLE_MS);
    expect([first.status, second.status]).toEqual(['unreachable', 'unreachable']);
    pages.mend();
    await pages.pass(UNREACHABLE_MS * 2);
    expect([first.status, second.status]).toEqual(['flowing', 'flowing']);
  });
});

describe('What another browser sends', () => {
  it.each([
    null,
    1,
    'x',
    [],
    {},
    { f: 1 },
    { f: 'aaaaaaaa', g: 1, k: 'o' },
    { f: 'aaaaaaaa', g: -1, k: 'h' },
  ])('is ignored when it is no message: %j', async (nonsense) => {
    const [first, second] = await pages.talking();
    first.session.receive(nonsense);
    second.session.receive(nonsense);
    await pages.pass(1000);
    expect([first.status, second.status]).toEqual(['flowing', 'flowing']);
  });
});
