import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { isFields, parseJson, toBase64Url } from '@protocol';
import text from '../../../server/src/protocol/PROTOCOL.md?raw';
import type { SafetyFrame } from '@/channel/app-frames';
import { SAFETY_PICTURES } from './safety-emoji';
import { SafetyExchange, type Safety } from './safety-exchange';
import { codeOf, commitmentOf, type SafetyCode } from './safety-hashes';

const cert = (digit: string): string => digit.repeat(64);
const [CERT_A, CERT_B] = [cert('a'), cert('b')];
/** What somebody in the middle shows to each side. */
const [CERT_TO_A, CERT_TO_B] = [cert('c'), cert('d')];

const anyNonce = fc.uint8Array({ minLength: 16, maxLength: 16 });
const anyCert = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(''));

/** Waits for what is computed meanwhile. */
const until = <T>(fact: () => T): Promise<T> => vi.waitFor(fact, { timeout: 3_000, interval: 1 });

/** One page's exchange, and what it has said that nobody has carried on yet. */
function page(leads: boolean, nonce?: Uint8Array) {
  const said: SafetyFrame[] = [];
  const shown: Safety[] = [];
  const exchange = new SafetyExchange({
    leads,
    send: (frame) => said.push(frame),
    onChange: (safety) => shown.push(safety),
    ...(nonce ? { random: () => nonce } : {}),
  });
  const now = (): Safety => shown.at(-1) ?? { is: 'none' };
  const isOver = (): boolean => ['ready', 'mismatch'].includes(now().is);
  return { said, shown, exchange, now, isOver };
}
type Page = ReturnType<typeof page>;

/** Carries every word both ways until both know. `turns`: whose word is carried next, when both have said something. */
async function talk(a: Page, b: Page, turns: readonly boolean[] = [true]): Promise<void> {
  let turn = 0;
  while (!a.isOver() || !b.isOver() || a.said.length > 0 || b.said.length > 0) {
    await until(() => {
      if (a.said.length + b.said.length === 0 && !(a.isOver() && b.isOver())) throw new Error('silence');
    });
    const aFirst = turns[turn++ % turns.length] ?? true;
    const [from, to] = (aFirst && a.said.length > 0) || b.said.length === 0 ? [a, b] : [b, a];
    const frame = from.said.shift();
    if (frame) to.exchange.heard(frame);
  }
}

const saidBy = async (from: Page, type: SafetyFrame['type']): Promise<SafetyFrame> =>
  until(() => {
    const frame = from.said.find((one) => one.type === type);
    if (!frame) throw new Error('not said yet');
    return frame;
  });

/** Two pages that see each other's certificates. */
async function agreed(nonces: readonly [Uint8Array, Uint8Array], certs: readonly [string, string]) {
  const [a, b] = [page(true, nonces[0]), page(false, nonces[1])];
  a.exchange.begin({ own: certs[0], other: certs[1] });
  b.exchange.begin({ own: certs[1], other: certs[0] });
  await talk(a, b);
  return [a.now(), b.now()] as const;
}

interface Vector {
  readonly fingerprints: readonly [string, string];
  readonly nonces: readonly [string, string];
  readonly commitments: readonly [string, string];
  readonly code: SafetyCode;
  readonly names: readonly string[];
}

/** The test vectors of PROTOCOL.md; they were computed with another implementation. */
const vectors = [...text.matchAll(/^```json safety code\n([\s\S]*?)\n```$/gm)].map(([, json = '']) => {
  const read = parseJson(json);
  if (!read.ok || !isFields(read.value)) throw new Error('PROTOCOL.md has a vector that is none');
  return read.value as unknown as Vector;
});

