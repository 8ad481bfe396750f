import { describe, expect, it } from 'vitest';
import type { RingState, Rung } from '@protocol';
import { enWorker } from '../text/worker/en';
import {
  planPush,
  planTap,
  type News,
  type OpenedRing,
  type OpenWindow,
  type Subject,
} from './notification-machine';
import { ringOf, speak, subjectOf } from './notes';

const RING_ID = 'r'.repeat(22);
const CALL_ID = 'c'.repeat(28);
const BACK = { slug: 's'.repeat(16), publicKey: 'B'.repeat(87) };
const NOW = 1_800_000_000_000;

const rung = (state: RingState = 'ringing'): Rung => ({
  ringId: RING_ID,
  slug: 'l'.repeat(16),
  callId: CALL_ID,
  sealedKey: 'sealed',
  state,
  madeAt: NOW - 500,
  expiresAt: NOW + 44_500,
});

const opened = (over: Partial<OpenedRing> = {}): OpenedRing => ({
  ring: rung(),
  words: { key: 'k'.repeat(22), name: 'Ann', back: BACK },
  link: 'Friends',
  ...over,
});

const spoken = (news: News, now = NOW, inCall = false, buttons = 2) =>
  speak(planPush(news, now, inCall).note, enWorker, 'en', buttons);

const titles = (note: ReturnType<typeof spoken>): readonly string[] =>
  (note.options.actions ?? []).map(({ action }) => action);

describe('A push', () => {
  it('of a ring shows who calls, by which link, with both buttons, until somebody does something', () => {
    const note = spoken({ is: 'ring', opened: opened() });
    expect(note.title).toBe('Ann is calling');
    expect(note.options).toMatchObject({
      body: 'By your ring link “Friends”',
      tag: RING_ID,
      requireInteraction: true,
      renotify: true,
    });
    expect(note.options.vibrate?.length).toBeGreaterThan(0);
    expect(titles(note)).toEqual(['accept', 'decline']);
  });

  it.each([
    ['that cannot be unsealed', { is: 'ring', opened: opened({ words: null }) }],
    ['that is nonsense', { is: 'unread', ringId: null }],
    ['of a ring that could not be asked for', { is: 'unread', ringId: RING_ID }],
    [
      'of somebody who gives no name',
      { is: 'ring', opened: opened({ words: { key: 'k'.repeat(22), name: '', back: null } }) },
    ],
  ] as [string, News][])('%s says that somebody is calling', (_what, news) => {
    const note = spoken(news);
    expect(note.title).toBe('Somebody is calling');
    expect(note.options.tag).not.toBe('');
    expect(note.options.requireInteraction).toBe(true);
  });

  it('that cannot be unsealed offers nothing that could not be done', () => {
    expect(titles(spoken({ is: 'ring', opened: opened({ words: null }) }))).toEqual(['decline']);
  });

  it('never keeps the key of a call in its notification', () => {
    const { options } = spoken({ is: 'ring', opened: opened() });
    expect(JSON.stringify(options)).not.toContain('k'.repeat(22));
  });

  it('asks for no more buttons than the platform has', () => {
    expect(titles(spoken({ is: 'ring', opened: opened() }, NOW, false, 0))).toEqual([]);
    expect(titles(spoken({ is: 'ring', opened: opened() }, NOW, false, 1))).toEqual(['accept']);
  });

  it('is quiet for somebody who is in a call, and a quiet one never vibrates: browsers refuse that', () => {
    const { options } = spoken({ is: 'ring', opened: opened() }, NOW, true);
    expect(options).toMatchObject({ silent: true });
    expect(options.vibrate).toBeUndefined();
    expect(options.requireInteraction).toBeUndefined();
  });

  it.each([
    ['missed', 'Missed call from Ann'],
    ['cancelled', 'Missed call from Ann'],
    ['busy', 'Ann called while you were busy'],
  ] as const)('that a ring is over (%s) puts a quiet trace in its place, and keeps it', (state, title) => {
    const news: News = { is: 'over', ringId: RING_ID, state, known: opened() };
    const note = spoken(news);
    expect(note.title).toBe(title);
    expect(note.options).toMatchObject({ tag: RING_ID, silent: true });
    expect(titles(note)).toEqual(['ring-back']);
    expect(planPush(news, NOW, false)).toMatchObject({
      trace: { state },
      tell: { type: 'rung-over', ringId: RING_ID },
    });
  });

  it('that a ring is over which a page heard of first shows what the page kept', () => {
    const { trace } = planPush({ is: 'over', ringId: RING_ID, state: 'missed', known: opened() }, NOW, false);
    const note = spoken({ is: 'over', ringId: RING_ID, state: 'missed', known: trace });
    expect(note.title).toBe('Missed call from Ann');
    expect(titles(note)).toEqual(['ring-back']);
  });

  it('that a ring nobody knows is over shows a trace all the same', () => {
    const note = spoken({ is: 'over', ringId: RING_ID, state: 'missed', known: null });
    expect(note.title).toBe('Missed call');
    expect(titles(note)).toEqual([]);
  });

  it('that a ring was answered elsewhere leaves no trace', () => {
    const plan = planPush({ is: 'over', ringId: RING_ID, state: 'answered', known: opened() }, NOW, false);
    expect(plan.trace).toBeNull();
    expect(plan.note.is).toBe('over');
  });

  it('that comes when the ring is long over is a missed call', () => {
    expect(spoken({ is: 'ring', opened: opened() }, NOW + 60_000).title).toBe('Missed call from Ann');
    expect(spoken({ is: 'ring', opened: opened({ ring: rung('cancelled') }) }).title).toBe(
      'Missed call from Ann',
    );
  });

  it('tells the open windows who rings', () => {
    expect(planPush({ is: 'ring', opened: opened() }, NOW, false).tell).toEqual({
      type: 'ringing',
      ringId: RING_ID,
    });
  });
});

