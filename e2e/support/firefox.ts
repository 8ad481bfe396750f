import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { findFirefox } from '../../scripts/tools.js';
import { removeFolder, temporaryFolder, until } from './child.js';
import type { CallState } from './people.js';
import { installProbe, type MediaCount } from './probe.js';

/** A camera and a microphone of its own making, allowed without a question; nothing asked of the internet. */
const PREFERENCES = {
  'media.navigator.streams.fake': true,
  'media.navigator.permission.disabled': true,
  'media.autoplay.default': 0,
  // Two browsers on one machine cannot resolve each other's mDNS names.
  'media.peerconnection.ice.obfuscate_host_addresses': false,
  'media.peerconnection.ice.loopback': true,
  'media.gmp-manager.updateEnabled': false,
  'permissions.default.camera': 1,
  'permissions.default.microphone': 1,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'network.trr.mode': 5,
  'intl.accept_languages': 'en-US',
  'app.update.auto': false,
  'browser.safebrowsing.malware.enabled': false,
  'browser.safebrowsing.phishing.enabled': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'toolkit.telemetry.enabled': false,
};

type Preferences = Readonly<Record<string, string | number | boolean>>;

/** ms; Firefox shares two cores with other browsers. */
const PATIENCE_MS = 60_000;

/**
 * Firefox with a profile and a home of its own: it writes nothing where a person's Firefox would.
 * @param preferences besides those above; for pushes those of the push service (push-service.ts)
 */
export async function launchFirefox(
  preferences: Preferences = {},
): Promise<{ browser: Browser; close: () => Promise<void> }> {
  const found = findFirefox();
  if (found === undefined) throw new Error('Firefox is missing: run "node scripts/setup.mjs".');
  const [home, profile] = [temporaryFolder('firefox-home'), temporaryFolder('firefox-profile')];
  const file = join(home, 'firefox');
  writeFileSync(file, `#!/bin/sh\nHOME='${home}' exec '${found}' "$@"\n`);
  chmodSync(file, 0o755);
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: file,
    headless: true,
    userDataDir: profile,
    extraPrefsFirefox: { ...PREFERENCES, ...preferences },
    protocolTimeout: PATIENCE_MS,
  });
  return {
    browser,
    async close() {
      await browser.close();
      removeFolder(profile);
      removeFolder(home);
    },
  };
}

const byTestId = (id: string): string => `[data-testid="${id}"]`;

/** One open page of a person who uses Firefox. */
export class FirefoxTab {
  /** What went wrong inside the page. */
  readonly problems: string[] = [];

  private constructor(readonly page: Page) {
    page.on('pageerror', (error) => this.problems.push(String(error)));
  }

  static async open(browser: Browser): Promise<FirefoxTab> {
    const page = await browser.newPage();
    await page.evaluateOnNewDocument(installProbe);
    return new FirefoxTab(page);
  }

  /** Opens a call's link, and joins if the lobby asks to. */
  async enter(link: string): Promise<void> {
    await this.page.goto(link);
    await this.page.waitForSelector(`${byTestId('join-call')}, ${byTestId('call')}`, {
      timeout: PATIENCE_MS,
    });
    await (await this.page.$(byTestId('join-call')))?.click();
  }

  state(): Promise<string | null> {
    return this.page.evaluate(
      () => document.querySelector('[data-testid="call"]')?.getAttribute('data-state') ?? null,
    );
  }

  async sees(state: CallState): Promise<void> {
    await until(`Firefox shows "${state}"`, async () => (await this.state()) === state, PATIENCE_MS, 100);
  }

  async media(): Promise<MediaCount | null> {
    // As text: WebDriver BiDi loses an object that occurs twice in a result.
    const text = await this.page.evaluate(async () =>
      JSON.stringify((await window.__probe?.media()) ?? null),
    );
    return JSON.parse(text) as MediaCount | null;
  }

  async states(): Promise<string[]> {
    const text = await this.page.evaluate(() => JSON.stringify(window.__probe?.states ?? []));
    return JSON.parse(text) as string[];
  }

  /** Waits until pictures and sound of the other person have newly arrived. */
  async seesAndHears(): Promise<void> {
    const before = await this.media();
    await until(
      'picture and sound of the other person in Firefox',
      async () => {
        const now = await this.media();
        const from = before?.connection === now?.connection ? before : null;
        if (!now) return false;
        return (
          now.framesDecoded >= (from?.framesDecoded ?? 0) + 15 && now.audioEnergy > (from?.audioEnergy ?? 0)
        );
      },
      PATIENCE_MS,
      100,
    );
  }

  async hangUp(): Promise<void> {
    await this.page.mouse.move(50, 50);
    await this.page.mouse.move(60, 60);
    await this.page.click(byTestId('hang-up'));
  }
}