describe('The safety code', () => {
  it('has vectors in PROTOCOL.md', () => {
    expect(vectors).toHaveLength(2);
  });

  it.each(vectors)(
    'is made as PROTOCOL.md says: $names',
    async ({ fingerprints, nonces, commitments, code, names }) => {
      const [zero, one] = fingerprints;
      expect(await commitmentOf(0, nonces[0], fingerprints)).toBe(commitments[0]);
      expect(await commitmentOf(1, nonces[1], fingerprints)).toBe(commitments[1]);
      const made = await codeOf(
        { nonce: nonces[0], fingerprint: zero },
        { nonce: nonces[1], fingerprint: one },
      );
      expect(made).toEqual(code);
      expect(made.map((place) => SAFETY_PICTURES[place]?.name.en)).toEqual(names);
    },
  );

  it('is the same on both sides, whatever the nonces, the certificates and the order of the words', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyNonce,
        anyNonce,
        anyCert,
        anyCert,
        fc.array(fc.boolean(), { minLength: 1, maxLength: 6 }),
        fc.boolean(),
        async (nonceA, nonceB, certA, certB, turns, late) => {
          const [a, b] = [page(true, nonceA), page(false, nonceB)];
          a.exchange.begin({ own: certA, other: certB });
          // The other page may begin only when the first words have arrived.
          if (late) b.exchange.heard(await saidBy(a, 'safety-commit'));
          b.exchange.begin({ own: certB, other: certA });
          await talk(a, b, turns);
          expect(a.now().is).toBe('ready');
          expect(b.now()).toEqual(a.now());
        },
      ),
      { numRuns: 150, endOnFailure: true },
    );
  });

  it('is another one when a nonce or a certificate is another one', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyNonce,
        anyNonce,
        anyCert,
        anyCert,
        fc.nat(95),
        async (nonceA, nonceB, certA, certB, which) => {
          const other = (bytes: Uint8Array, at: number) =>
            bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));
          const flip = (hex: string, at: number) =>
            hex.slice(0, at) + (hex[at] === '0' ? '1' : '0') + hex.slice(at + 1);
          const [before] = await agreed([nonceA, nonceB], [certA, certB]);
          const [after] = await agreed(
            [
              which < 16 ? other(nonceA, which) : nonceA,
              which >= 16 && which < 32 ? other(nonceB, which - 16) : nonceB,
            ],
            [
              which >= 32 && which < 64 ? flip(certA, which - 32) : certA,
              which >= 64 ? flip(certB, which - 64) : certB,
            ],
          );
          expect(after).not.toEqual(before);
        },
      ),
      { numRuns: 50, endOnFailure: true },
    );
  });

  it('stays the same when the same connection is looked at again, and is another one for another connection', async () => {
    const [a, b] = [page(true), page(false)];
    const [toB, toA] = [
      { own: CERT_A, other: CERT_B },
      { own: CERT_B, other: CERT_A },
    ];
    a.exchange.begin(toB);
    b.exchange.begin(toA);
    await talk(a, b);
    const before = a.now();
    a.exchange.begin(toB);
    expect(a.now()).toBe(before);
    expect(a.shown.map(({ is }) => is)).toEqual(['exchanging', 'ready']);
    const [c, d] = [page(true), page(false)];
    c.exchange.begin(toB);
    d.exchange.begin(toA);
    await talk(c, d);
    expect(c.now()).not.toEqual(before);
  });

  it('ends when an end of the connection shows another certificate, or none that can be trusted', async () => {
    const [a, b] = [page(true), page(false)];
    a.exchange.begin({ own: CERT_A, other: CERT_B });
    b.exchange.begin({ own: CERT_B, other: CERT_A });
    await talk(a, b);
    a.exchange.begin({ own: CERT_A, other: CERT_TO_A });
    b.exchange.begin(null);
    expect([a.now().is, b.now().is]).toEqual(['mismatch', 'mismatch']);
  });

  it('says and hears nothing any more once its connection is over', async () => {
    const [a, b] = [page(true), page(false)];
    a.exchange.begin({ own: CERT_A, other: CERT_B });
    a.exchange.close();
    a.exchange.heard({ type: 'safety-nonce', nonce: toBase64Url(new Uint8Array(16)) });
    b.exchange.begin({ own: CERT_B, other: CERT_A });
    await saidBy(b, 'safety-commit');
    expect(a.said).toEqual([]);
    expect(a.now().is).toBe('exchanging');
  });
});

