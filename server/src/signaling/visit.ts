import type { FrameReader } from './frame-reader.js';
import type { Heartbeat } from './heartbeat.js';
import type { Link } from './link.js';
import type { TaskLine } from './task-line.js';

/** Everything that lives as long as one socket. */
export interface Visit {
  readonly link: Link;
  readonly reader: FrameReader;
  readonly heartbeat: Heartbeat;
  /** What this socket said, in order; its farewell is the last. */
  readonly line: TaskLine;
  /** Whose socket it is, for limits only; empty when there are none. */
  readonly address: string;
  /** Resolves when the socket is closed and presence knows. */
  readonly gone: Promise<void>;
  readonly settle: () => void;
}
