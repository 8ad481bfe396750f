import type { CallScreen } from './call-view';

/** Screens that only lead on to the next one: with a good network each lasts some hundredths of a second. */
export const passes = (screen: CallScreen): boolean =>
  (screen.is === 'entering' && !screen.trouble) || screen.is === 'connecting';

/**
 * So long (ms) a passing screen is not drawn: it would only flicker, and drawing it would keep the page's thread from
 * the connection that is being made in these very moments.
 */
export const PASSING_MS = 150;

/** The same for who waited: the words they see stay true for that moment, and two browsers seldom need longer. */
export const CONNECTING_MS = 400;

/** Tells the screens of a call, except those that are gone before anybody could read them. */
export class SteadyScreen {
  private readonly show: (screen: CallScreen) => void;
  private latest: CallScreen = { is: 'opening' };
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(show: (screen: CallScreen) => void) {
    this.show = show;
  }

  set(screen: CallScreen): void {
    this.latest = screen;
    if (!passes(screen)) return this.settle();
    // One passing screen after the other does not begin the time anew.
    this.timer ??= setTimeout(
      () => {
        this.settle();
      },
      screen.is === 'connecting' ? CONNECTING_MS : PASSING_MS,
    );
  }

  private settle(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.show(this.latest);
  }
}
