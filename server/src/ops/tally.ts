/** Counts in one plain number. */
export class Count {
  value = 0;

  inc(by = 1): void {
    this.value += by;
  }
}

/** Counts by a label, in plain numbers; every value that can occur is there from the start. */
export class Tally<V extends string> {
  readonly #counts: Record<string, number>;

  constructor(private readonly values: readonly V[]) {
    this.#counts = Object.fromEntries(values.map((value) => [value, 0]));
  }

  inc(value: V, by = 1): void {
    this.#counts[value] = (this.#counts[value] ?? 0) + by;
  }

  entries(): readonly (readonly [V, number])[] {
    return this.values.map((value) => [value, this.#counts[value] ?? 0]);
  }
}
