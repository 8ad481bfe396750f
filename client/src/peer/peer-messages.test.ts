import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePeerMessage, encodePeerMessage, newInstance, type PeerMessage } from './peer-messages';

const flags = fc.record({ camera: fc.boolean(), microphone: fc.boolean() });
const instance = fc.stringMatching(/^[A-Za-z0-9_-]{8}$/);
const body = fc.oneof(
  fc.constant({ kind: 'hello' } as const),
  fc.record({ kind: fc.constantFrom('offer', 'answer'), id: fc.nat(), sdp: fc.string(), media: flags }),
  fc.record({
    kind: fc.constant('candidates'),
    candidates: fc.array(fc.string({ maxLength: 200 }), { maxLength: 20 }),
  }),
  fc.record({
    kind: fc.constant('network'),
    network: fc.constantFrom('steady', 'changing', 'silent', 'unasked'),
  }),
  fc.record({ kind: fc.constant('please'), what: fc.constantFrom('restart', 'renew'), after: fc.nat() }),
);
const message: fc.Arbitrary<PeerMessage> = fc.record(
  { from: instance, to: instance, generation: fc.nat(), body },
  { requiredKeys: ['from', 'generation', 'body'] },
);

describe('What two pages say to each other', () => {
  it('arrives as it was meant', () => {
    fc.assert(
      fc.property(message, (said) => {
        const wire: unknown = JSON.parse(JSON.stringify(encodePeerMessage(said)));
        expect(decodePeerMessage(wire)).toEqual({ ok: true, value: said });
      }),
    );
  });

  it('is read or refused, whatever it is, and never throws', () => {
    fc.assert(
      fc.property(fc.anything(), (nonsense) => {
        expect(typeof decodePeerMessage(nonsense).ok).toBe('boolean');
      }),
      { numRuns: 2000 },
    );
  });

  it('is refused with one field of another kind', () => {
    const whole = encodePeerMessage({
      from: newInstance(),
      generation: 1,
      body: { kind: 'offer', id: 1, sdp: 'v=0', media: { camera: true, microphone: true } },
    });
    for (const field of Object.keys(whole)) {
      expect(decodePeerMessage({ ...whole, [field]: { not: 'this' } }).ok, field).toBe(false);
    }
  });

  it('is refused when it is larger than any browser makes it', () => {
    const offer = { f: newInstance(), g: 1, k: 'o', i: 1, m: 0, s: 'x'.repeat(100_001) };
    expect(decodePeerMessage(offer).ok).toBe(false);
    expect(decodePeerMessage({ f: newInstance(), g: 1, k: 'c', c: Array(101).fill('candidate:1') }).ok).toBe(
      false,
    );
  });
});
