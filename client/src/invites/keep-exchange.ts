import type { KeepView } from '@/call/call-view';
import { decodeKeepFrame, encodeKeepFrame, type KeepLink } from '@/channel/keep-frames';
import { nothingSaid, stepKeep, type Keep, type KeepEffect, type KeepInput } from './keep-machine';
import { cleanName } from './names';

export interface KeepExchangeOptions {
  /** To the other page, if there is a way just now: what was lost is said again on the next. */
  readonly say: (text: string) => void;
  readonly tell: (view: KeepView) => void;
}

/** Fetched when both are willing, and not before: most people who talk keep nobody. */
const loadParts = async () => {
  const [ringLinks, people] = await Promise.all([import('./ring-links'), import('./people')]);
  return { ringLinks, people };
};

/** What came of making a ring link for somebody, as a page says it. */
type Trouble = Extract<KeepView, { is: 'failed' }>['why'];

/** Keeping each other, on this side: the frames, the ring links, the person. The rules are in keep-machine.ts. */
export class KeepExchange {
  private readonly options: KeepExchangeOptions;
  private keep: Keep = nothingSaid;
  /** What the other will see; empty: this person said no name. */
  private ownName = '';
  private trouble: Trouble = 'unreachable';
  /** Effects that take their time, one after the other. */
  private line: Promise<void> = Promise.resolve();

  constructor(options: KeepExchangeOptions) {
    this.options = options;
  }

  /** Tells how it stands. */
  show(): void {
    this.options.tell(this.view());
  }

  press(ownName: string): void {
    this.ownName = cleanName(ownName);
    this.put({ type: 'press' });
  }

  takeBack(): void {
    this.put({ type: 'take-back' });
  }

  heard(text: string): void {
    const frame = decodeKeepFrame(text);
    if (frame) this.put({ type: 'heard', frame });
  }

  reopened(): void {
    this.put({ type: 'reopened' });
  }

  closed(): void {
    this.put({ type: 'closed' });
  }

  private put(input: KeepInput): void {
    const { keep, effects } = stepKeep(this.keep, input);
    this.keep = keep;
    for (const effect of effects) this.run(effect);
    this.show();
  }

  private run(effect: KeepEffect): void {
    switch (effect.type) {
      case 'say':
        return this.options.say(encodeKeepFrame(effect.frame));
      case 'make-link':
        return this.later(() => this.makeLink());
      case 'take-back-link':
        return this.later(async () => {
          const { ringLinks } = await loadParts();
          await ringLinks.revoke(effect.link.slug);
        });
      case 'keep-person':
        return this.later(() => this.keepPerson(effect.theirs, effect.own));
    }
  }

  /** What fails here has been told, or is found by the next start's check of the ring links. */
  private later(work: () => Promise<void>): void {
    this.line = this.line.then(work).catch(() => undefined);
  }

  private async makeLink(): Promise<void> {
    const link = await this.newLink().catch(() => null);
    this.put({ type: 'made', link });
  }

  private async newLink(): Promise<KeepLink | null> {
    this.trouble = 'unreachable';
    const { ringLinks } = await loadParts();
    const made = await ringLinks.makeFor('');
    if (!made.ok) {
      if (made.problem === 'no-storage') this.trouble = 'no-storage';
      return null;
    }
    const { slug, publicKey } = made.value;
    return { slug, publicKey, ...(this.ownName === '' ? {} : { name: this.ownName }) };
  }

  private async keepPerson({ slug, publicKey, name = '' }: KeepLink, own: KeepLink): Promise<void> {
    const { ringLinks, people } = await loadParts();
    await people.keep({ slug, publicKey, name });
    await ringLinks.rename(own.slug, name);
  }

  private view(): KeepView {
    const { keep } = this;
    switch (keep.is) {
      // Their wish alone is theirs.
      case 'possible':
      case 'wanted':
        return { is: 'possible' };
      case 'willing':
        return { is: 'willing' };
      case 'agreed':
        return { is: 'exchanging' };
      case 'kept':
        return { is: 'kept', slug: keep.theirs.slug, name: cleanName(keep.theirs.name ?? '') };
      case 'failed':
        return { is: 'failed', why: this.trouble };
      case 'over':
        return keep.how === 'unsaid' ? { is: 'none' } : { is: keep.how };
    }
  }
}
