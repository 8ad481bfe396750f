/** Counts in one plain number. */
export class Count {
  value = 0;

  inc(by = 1): void {
    this.value += by;
  }
}

/** Counts by a label, in plain numbers; every value that can occur is there from the start. */
export class Tally<V extends string> {
  readonly #counts: Map<V, number>;

  constructor(values: readonly V[]) {
    this.#counts = new Map(values.map((value) => [value, 0]));
  }

  inc(value: V, by = 1): void {
    this.#counts.set(value, (this.#counts.get(value) ?? 0) + by);
  }

  entries(): readonly (readonly [V, number])[] {
    return [...this.#counts];
  }
}
