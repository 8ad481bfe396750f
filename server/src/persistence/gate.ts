/** Lets some in at a time; the others wait in their order, for so long at most. */
export class Gate {
  readonly #waiting = new Set<() => void>();
  #inside = 0;

  /**
   * @param width so many at a time
   * @param patienceMs how long somebody waits
   * @param refusal what they are told then
   */
  constructor(
    private readonly width: number,
    private readonly patienceMs: number,
    private readonly refusal: () => Error,
  ) {}

  /** How many wait for their turn. */
  get waiting(): number {
    return this.#waiting.size;
  }

  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.#inside >= this.width) await this.#turn();
    else this.#inside += 1;
    try {
      return await work();
    } finally {
      this.#next();
    }
  }

  /** Whoever goes hands on their place. */
  #next(): void {
    const [first] = this.#waiting;
    if (first) first();
    else this.#inside -= 1;
  }

  #turn(): Promise<void> {
    return new Promise((resolve, reject) => {
      const enter = () => {
        clearTimeout(patience);
        this.#waiting.delete(enter);
        resolve();
      };
      const patience = setTimeout(() => {
        this.#waiting.delete(enter);
        reject(this.refusal());
      }, this.patienceMs);
      this.#waiting.add(enter);
    });
  }
}
