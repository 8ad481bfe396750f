import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { TwoPages, type Page } from './testing/two-pages';

let pages: TwoPages;
beforeEach(() => {
  vi.useFakeTimers();
  pages = new TwoPages();
});
afterEach(() => {
  vi.useRealTimers();
});

const track = (kind: string) => ({ kind }) as MediaStreamTrack;

/** What is left of a page's talk, and what is heard there. */
function leftOf({ parted }: Page) {
  const link = parted.at(-1);
  if (!link) throw new Error('nothing is left');
  const heard: string[] = [];
  const gone = vi.fn();
  link.listen({ heard: (text) => heard.push(text), gone });
  return { link, heard, gone };
}

/** Both talked with sound and picture; the first hangs up, the second is told. */
async function afterTalking() {
  const both = await pages.talking();
  for (const { session } of both) {
    session.setTrack('audio', track('audio'));
    session.setTrack('video', track('video'));
  }
  const [first, second] = both;
  first.session.part();
  first.session.close();
  second.session.peerGone();
  await pages.pass(0);
  return { first, second };
}

it('After a call two may still exchange words, and nothing else', async () => {
  const { first, second } = await afterTalking();
  const [a, b] = [leftOf(first), leftOf(second)];
  for (const name of ['a0', 'b1']) {
    const connection = pages.lab.all.find((one) => one.name === name);
    expect(connection?.closed).toBe(false);
    expect(connection?.transceivers).toHaveLength(2);
    for (const { sender, stopped } of connection?.transceivers ?? []) {
      expect(sender.track).toBeNull();
      expect(stopped).toBe(true);
    }
  }
  expect(a.link.say('well')).toBe(true);
  expect(b.link.say('met')).toBe(true);
  await pages.pass(50);
  expect([a.heard, b.heard]).toEqual([['met'], ['well']]);
});

it('Tracks that come on afterwards do not reach it', async () => {
  const { second } = await afterTalking();
  second.session.setTrack('video', track('video'));
  await pages.pass(50);
  const [old] = pages.lab.of('b');
  expect(old?.transceivers.map(({ sender }) => sender.track)).toEqual([null, null]);
});

it('What is said last still arrives; then the other side is told that it is over, once', async () => {
  const { first, second } = await afterTalking();
  const [a, b] = [leftOf(first), leftOf(second)];
  a.link.say('bye');
  a.link.close();
  await pages.pass(1000);
  expect(b.heard).toEqual(['bye']);
  expect(b.gone).toHaveBeenCalledTimes(1);
  expect(a.gone).not.toHaveBeenCalled();
  expect(b.link.say('hello?')).toBe(false);
  await pages.pass(1000);
  expect(pages.lab.of('b')[0]?.closed).toBe(true);
});

it('A connection that never carried words is simply closed', async () => {
  const first = pages.page('a', 0);
  pages.enter(first, 0);
  await pages.pass(50);
  first.session.part();
  await pages.pass(1000);
  expect(first.parted).toEqual([]);
  expect(pages.lab.of('a')[0]?.closed).toBe(true);
});

it('Who hung up and comes again meets the other anew, whatever is left of the time before', async () => {
  const { second } = await afterTalking();
  pages.leave(0, 'left');
  const again = pages.page('a', 0);
  pages.enter(again, 0);
  await pages.pass(1000);
  expect([again.status, second.status]).toEqual(['flowing', 'flowing']);
});
