/** Presses within this time (ms) and distance (CSS px) of each other are one double click: what systems take it for. */
const TOGETHER_MS = 500;
const TOGETHER_PX = 24;

/** What is to be listened to, before anything inside does. */
export const PRESSES = ['pointerdown', 'mousedown', 'click'] as const;

interface Press {
  readonly at: number;
  readonly x: number;
  readonly y: number;
  /** What was shown when the first of the presses began. */
  readonly meant: string;
}

const continues = (before: Press, event: MouseEvent): boolean =>
  event.timeStamp - before.at < TOGETHER_MS &&
  Math.hypot(event.clientX - before.x, event.clientY - before.y) < TOGETHER_PX;

/**
 * Many people click everything twice. The second click is meant for what was there at the first: it presses nothing that
 * took its place in between, and marks no text there.
 */
export function doubleClickGuard(shown: () => string): (event: MouseEvent) => void {
  let last: Press | null = null;
  return (event) => {
    // Keys, speech and programs click without a pointer, and mean what is there.
    if (event.detail === 0 && event.type !== 'pointerdown') return;
    const meant = last && continues(last, event) ? last.meant : shown();
    last = { at: event.timeStamp, x: event.clientX, y: event.clientY, meant };
    if (meant === shown()) return;
    event.preventDefault();
    event.stopPropagation();
  };
}
