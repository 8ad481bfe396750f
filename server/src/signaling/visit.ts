import type { Caller } from '../ops/callers.js';
import type { FrameReader } from './frame-reader.js';
import type { Heartbeat } from './heartbeat.js';
import type { Link } from './link.js';
import type { TaskLine } from './task-line.js';

/** Everything that lives as long as one socket. */
export class Visit {
  #isOver = false;
  #onEnd: (() => void) | null = null;

  constructor(
    readonly link: Link,
    readonly reader: FrameReader,
    readonly heartbeat: Heartbeat,
    /** What this socket said, in order; its farewell is the last. */
    readonly line: TaskLine,
    /** Whose socket it is, for limits only; null when there are none. */
    readonly caller: Caller | null,
  ) {}

  /** The socket is closed and presence knows. */
  end(): void {
    this.#isOver = true;
    this.#onEnd?.();
  }

  /** Resolves at its end. For the one who stops the server: nobody else waits for that. */
  ended(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#isOver) resolve();
      else this.#onEnd = resolve;
    });
  }
}
