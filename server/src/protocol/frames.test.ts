import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeClientFrame, decodeServerFrame, MAX_TICKET_LENGTH } from './index.js';

const HOLDER = 'AAECAwQFBgcICQoLDA0ODw';
const enter = (data: object) => decodeClientFrame(JSON.stringify({ event: 'enter', data }));
const detailOf = (frame: ReturnType<typeof decodeClientFrame>) =>
  frame.ok ? 'usable' : frame.problem.detail;

describe('reading frames', () => {
  it('no text whatever makes it throw', () => {
    const anything = fc.oneof(
      fc.string(),
      fc.json(),
      fc.record({ event: fc.string(), data: fc.jsonValue() }).map((frame) => JSON.stringify(frame)),
    );
    fc.assert(
      fc.property(anything, (text) => {
        expect(typeof decodeClientFrame(text).ok).toBe('boolean');
        expect(typeof decodeServerFrame(text).ok).toBe('boolean');
      }),
    );
  });

  it('names of the language are no events', () => {
    for (const event of Object.getOwnPropertyNames(Object.prototype)) {
      const text = `{"event": ${JSON.stringify(event)}, "data": {}}`;
      expect(decodeClientFrame(text)).toMatchObject({ ok: false, problem: { reason: 'unknown-event' } });
      expect(decodeServerFrame(text)).toMatchObject({ ok: false, problem: { reason: 'unknown-event' } });
    }
  });

  it('the problem names the field', () => {
    expect(detailOf(enter({ holder: HOLDER }))).toContain('"callId"');
    expect(detailOf(enter({ callId: '', holder: HOLDER }))).toMatch(/^"callId" is empty/);
    expect(detailOf(enter({ callId: 'x', holder: `${HOLDER}A` }))).toContain('"holder"');
    expect(detailOf(enter({ callId: 'x', holder: HOLDER, ticket: 7 }))).toContain('"ticket"');
  });

  it('a ticket longer than any ticket is not read', () => {
    const ticketOf = (length: number) => enter({ callId: 'x', holder: HOLDER, ticket: 'a'.repeat(length) });
    expect(ticketOf(MAX_TICKET_LENGTH).ok).toBe(true);
    expect(ticketOf(MAX_TICKET_LENGTH + 1).ok).toBe(false);
  });

  it('fields nobody knows yet are ignored', () => {
    expect(enter({ callId: 'x', holder: HOLDER, colour: 'teal' })).toEqual({
      ok: true,
      value: { event: 'enter', data: { callId: 'x', holder: HOLDER } },
    });
  });

  it('an event without fields needs no data', () => {
    expect(decodeClientFrame('{"event": "leave"}').ok).toBe(true);
    expect(decodeClientFrame('{"event": "leave", "data": null}').ok).toBe(true);
    expect(decodeClientFrame('{"event": "block"}').ok).toBe(true);
  });

  it('an older server says nothing of locks: its calls are open', () => {
    const data = {
      seat: 0,
      epoch: 1,
      ticket: 't',
      peer: { state: 'absent', epoch: 0 },
      iceServers: [],
      pulseMs: 1,
      graceMs: 1,
    };
    const entered = (fields: object) =>
      decodeServerFrame(JSON.stringify({ event: 'entered', data: { ...data, ...fields } }));
    expect(entered({})).toMatchObject({ ok: true, value: { data: { locked: false } } });
    expect(entered({ locked: true })).toMatchObject({ ok: true, value: { data: { locked: true } } });
    expect(entered({ locked: 1 }).ok).toBe(false);
  });

  it('a newer server may give reasons for an error that this page does not know', () => {
    const frame = decodeServerFrame('{"event": "error", "data": {"reason": "new", "detail": "Why."}}');
    expect(frame).toEqual({ ok: true, value: { event: 'error', data: { reason: 'new', detail: 'Why.' } } });
  });

  it('a nesting as deep as a frame allows is only unusable', () => {
    expect(decodeClientFrame('['.repeat(64 * 1024)).ok).toBe(false);
    expect(decodeClientFrame(`${'['.repeat(32 * 1024)}${']'.repeat(32 * 1024)}`).ok).toBe(false);
  });
});
