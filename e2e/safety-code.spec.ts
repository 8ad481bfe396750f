import { expect, test } from './support/fixtures.js';
import type { Tab } from './support/people.js';

/** Runs in the page before its own scripts: keeps its connections where a test can reach them. */
function keepConnections(): void {
  const kept: RTCPeerConnection[] = [];
  Object.assign(window, { __connections: kept });
  const Native = window.RTCPeerConnection;
  window.RTCPeerConnection = class RTCPeerConnection extends Native {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      kept.push(this);
    }
  };
}

interface WithConnections {
  readonly __connections: readonly RTCPeerConnection[];
}

/** The name of the present ICE generation of the connection that is talked over. */
const generationOf = ({ page }: Tab): Promise<string | undefined> =>
  page.evaluate(() => {
    const connections = (window as unknown as WithConnections).__connections;
    const connected = connections.findLast(({ connectionState }) => connectionState === 'connected');
    return /a=ice-ufrag:(\S+)/.exec(connected?.localDescription?.sdp ?? '')?.[1];
  });

const restartIce = ({ page }: Tab): Promise<void> =>
  page.evaluate(() => {
    const connections = (window as unknown as WithConnections).__connections;
    connections.findLast(({ connectionState }) => connectionState === 'connected')?.restartIce();
  });

/** The four names, as this page shows them. */
async function codeOf({ page }: Tab): Promise<readonly string[]> {
  await page.mouse.move(50, 50);
  await page.mouse.move(60, 60);
  await page.getByTestId('more').click();
  await page.getByTestId('safety-code').click();
  const names = page.getByTestId('safety-pictures').getByRole('listitem');
  await expect(names).toHaveCount(4);
  const shown = await names.allInnerTexts();
  await page.keyboard.press('Escape');
  return shown;
}

test('both people see the same four pictures, and an ICE restart does not change them', async ({
  someone,
  newLink,
}) => {
  const link = await newLink();
  const [ann, ben] = [await someone(), await someone()];
  await ann.context.addInitScript(keepConnections);
  const annsTab = await ann.enter(link);
  const bensTab = await ben.enter(link);
  await Promise.all([annsTab.seesAndHears(), bensTab.seesAndHears()]);
  const code = await codeOf(annsTab);
  expect(await codeOf(bensTab)).toEqual(code);

  const before = await generationOf(annsTab);
  await restartIce(annsTab);
  await expect.poll(() => generationOf(annsTab)).not.toBe(before);
  await Promise.all([annsTab.seesAndHears(), bensTab.seesAndHears()]);
  expect(await codeOf(annsTab)).toEqual(code);
  expect(await codeOf(bensTab)).toEqual(code);
});

test('another connection has other pictures, again the same for both', async ({ together }) => {
  const { annsTab, bensTab } = await together();
  const code = await codeOf(annsTab);
  await bensTab.page.reload();
  await Promise.all([annsTab.seesAndHears(), bensTab.seesAndHears()]);
  const next = await codeOf(bensTab);
  expect(next).not.toEqual(code);
  expect(await codeOf(annsTab)).toEqual(next);
});
