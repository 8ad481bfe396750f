import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  decodeClientFrame,
  decodePushPayload,
  decodeRingFrame,
  decodeServerFrame,
  encodeFrame,
} from './index.js';
import { examplesIn, ringExamplesIn } from './testing/examples.js';

const text = readFileSync(new URL('PROTOCOL.md', import.meta.url), 'utf8');
const examples = examplesIn(text);
const from = (side: 'browser' | 'server') =>
  examples.filter((example) => example.from === side).map(({ text }) => text);
const eventsOf = (texts: string[]) =>
  new Set(texts.map((text) => (JSON.parse(text) as { event: string }).event));

describe('the examples in PROTOCOL.md', () => {
  it('show every event of both directions', () => {
    expect(eventsOf(from('browser'))).toEqual(
      new Set(['enter', 'relay', 'pulse', 'leave', 'lock', 'block', 'attend']),
    );
    expect(eventsOf(from('server'))).toEqual(
      new Set(['entered', 'refused', 'peer', 'locked', 'relay', 'pulse', 'superseded', 'error']),
    );
  });

  it.each(from('browser'))('what a browser says is read in full: %s', (text) => {
    const frame = decodeClientFrame(text);
    if (!frame.ok) throw new Error(frame.problem.detail);
    expect(JSON.parse(encodeFrame(frame.value))).toEqual(JSON.parse(text));
  });

  it.each(from('server'))('what the server says is read in full: %s', (text) => {
    const frame = decodeServerFrame(text);
    if (!frame.ok) throw new Error(frame.problem.detail);
    expect(JSON.parse(encodeFrame(frame.value))).toEqual(JSON.parse(text));
  });

  it.each(examples.flatMap((example) => (example.from === 'nobody' ? [example] : [])))(
    'what is unusable is called so: $reason: $text',
    ({ text, reason }) => {
      const frame = decodeClientFrame(text);
      expect(frame.ok ? 'usable' : frame.problem.reason).toBe(reason);
    },
  );

  it('show every word about ringing', () => {
    expect(eventsOf(ringExamplesIn(text, 'about ringing'))).toEqual(
      new Set(['ring', 'rung', 'rung-over', 'line', 'attended']),
    );
    const kinds = ringExamplesIn(text, 'push message').map(
      (each) => (JSON.parse(each) as { kind: string }).kind,
    );
    expect(kinds).toEqual(['ring', 'look', 'over']);
  });

  it.each(ringExamplesIn(text, 'about ringing'))(
    'what is said about ringing is read in full: %s',
    (example) => {
      const frame = decodeRingFrame(example);
      if (!frame.ok) throw new Error(frame.problem);
      expect(JSON.parse(encodeFrame(frame.value))).toEqual(JSON.parse(example));
    },
  );

  it.each(ringExamplesIn(text, 'push message'))('what is pushed is read in full: %s', (example) => {
    const payload = decodePushPayload(example);
    if (!payload.ok) throw new Error(payload.problem);
    expect(payload.value).toEqual(JSON.parse(example));
  });

  it('show every reason a text alone can be unusable for', () => {
    const shown = new Set(examples.flatMap((example) => (example.from === 'nobody' ? [example.reason] : [])));
    expect(shown).toEqual(new Set(['not-json', 'not-a-message', 'unknown-event', 'wrong-fields']));
  });
});
