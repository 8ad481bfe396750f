import { ok } from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { inflateSync as inflated } from 'fflate';
import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Coverage } from './engine/coverage.js';
import { fuzz } from './engine/fuzz.js';
import { BYTES, JSON_TEXT, TEXT, type Bytes } from './engine/kinds.js';
import { seed } from './engine/proven.js';
import type { Fault, Target } from './engine/target.js';
import { WATCHDOG } from './engine/watchdog.js';
import { HALF_REACHED, reachHalf } from './engine/testing/half-reached.js';
import { FRAMES, seedsOf } from './seeds.js';

/** For what never ends, some of it is enough. */
const LITTLE = { slowMs: 300, stuckMs: 500, batchMs: 1_500 };

/** For what takes long, and is about something else. */
const MUCH = { slowMs: 60_000, stuckMs: 60_000, batchMs: 60_000 };

const GREETING = '{"event":"greet","data":{"name":"a"}}';

interface Greeting {
  readonly event: string;
  readonly data: { readonly name: string };
}

const reading = (decode: (text: string) => unknown, seeds = seedsOf([GREETING])): Target<string> => ({
  is: 'at once',
  name: 'a broken decoder',
  kind: JSON_TEXT,
  seeds,
  decode: (text) => void decode(text),
  watched: [],
});

const unchecked = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

const kept: string[] = [];
const answers = new Map<string, number>();
const waiting: (() => void)[] = [];

