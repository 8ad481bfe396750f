import {
  expect,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
} from '@playwright/test';
import { until } from './child.js';
import { installProbe, type MediaCount, type Probe } from './probe.js';

/** `data-state` of a call, as the contract names it. */
export type CallState =
  | 'entering'
  | 'waiting'
  | 'connecting'
  | 'connected'
  | 'reconnecting'
  | 'peer-left'
  | 'ended'
  | 'full'
  | 'unknown-call'
  | 'superseded'
  | 'unreachable'
  | 'damaged-link'
  | 'failed';

/** Longest wait (ms) for something that takes a second on a quiet machine. */
const PATIENCE_MS = 60_000;

const ask = <T>(page: Page, question: (probe: Probe) => T | Promise<T>): Promise<T> =>
  page.evaluate<T>(`(${question.toString()})(window.__probe)`);

/** One open page of a person. */
export class Tab {
  constructor(readonly page: Page) {}

  /** Opens a call's link, and joins if the lobby asks to. */
  async enter(link: string): Promise<void> {
    await this.page.goto(link);
    await this.joinOrReturn();
  }

  /** From wherever an opened link led: the lobby's one click, or straight back in. */
  async joinOrReturn(): Promise<void> {
    const join = this.page.getByTestId('join-call');
    const call = this.page.getByTestId('call');
    await expect(join.or(call).first()).toBeVisible({ timeout: PATIENCE_MS });
    if (await join.isVisible()) await join.click();
  }

  state(): Promise<string | null> {
    return this.page.evaluate(
      () => document.querySelector('[data-testid="call"]')?.getAttribute('data-state') ?? null,
    );
  }

  async sees(state: CallState, withinMs = PATIENCE_MS): Promise<void> {
    await expect(this.page.getByTestId('call')).toHaveAttribute('data-state', state, { timeout: withinMs });
  }

  media(): Promise<MediaCount | null> {
    return ask(this.page, (probe) => probe.media());
  }

  /** Every state shown since this document was opened. */
  states(): Promise<string[]> {
    return ask(this.page, (probe) => [...probe.states]);
  }

  firstFrameAt(): Promise<number | null> {
    return ask(this.page, (probe) => probe.firstFrameAt());
  }

  firstConnectedAt(): Promise<number | null> {
    return ask(this.page, (probe) => probe.firstConnectedAt());
  }

  resetGap(): Promise<void> {
    return ask(this.page, (probe) => probe.resetGap());
  }

  longestGapMs(): Promise<number> {
    return ask(this.page, (probe) => probe.longestGapMs());
  }

  /** Waits until pictures (and, unless told otherwise, sound) of the other person have newly arrived. */
  async seesAndHears(what: { picture?: boolean; sound?: boolean } = {}): Promise<void> {
    const { picture = true, sound = true } = what;
    let from = await this.media();
    await until(
      `${picture ? 'picture ' : ''}${sound ? 'sound ' : ''}of the other person`,
      async () => {
        const now = await this.media();
        if (!now) return false;
        if (now.connection !== from?.connection) from = now;
        const frames = now.framesDecoded - from.framesDecoded;
        return (!picture || frames >= 15) && (!sound || now.audioEnergy > from.audioEnergy);
      },
      PATIENCE_MS,
      100,
    );
  }

  /** Waits until a kind of media has ceased to arrive: the counter stands still over `quietMs`. */
  async stopsReceiving(kind: 'framesDecoded' | 'audioEnergy', quietMs = 2000): Promise<void> {
    let last = -1;
    let since = performance.now();
    await until(
      `no more ${kind}`,
      async () => {
        const value = (await this.media())?.[kind] ?? 0;
        if (value !== last) since = performance.now();
        last = value;
        return performance.now() - since > quietMs;
      },
      PATIENCE_MS,
      100,
    );
  }

  toggle(device: 'camera' | 'microphone'): Promise<void> {
    return this.page.getByTestId(`toggle-${device}`).click();
  }

  /** Controls fade when nothing moves: a move of the mouse brings them back. */
  async hangUp(): Promise<void> {
    await this.page.mouse.move(50, 50);
    await this.page.mouse.move(60, 60);
    await this.page.getByTestId('hang-up').click();
  }
}

/** A person: a browser profile of their own, with a camera and a microphone. */
export class Person {
  /** What went wrong inside their pages; asserted empty at the end of every test. */
  readonly problems: string[] = [];

  private constructor(readonly context: BrowserContext) {
    context.on('page', (page) => {
      page.on('pageerror', (error) => this.problems.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error' && message.text().includes('Content Security Policy')) {
          this.problems.push(message.text());
        }
      });
    });
  }

  static async arrive(browser: Browser, options: BrowserContextOptions = {}): Promise<Person> {
    const context = await browser.newContext({
      locale: 'en-US',
      viewport: { width: 1000, height: 640 },
      ...options,
    });
    await context.grantPermissions(['camera', 'microphone', 'clipboard-read', 'clipboard-write']);
    await context.addInitScript(installProbe);
    return new Person(context);
  }

  async newTab(): Promise<Tab> {
    return new Tab(await this.context.newPage());
  }

  /** Opens a link in a new tab and joins the call. */
  async enter(link: string): Promise<Tab> {
    const tab = await this.newTab();
    await tab.enter(link);
    return tab;
  }

  leave(): Promise<void> {
    return this.context.close();
  }
}
