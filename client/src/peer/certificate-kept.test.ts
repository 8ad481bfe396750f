import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { certificateOf } from './testing/fake-rtc';
import { kindsOf, TwoPages } from './testing/two-pages';

let pages: TwoPages;

beforeEach(() => {
  vi.useFakeTimers();
  pages = new TwoPages();
});

afterEach(() => {
  vi.useRealTimers();
});

/** What seat 0 offered first, as if it were the next offer, with this certificate. */
function nextOffer(relayed: readonly unknown[], certificate: string): Record<string, unknown> {
  const offer = relayed[kindsOf(relayed).indexOf('o')] as { s: string; i: number };
  return {
    ...offer,
    i: offer.i + 1,
    s: offer.s.replace(/sha-256 \S+/, `sha-256 ${certificate}`).replace(/ufrag:\S+/, 'ufrag:new'),
  };
}

it('Both ends of a connection tell the same two certificates', async () => {
  const [first, second] = await pages.talking();
  const own = first.session.fingerprints();
  expect(own?.own).toMatch(/^[0-9a-f]{64}$/);
  expect(second.session.fingerprints()).toEqual({ own: own?.other, other: own?.own });
});

it('In the middle of a connection nobody takes the place of its other end', async () => {
  const [first, second] = await pages.talking();
  const before = second.session.fingerprints();
  second.session.receive(nextOffer(first.relayed, certificateOf('somebody')));
  await pages.pass(1000);
  expect(second.session.fingerprints()).toEqual(before);
  expect(pages.lab.of('b').at(-1)?.remoteDescription?.sdp).not.toContain('ufrag:new');
});

it('The same end may go on with a new offer', async () => {
  const [first, second] = await pages.talking();
  const certificate = certificateOf(pages.lab.of('a').at(-1)?.name ?? '');
  second.session.receive(nextOffer(first.relayed, certificate));
  await pages.pass(1000);
  expect(pages.lab.of('b').at(-1)?.remoteDescription?.sdp).toContain('ufrag:new');
});

it('A restart and a cut change neither certificate; a new connection changes both', async () => {
  const [first, second] = await pages.talking();
  const before = second.session.fingerprints();
  first.session.networkIs('changed');
  pages.cut();
  await pages.pass(3000);
  pages.mend();
  await pages.pass(3000);
  expect(second.status).toBe('flowing');
  expect(pages.lab.of('a').at(-1)?.restarts).toBeGreaterThan(0);
  expect(second.session.fingerprints()).toEqual(before);

  const back = pages.page('b', 1);
  second.session.close();
  pages.enter(back, 1);
  await pages.pass(2000);
  expect(back.status).toBe('flowing');
  expect(back.session.fingerprints()?.other).not.toBe(before?.other);
});

it('Both know the certificates as soon as they are told that the connection is open, also where channels open early', async () => {
  pages.lab.channelsOpenEarly = true;
  const [first, second] = await pages.talking();
  expect(first.atOpening).toEqual([first.session.fingerprints()]);
  expect(second.atOpening).toEqual([second.session.fingerprints()]);
  expect(first.atOpening).not.toContain(null);
});