describe('Somebody in the middle', () => {
  const between = () => {
    const [a, b] = [page(true), page(false)];
    a.exchange.begin({ own: CERT_A, other: CERT_TO_A });
    b.exchange.begin({ own: CERT_B, other: CERT_TO_B });
    return { a, b };
  };

  it('who hands the words on is found out by both', async () => {
    const { a, b } = between();
    await talk(a, b);
    expect([a.now().is, b.now().is]).toEqual(['mismatch', 'mismatch']);
  });

  it('who speaks for itself with each of them leaves them with two codes', async () => {
    for (let round = 0; round < 30; round += 1) {
      const { a, b } = between();
      const [towardsA, towardsB] = [page(false), page(true)];
      towardsA.exchange.begin({ own: CERT_TO_A, other: CERT_A });
      towardsB.exchange.begin({ own: CERT_TO_B, other: CERT_B });
      await Promise.all([talk(a, towardsA), talk(towardsB, b)]);
      expect([a.now().is, b.now().is]).toEqual(['ready', 'ready']);
      expect(a.now()).not.toEqual(b.now());
    }
  });

  it('who sends a page’s own words back is found out', async () => {
    for (const leads of [true, false]) {
      const a = page(leads);
      a.exchange.begin({ own: CERT_A, other: CERT_TO_A });
      a.exchange.heard(await saidBy(a, 'safety-commit'));
      a.exchange.heard(await saidBy(a, 'safety-nonce'));
      await until(() => expect(a.now().is).toBe('mismatch'));
    }
  });

  it('learns no nonce before it is bound to its own', async () => {
    const { a, b } = between();
    await saidBy(a, 'safety-commit');
    b.exchange.heard(await saidBy(a, 'safety-commit'));
    await saidBy(b, 'safety-nonce');
    expect(a.said.map(({ type }) => type)).toEqual(['safety-commit']);
  });

  it('cannot choose a nonce to suit the one it has heard', async () => {
    const { a } = between();
    const own = { nonce: toBase64Url(crypto.getRandomValues(new Uint8Array(16))), fingerprint: CERT_TO_A };
    const commitment = await commitmentOf(1, own.nonce, [CERT_A, CERT_TO_A]);
    a.exchange.heard({ type: 'safety-commit', commitment });
    const revealed = await saidBy(a, 'safety-nonce');
    if (revealed.type !== 'safety-nonce') throw new Error('never');
    const heard = { nonce: revealed.nonce, fingerprint: CERT_A };
    // Now it knows everything. A nonce for a wanted picture is found in no time …
    const wanted = ((await codeOf(heard, own))[0] + 1) % 64;
    let chosen = own;
    while ((await codeOf(heard, chosen))[0] !== wanted) {
      chosen = { ...own, nonce: toBase64Url(crypto.getRandomValues(new Uint8Array(16))) };
    }
    // … and is refused.
    a.exchange.heard({ type: 'safety-nonce', nonce: chosen.nonce });
    await until(() => expect(a.now().is).toBe('mismatch'));
  });

  it('who waits for a nonce before it says its commitment waits for ever', async () => {
    const a = page(true);
    const b = page(false);
    a.exchange.begin({ own: CERT_A, other: CERT_B });
    b.exchange.begin({ own: CERT_B, other: CERT_A });
    b.exchange.heard(await saidBy(a, 'safety-commit'));
    const answer = await saidBy(b, 'safety-nonce');
    a.exchange.heard(answer);
    expect(a.now().is).toBe('mismatch');
    expect(a.said.some(({ type }) => type === 'safety-nonce')).toBe(false);
  });
});

describe('The pictures of the code', () => {
  it('are 64, each a single character in colour', () => {
    expect(SAFETY_PICTURES).toHaveLength(64);
    for (const { emoji } of SAFETY_PICTURES) expect(emoji).toMatch(/^\p{Emoji_Presentation}$/u);
    expect(new Set(SAFETY_PICTURES.map(({ emoji }) => emoji)).size).toBe(64);
  });

  it.each(['en', 'zh-CN'] as const)('have short names, none twice, none within another: %s', (language) => {
    const names = SAFETY_PICTURES.map(({ name }) => name[language]);
    for (const name of names) {
      expect(name).toMatch(language === 'en' ? /^[a-z ]{3,11}$/ : /^\p{Script=Han}{1,3}$/u);
      const alike = names.filter((other) => other.split(' ').includes(name) || other.endsWith(name));
      expect(alike).toEqual([name]);
    }
  });
});
