import type { Answer } from '../presence/answer.js';

export type Task = () => Answer<void>;

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
    if (!this.#busy) this.#work();
  }

  #work(): void {
    this.#busy = true;
    for (let task = this.#waiting.shift(); task; task = this.#waiting.shift()) {
      const running = this.#begin(task);
      if (!running) continue;
      void running.catch(this.#onBug).then(() => {
        this.#work();
      });
      return;
    }
    this.#busy = false;
  }

  #begin(task: Task): Answer<void> {
    try {
      return task();
    } catch (error) {
      this.#onBug(error);
    }
  }
}
