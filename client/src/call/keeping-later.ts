import type { Leftover } from '@/peer/leftover';
import type { Instance } from '@/peer/peer-messages';
import type { KeepView } from './call-view';
import type { Keeping } from './keeping';

/** What two people see and hear first comes before it (ms). */
const CALM_MS = 1000;

const calm = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, CALM_MS));

/**
 * Keeping each other, fetched when two have been connected for a moment: nothing of it is needed before. What is asked of it meanwhile is done
 * in its order. Where it could not be fetched, nobody is offered to keep anybody, and what is left of a call is closed.
 */
export class KeepingLater {
  private readonly tell: (keep: KeepView) => void;
  private there: Promise<Keeping | null> | null = null;

  constructor(tell: (keep: KeepView) => void) {
    this.tell = tell;
  }

  opened(page: Instance | null, say: (text: string) => void): void {
    this.there ??= calm()
      .then(() => import('./keeping'))
      .then(
        ({ Keeping: Kept }) => new Kept(this.tell),
        () => null,
      );
    this.do((keeping) => keeping?.opened(page, say));
  }

  wordsOnly(left: Leftover): void {
    this.do((keeping) => {
      if (keeping) keeping.wordsOnly(left);
      else left.connection.close();
    });
  }

  do(what: (keeping: Keeping | null) => void): void {
    void this.there?.then(what);
  }
}
