import type { Answer } from '../presence/answer.js';

export type Task = () => Answer<void>;

/**
 * Runs tasks one after the other in the order they were given. A task that finishes at once costs no promise. Tasks deal with
 * their own failures; one that throws all the same goes to `onBug` and the next runs.
 */
export class TaskLine {
  /** What waits for the task that is under way, if anything does. */
  #waiting: 'idle' | 'nothing' | Task[] = 'idle';
  readonly #onBug: (error: unknown) => void;

  constructor(onBug: (error: unknown) => void) {
    this.#onBug = onBug;
  }

  run(task: Task): void {
    if (this.#waiting === 'idle') {
      this.#waiting = 'nothing';
      this.#work(task);
    } else if (this.#waiting === 'nothing') this.#waiting = [task];
    else this.#waiting.push(task);
  }

  #work(first: Task): void {
    for (let task: Task | undefined = first; task; task = this.#next()) {
      const running = this.#begin(task);
      if (!running) continue;
      void running.catch(this.#onBug).then(() => {
        const next = this.#next();
        if (next) this.#work(next);
      });
      return;
    }
  }

  #next(): Task | undefined {
    const next = typeof this.#waiting === 'string' ? undefined : this.#waiting.shift();
    if (!next) this.#waiting = 'idle';
    return next;
  }

  #begin(task: Task): Answer<void> {
    try {
      return task();
    } catch (error) {
      this.#onBug(error);
    }
  }
}