const BROKEN: [does: string, breaks: Fault<unknown>['is'], target: Target<string>][] = [
  ['lets JSON.parse throw', 'crash', reading((text) => JSON.parse(text))],
  ['reads fields of null', 'crash', reading((text) => (unchecked(text) as Greeting).event)],
  [
    'believes that a field is there',
    'crash',
    reading((text) => (unchecked(text) as Greeting | null)?.data.name),
  ],
  [
    'believes that a field is text',
    'crash',
    reading((text) => (unchecked(text) as Partial<Greeting> | null)?.data?.name.trim()),
  ],
  [
    'finds what every object inherits',
    'crash',
    reading((text) => {
      const handlers: Record<string, () => string> = { greet: () => 'hello' };
      const event = (unchecked(text) as Partial<Greeting> | null)?.event;
      ok(typeof event !== 'string' || typeof (handlers[event]?.() ?? '') === 'string');
    }),
  ],
  [
    'takes itself apart as deep as it is told to',
    'crash',
    reading((text) => {
      const depth = (value: unknown): number =>
        typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depth)) : 0;
      ok(depth(unchecked(text)) < 100);
    }),
  ],
  [
    'tries every way to divide the text',
    'hang',
    reading(
      (text) => /^(?:[\w{}":,]+)+!$/.test(text),
      seedsOf(['{"event":"greet","data":{"name":"a-long-name"}}']),
    ),
  ],
  [
    'looks for the end that never comes',
    'hang',
    reading((text) => {
      for (let at = 0; at !== text.length;) at = text[at] === '\\' ? at : at + 1;
    }),
  ],
  [
    'catches even what should stop it',
    'hang',
    reading((text) => {
      while (text.includes('null')) unchecked(text);
    }),
  ],
  ['keeps every input', 'growth', reading((text) => kept.push(text))],
  ['remembers an answer for each input', 'growth', reading((text) => answers.set(text, text.length))],
  [
    'takes as much room as the input asks for',
    'growth',
    {
      ...reading((text) =>
        text.startsWith('{"length":33554432}') ? new Uint8Array(33_554_432).fill(1) : null,
      ),
      alone: ['{"length":33554432}'],
    },
  ],
  [
    'never answers',
    'hang',
    {
      is: 'later',
      width: 4,
      name: 'a broken decoder',
      kind: TEXT,
      seeds: FRAMES,
      watched: [],
      decode: (text) =>
        text.length % 7 === 0 ? new Promise((resolve) => waiting.push(() => resolve())) : Promise.resolve(),
    },
  ],
];

const later = (decode: (text: string) => Promise<void>): Target<string> => ({
  is: 'later',
  width: 20,
  name: 'a broken decoder',
  kind: TEXT,
  seeds: FRAMES,
  watched: [],
  decode,
});

BROKEN.push(
  ['rejects, where it should refuse', 'crash', later(async (text) => void JSON.parse(text))],
  ['keeps every input, and answers later', 'growth', later(async (text) => void kept.push(text))],
);

describe('A broken decoder is found out:', () => {
  it.each(BROKEN)('one that %s (%s)', async (_, breaks, target) => {
    const { fault } = await fuzz(target, seed, breaks === 'hang' ? { patience: LITTLE } : {});
    expect(fault?.is, `SEED=${seed} ${fault?.detail ?? ''}`).toBe(breaks);
    kept.length = 0;
    answers.clear();
  });

  it('one that unfolds whatever it is given (growth)', async () => {
    const bomb = Uint8Array.from(deflateSync(Buffer.alloc(24 * 1024 * 1024), { level: 9 })).subarray(2, -4);
    const target: Target<Bytes> = {
      is: 'at once',
      name: 'a broken decoder',
      kind: BYTES,
      seeds: seedsOf<Bytes>([Uint8Array.of(3, 0)]),
      alone: [bomb.slice()],
      watched: [],
      decode: (bytes) => {
        try {
          inflated(bytes);
        } catch {
          // Not deflate: refused.
        }
      },
    };
    const { fault } = await fuzz(target, seed, { inputs: 2_000, patience: MUCH });
    expect(fault?.is).toBe('growth');
  });

  it('one that stands still between two turns of the event loop: the process is ended, and says at what', async () => {
    const program = `
      const { Worker } = require('node:worker_threads');
      const memory = new SharedArrayBuffer(64);
      new Uint8Array(memory, 8).set(Buffer.from('this one'));
      Atomics.store(new Int32Array(memory), 1, 8);
      new Worker(${JSON.stringify(WATCHDOG)}, { eval: true, workerData: { memory, limitMs: 500 } })
        .once('online', () => Promise.resolve().then(() => { for (;;); }));`;
    const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (part: Buffer) => (said += part.toString()));
    const signal = await new Promise((resolve) => child.once('close', (_code, how) => resolve(how)));
    expect([signal, said]).toEqual(['SIGKILL', 'Nothing moves any more at: this one\n']);
  });
});

describe('What is found is useful:', () => {
  it('the input is made as small as it can be, and is shown so that it can be pasted', async () => {
    const broken = reading((text) => ok(!text.includes('\u0000')));
    const { fault } = await fuzz({ ...broken, kind: TEXT }, seed);
    expect(fault?.input).toBe('\u0000');
    expect(TEXT.show('\u0000é')).toBe('"\\u0000\\u00e9"');
  });

  it('the same seed gives the same inputs', async () => {
    const inputs = async () => {
      const seen: string[] = [];
      await fuzz(
        reading((text) => seen.push(text)),
        7,
        { inputs: 3_000 },
      );
      return seen.slice(0, 3_000);
    };
    expect(await inputs()).toEqual(await inputs());
  });

  it('code that no input reaches is named', () => {
    const coverage = new Coverage([{ file: 'testing/half-reached.ts' }]);
    reachHalf(1);
    expect(coverage.unreached()).toEqual([`testing/half-reached.ts: ${HALF_REACHED}`]);
  });

  it('an input that reaches new code is kept, and leads deeper', async () => {
    const target = reading((text) => reachHalf(text.length), seedsOf(['']));
    const { kept: known } = await fuzz(
      { ...target, kind: TEXT, watched: [{ file: 'testing/half-reached.ts' }] },
      seed,
      { inputs: 4_000 },
    );
    expect(known).toBeGreaterThan(1);
  });
});
