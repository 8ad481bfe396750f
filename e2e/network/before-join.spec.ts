import type { BrowserContext } from '@playwright/test';
import { launchInNamespace } from '../support/chromium.js';
import { Person, type Tab } from '../support/people.js';
import { startCapture, type Packet } from './capture.js';
import { expect, missing, test } from './fixtures.js';
import { flowOf, installFlow } from './flow.js';
import { SERVER_ADDRESS, type Internet } from './internet.js';
import type { Site } from './site.js';

test.skip(missing !== null, missing ?? '');

/** The site's own address, by which pages, HTTP calls and the socket come. There is no other server in this internet. */
const siteOf = (url: string): string => `${SERVER_ADDRESS}:${new URL(url).port}`;

/**
 * What must not be there before somebody joins: everything but TCP with the site, and the questions (ARP) that a network
 * card asks for its router. There is no name service in this internet, no IPv6, and nothing else is let through.
 */
const strangers = (packets: readonly Packet[], site: string): string[] =>
  packets
    .filter(({ protocol, from, to }) => {
      const withSite = protocol === 'tcp' && (from === site || to === site);
      return !withSite && protocol !== 'arp';
    })
    .map(({ protocol, from, to, isStun }) => `${protocol}${isStun ? ' (STUN)' : ''} ${from} → ${to}`);

const happened = async ({ page }: Tab, what: RegExp): Promise<string[]> =>
  (await flowOf(page)).happenings.map((happening) => happening.what).filter((text) => what.test(text));

/** What a page does by which others could learn where it is. */
const REACHING_OUT = /^(new connection|candidate |socket sends )/;
/** What the person who waits in the call says to somebody, or hears of somebody. */
const IN_TOUCH = /^socket (sends relay|got relay|got peer)/;

/** Everything one may do in a lobby, with camera and microphone on. */
async function useLobby({ page }: Tab, link: string): Promise<void> {
  const lookedUp = page.waitForResponse((answer) => new URL(answer.url()).pathname.startsWith('/api/calls/'));
  await page.goto(link);
  await expect(page.getByTestId('preview-video')).toBeVisible();
  for (const device of ['camera', 'microphone'] as const) {
    const toggle = page.getByTestId(`toggle-${device}`);
    for (const pressed of ['false', 'true']) {
      await toggle.click();
      await expect(toggle).toHaveAttribute('aria-pressed', pressed);
    }
  }
  await expect(page.getByText('Your microphone hears you.')).toBeVisible();
  await page.getByText('Choose camera and microphone').click();
  for (const picker of await page.getByTestId('devices').locator('select').all()) {
    const last = await picker.locator('option').last().getAttribute('value');
    await picker.selectOption(last);
  }
  await expect(page.getByTestId('preview-video')).toBeVisible();
  // What a lobby does last, by itself: it looks whether the link is good.
  await lookedUp;
  await expect
    .poll(async () => (await flowOf(page)).happenings.map(({ what }) => what))
    .toContain('socket open');
}

interface Visit {
  /** What was seen before the choice to join, and what came after it, that is not TCP with the site. */
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** How many packets went to and fro before. */
  readonly packets: number;
  /** What Ann's page had done until the choice, and what Ben's page heard of it. */
  readonly ann: readonly string[];
  readonly ben: readonly string[];
}

/**
 * Ann opens the home page, the settings and the lobby of a call in which Ben waits, and then joins: in a browser of her
 * own, of which every packet is seen from its very start.
 */
async function visit(
  { internet, site, bensTab, link }: { internet: Internet; site: Site; bensTab: Tab; link: string },
  prepare: (context: BrowserContext) => Promise<unknown> = async () => undefined,
): Promise<Visit> {
  const namespace = internet.namespaceOf('ann');
  const capture = await startCapture(namespace, 'wifi');
  const browser = await launchInNamespace(namespace);
  try {
    const ann = await Person.arrive(browser);
    await ann.context.addInitScript(installFlow);
    await prepare(ann.context);
    const tab = await ann.newTab();
    await tab.page.goto(`${site.url}/`);
    await tab.page.getByTestId('start-call').waitFor();
    await tab.page.goto(`${site.url}/settings`);
    await tab.page.getByTestId('theme').waitFor();
    await useLobby(tab, link);
    const anns = await happened(tab, REACHING_OUT);
    const bens = await happened(bensTab, IN_TOUCH);
    const at = Date.now();
    await tab.page.getByTestId('join-call').click();
    await Promise.all([tab.sees('connected'), bensTab.sees('connected')]);
    expect(ann.problems).toEqual([]);
    await browser.close();
    const packets = await capture.stop();
    const earlier = packets.filter((packet) => packet.at < at);
    const later = packets.filter((packet) => packet.at >= at);
    return {
      before: strangers(earlier, siteOf(site.url)),
      after: strangers(later, siteOf(site.url)),
      packets: earlier.length,
      ann: anns,
      ben: bens,
    };
  } finally {
    await browser.close();
  }
}

/** Ben is in a new call, and waits. */
const waiting = test.extend<{ call: { bensTab: Tab; link: string } }>({
  call: async ({ ben, newLink, network: _ }, use) => {
    const link = await newLink();
    const bensTab = await ben.enter(link);
    await bensTab.sees('waiting');
    await use({ bensTab, link });
  },
});

const toStun = new RegExp(`^udp \\(STUN\\) [\\d.:]+ → ${SERVER_ADDRESS}:347[89]$`);

waiting(
  'until somebody chooses to join, their browser speaks with the site alone, and nobody learns an address',
  async ({ internet, site, call }) => {
    const seen = await visit({ internet, site, ...call });
    expect(seen.before).toEqual([]);
    expect(seen.packets).toBeGreaterThan(100);
    expect(seen.ann).toEqual([]);
    expect(seen.ben).toEqual([]);
    // Then the search begins, and is seen: nothing but the choice kept it from being seen before.
    expect(seen.after).toContainEqual(expect.stringMatching(toStun));
    expect(seen.after).toContainEqual(
      expect.stringMatching(/^udp \(STUN\) 192\.168\.1\.10:\d+ → 198\.51\.100\./),
    );
  },
);

waiting(
  'the same look finds a page that searches for its address in the lobby',
  async ({ internet, site, call }) => {
    const seen = await visit({ internet, site, ...call }, (context) =>
      context.addInitScript(() => {
        const search = async (): Promise<void> => {
          const answer = await fetch('/api/config');
          const connection = new RTCPeerConnection((await answer.json()) as RTCConfiguration);
          connection.createDataChannel('search');
          await connection.setLocalDescription();
        };
        if (location.pathname.startsWith('/c/')) void search();
      }),
    );
    expect(seen.before).toContainEqual(expect.stringMatching(toStun));
    expect(seen.ann).toContain('new connection');
    expect(seen.ann).toContain('candidate srflx');
  },
);

test('a capture that does not see everything says so', async ({ internet, network, site, ann }) => {
  const capture = await startCapture(internet.namespaceOf('ann'), 'wifi');
  network.move('ann', 'cell');
  const { page } = await ann.newTab();
  await page.goto(`${site.url}/`);
  await expect(capture.stop()).rejects.toThrow(/went out by cell, 0 were seen/);
});
