/** Of so many messages one is measured: the others cost nothing. A power of two. */
const ONE_OF = 16;

/**
 * How long the way through the store takes, by one clock: a process that publishes to a call listens to it as well, so what it
 * says comes back to it as it comes to the other one.
 */
export class Echo {
  #turn = 0;
  #text: string | null = null;
  #at = 0;

  /** @param onBack seconds */
  constructor(private readonly onBack: (seconds: number) => void) {}

  /** Is about to be published. */
  sent(text: string): void {
    this.#turn = (this.#turn + 1) % ONE_OF;
    if (this.#turn !== 1) return;
    // One that never came back gives its place to this one.
    this.#text = text;
    this.#at = performance.now();
  }

  heard(text: string): void {
    if (this.#text === null || this.#text !== text) return;
    this.#text = null;
    this.onBack((performance.now() - this.#at) / 1000);
  }
}
