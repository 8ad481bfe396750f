import { Random } from '../../e2e/support/random.js';
import { faultAt, PATIENCE, runAtOnce, runLater, type Patience } from './batch.js';
import { Coverage } from './coverage.js';
import { heldBytes, hungerOf } from './memory.js';
import type { Fault, Target } from './target.js';
import { Watchdog } from './watchdog.js';

/** What issue and CI ask of every decoder. */
export const ENOUGH = 100_000;

const BATCH = 1_000;
/** Inputs kept for making others. */
const MOST_KEPT = 400;
/** Characters or bytes; longer ones are tried, not kept. */
const LONGEST_KEPT = 20_000;
/** Bytes that may be held after the second half of the inputs more than before it: 40 for each. */
const GROWTH_LIMIT = 2 * 1024 * 1024;
/** Bytes one input may take while it is decoded; what is made of 64 KiB takes less. */
const HUNGER_LIMIT = 16 * 1024 * 1024;
/** ms without any progress after which the process is ended. */
const STANDSTILL_MS = 60_000;
/** Attempts at making a failing input smaller. */
const SHRINKING = 400;
/** ms for that. */
const SHRINKING_MS = 10_000;

export interface Findings<T> {
  readonly fault: Fault<T> | null;
  readonly inputs: number;
  readonly kept: number;
  /** Code no input has reached. */
  readonly unreached: readonly string[];
}

/** The same text gives the same number. */
const numberOf = (text: string): number =>
  Buffer.from(text).reduce((number, byte) => Math.imul(number ^ byte, 0x01000193), 7);

class Fuzzing<T> {
  readonly #target: Target<T>;
  readonly #patience: Patience;
  readonly #random: Random;
  readonly #coverage: Coverage;
  readonly #watchdog = new Watchdog(STANDSTILL_MS);
  readonly #kept: [T, ...T[]];
  #inputs = 0;

  constructor(target: Target<T>, seed: number, patience: Patience) {
    this.#patience = patience;
    this.#target = target;
    this.#random = new Random(seed ^ numberOf(target.name));
    this.#coverage = new Coverage(target.watched);
    this.#kept = [...target.seeds];
  }

  async run(inputs: number): Promise<Findings<T>> {
    const found = (await this.#feed(inputs)) ?? (await this.#hungry());
    const fault = found && (await this.#shrunk(found));
    const unreached = fault ? [] : await this.#unreached();
    await this.#watchdog.stop();
    return { fault, inputs: this.#inputs, kept: this.#kept.length, unreached };
  }

  /** What found something runs once more, so that all of it is counted. */
  async #unreached(): Promise<string[]> {
    this.#coverage.refresh();
    await this.#run([...this.#kept, ...(this.#target.alone ?? [])]);
    return this.#coverage.unreached();
  }

  /** The seeds, then what is made of what is kept; the second half must not grow the heap. */
  async #feed(inputs: number): Promise<Fault<T> | null> {
    const { seeds, alone = [] } = this.#target;
    const first = await this.#try([...seeds, ...alone]);
    this.#coverage.take();
    const fault = first ?? (await this.#upTo(inputs / 2, 'keeping'));
    if (fault) return fault;
    const before = await heldBytes();
    const second = await this.#upTo(inputs, 'counting');
    return second ?? this.#grown(before, inputs);
  }

  /** What once grows to a plateau is no growth: then as many again must not grow it. */
  async #grown(before: number, inputs: number): Promise<Fault<T> | null> {
    const middle = await heldBytes();
    if (middle - before < GROWTH_LIMIT) return null;
    const fault = await this.#upTo(inputs * 1.5, 'counting');
    const grown = (await heldBytes()) - middle;
    if (fault || grown < GROWTH_LIMIT) return fault;
    const each = Math.round(grown / (inputs / 2));
    return { is: 'growth', detail: `${each} bytes are kept of each input`, input: null };
  }

  async #upTo(inputs: number, then: 'keeping' | 'counting'): Promise<Fault<T> | null> {
    while (this.#inputs < inputs) {
      const batch = Array.from({ length: Math.min(BATCH, inputs - this.#inputs) }, () => this.#made());
      const before = then === 'keeping' ? this.#coverage.save() : null;
      const fault = await this.#try(batch);
      if (fault) return fault;
      if (before && this.#coverage.take() > 0) {
        this.#coverage.restore(before);
        this.#keep(await this.#finders(batch));
      }
    }
    return null;
  }

  #made(): T {
    const { kind } = this.#target;
    return kind.mutate(this.#random, this.#random.pick(this.#kept), this.#random.pick(this.#kept));
  }

  #try(inputs: readonly T[]): Promise<Fault<T> | null> {
    this.#inputs += inputs.length;
    return this.#run(inputs);
  }

  async #run(inputs: readonly T[]): Promise<Fault<T> | null> {
    const target = this.#target;
    if (target.is === 'later') return runLater(target, inputs, this.#watchdog, this.#patience);
    return runAtOnce(target.decode, inputs, this.#patience);
  }

  /** One or some of these reached what none had reached before: by halves, which? */
  async #finders(inputs: readonly T[]): Promise<readonly T[]> {
    const before = this.#coverage.save();
    this.#coverage.refresh();
    await this.#run(inputs);
    if (this.#coverage.take() === 0) return [];
    if (inputs.length === 1) return inputs;
    const after = this.#coverage.save();
    this.#coverage.restore(before);
    const half = Math.ceil(inputs.length / 2);
    const first = await this.#finders(inputs.slice(0, half));
    const second = await this.#finders(inputs.slice(half));
    this.#coverage.restore(after);
    return [...first, ...second];
  }

  #keep(inputs: readonly T[]): void {
    const short = inputs.filter((input) => this.#target.kind.size(input) <= LONGEST_KEPT);
    this.#kept.push(...short.slice(0, MOST_KEPT - this.#kept.length));
  }

  /** A decoder that makes much out of little holds it all at once. */
  async #hungry(): Promise<Fault<T> | null> {
    const { target, kept } = { target: this.#target, kept: this.#kept };
    for (const input of new Set([...target.seeds, ...(target.alone ?? []), ...kept.slice(-30)])) {
      this.#watchdog.at(target.kind.show(input));
      const bytes = await hungerOf(() => target.decode(input));
      const detail = `it takes ${(bytes / 1024 ** 2).toFixed(0)} MiB`;
      if (bytes > HUNGER_LIMIT) return { is: 'growth', detail, input };
    }
    return null;
  }

  async #shrunk(fault: Fault<T>): Promise<Fault<T>> {
    const target = this.#target;
    let [smallest, left] = [fault, SHRINKING];
    const until = performance.now() + SHRINKING_MS;
    for (let progress = fault.is !== 'growth'; progress;) {
      progress = false;
      for (const input of smallest.input === null ? [] : target.kind.smaller(smallest.input)) {
        if ((left -= 1) < 0 || performance.now() > until) return smallest;
        const same =
          target.is === 'at once'
            ? faultAt(target.decode, input, this.#patience)
            : await runLater(target, [input], this.#watchdog, this.#patience);
        if (same?.is !== fault.is) continue;
        smallest = same;
        progress = true;
        break;
      }
    }
    return smallest;
  }
}

/** Feeds a decoder with inputs made of valid ones, keeps those that reach new code, and tells what went wrong. */
export const fuzz = <T>(
  target: Target<T>,
  seed: number,
  { inputs = ENOUGH, patience = PATIENCE }: { readonly inputs?: number; readonly patience?: Patience } = {},
): Promise<Findings<T>> => new Fuzzing(target, seed, patience).run(inputs);
