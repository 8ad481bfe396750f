import { KeepExchange } from '@/invites/keep-exchange';
import { PartedLink } from '@/peer/parted-link';
import type { Leftover } from '@/peer/leftover';
import type { Instance } from '@/peer/peer-messages';
import type { KeepView } from './call-view';

/** After a call two have so long (ms) to say that they want to keep each other. */
const AFTERWARDS_MS = 3 * 60_000;

/**
 * The words of two who talk, or have talked, about keeping each other: over the call's own data channel, and for a while
 * over what is left of it. What they mean is in invites/keep-exchange.ts.
 */
export class Keeping {
  private readonly tell: (keep: KeepView) => void;
  private exchange: KeepExchange | null = null;
  /** With which page of the other person. */
  private page: Instance | null = null;
  private say: (text: string) => void = () => undefined;
  private parted: PartedLink | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(tell: (keep: KeepView) => void) {
    this.tell = tell;
  }

  /** There is a way between this page and that one. */
  opened(page: Instance | null, say: (text: string) => void): void {
    if (this.page !== page || this.parted) this.close();
    this.say = say;
    if (this.exchange) {
      this.exchange.reopened();
      return;
    }
    this.page = page;
    this.begin();
  }

  heard(text: string): void {
    this.exchange?.heard(text);
  }

  press(ownName: string): void {
    this.exchange?.press(ownName);
  }

  takeBack(): void {
    this.exchange?.takeBack();
  }

  /** The call with them is over; this is what is left of it. */
  wordsOnly(left: Leftover): void {
    this.letGo();
    const link = new PartedLink(left);
    this.parted = link;
    this.say = (text) => link.say(text);
    const over = (): void => {
      this.letGo();
      this.exchange?.closed();
    };
    this.timer = setTimeout(over, AFTERWARDS_MS);
    link.listen({ heard: (text) => this.heard(text), gone: over });
  }

  /** This page is out of the call. Where nothing is left of it, there is nobody to be kept. */
  ended(): void {
    if (!this.parted) this.close();
  }

  /** For good: no word more. */
  close(): void {
    this.letGo();
    this.page = this.exchange = null;
    this.tell({ is: 'none' });
  }

  private letGo(): void {
    clearTimeout(this.timer);
    this.parted?.close();
    this.parted = null;
    this.say = () => undefined;
  }

  private begin(): void {
    const exchange: KeepExchange = new KeepExchange({
      say: (text) => {
        if (this.exchange === exchange) this.say(text);
      },
      tell: (keep) => {
        if (this.exchange === exchange) this.tell(keep);
      },
    });
    this.exchange = exchange;
    exchange.show();
  }
}