describe('A tap on a notification', () => {
  const ring: Subject = { is: 'ring', ringId: RING_ID, callId: CALL_ID };
  const free: OpenWindow = { id: 'free', callId: null, isVisible: false };
  const seen: OpenWindow = { id: 'seen', callId: null, isVisible: true };
  const talking: OpenWindow = { id: 'talking', callId: 'x'.repeat(28), isVisible: true };

  it('on Accept answers, and takes the free window somebody looks at, or a new one', () => {
    expect(planTap(ring, 'accept', [free, seen])).toEqual({
      do: 'answer',
      ringId: RING_ID,
      windowId: 'seen',
    });
    expect(planTap(ring, 'accept', [])).toEqual({ do: 'answer', ringId: RING_ID, windowId: null });
  });

  it.each(['accept', 'note'] as const)(
    'never takes over a window that is in another call: it is asked there (%s)',
    (tapped) => {
      expect(planTap(ring, tapped, [free, talking])).toEqual({
        do: 'ask-there',
        ringId: RING_ID,
        windowId: 'talking',
      });
    },
  );

  it('shows the window that is in this very call already', () => {
    expect(planTap(ring, 'accept', [talking, { ...free, callId: CALL_ID }])).toEqual({
      do: 'show',
      windowId: 'free',
    });
  });

  it('on Decline opens nothing', () => {
    expect(planTap(ring, 'decline', [])).toEqual({ do: 'decline', ringId: RING_ID });
  });

  it('itself asks on a page', () => {
    expect(planTap(ring, 'note', [])).toEqual({
      do: 'open',
      address: `/?ring=${RING_ID}`,
      windowId: null,
    });
    expect(planTap(ring, 'note', [seen])).toMatchObject({ do: 'ask-there', windowId: 'seen' });
  });

  it('on Ring back opens the ring link that was sealed along, never in a window that is in a call', () => {
    expect(planTap({ is: 'trace', back: BACK }, 'ring-back', [talking])).toEqual({
      do: 'open',
      address: `/r/${BACK.slug}#${BACK.publicKey}`,
      windowId: null,
    });
  });

  it('finds again what its notification was about, and believes nothing that it is not', () => {
    const { options } = spoken({ is: 'ring', opened: opened() });
    expect(subjectOf(options.data)).toEqual(ring);
    expect(ringOf(options.data)).toMatchObject({ ok: true });
    expect(subjectOf(spoken({ is: 'unread', ringId: RING_ID }).options.data)).toEqual({
      is: 'unread-ring',
      ringId: RING_ID,
    });
    for (const data of [null, 'x', {}, { is: 'ring', ring: {} }, { is: 'unread', ringId: '/../' }])
      expect(subjectOf(data)).toEqual({ is: 'nothing' });
    expect(subjectOf({ is: 'trace', back: { slug: '//evil.example', publicKey: 'x' } })).toEqual({
      is: 'trace',
      back: null,
    });
  });
});
