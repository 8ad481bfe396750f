export type Task = () => Promise<void> | void;

/**
 * Runs tasks one after the other in the order they were given. A task that finishes at once costs no promise. Tasks deal with
 * their own failures; one that throws all the same goes to `onBug` and the next runs.
 */
export class TaskLine {
  readonly #waiting: Task[] = [];
  readonly #onBug: (error: unknown) => void;
  #busy = false;

  constructor(onBug: (error: unknown) => void) {
    this.#onBug = onBug;
  }

  run(task: Task): void {
    this.#waiting.push(task);
    if (!this.#busy) void this.#work();
  }

  async #work(): Promise<void> {
    this.#busy = true;
    for (let task = this.#waiting.shift(); task; task = this.#waiting.shift()) {
      try {
        const running = task();
        if (running) await running;
      } catch (error) {
        this.#onBug(error);
      }
    }
    this.#busy = false;
  }
}
