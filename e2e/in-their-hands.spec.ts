import { expect, phaseOf, SURVIVES, test } from './support/fixtures.js';
import type { Tab } from './support/people.js';

async function more({ page }: Tab): Promise<void> {
  await page.mouse.move(50, 50);
  await page.mouse.move(60, 60);
  await page.getByTestId('more').click();
}

/** Presses the lock, and waits until it is so. */
async function lock(tab: Tab, on: boolean): Promise<void> {
  await more(tab);
  const button = tab.page.getByTestId('lock');
  await expect(button).toHaveAttribute('aria-pressed', String(!on));
  await button.click();
  await expect(button).toHaveAttribute('aria-pressed', String(on));
  await tab.page.keyboard.press('Escape');
}

test(
  'a locked call keeps a free place for who had it, and tells whoever knocks no more than a full one',
  { tag: SURVIVES },
  async ({ together, someone }) => {
    const { link, ben, annsTab, bensTab } = await together();
    await lock(annsTab, true);
    await expect(bensTab.page.getByTestId('locked')).toBeVisible();
    await bensTab.hangUp();
    await annsTab.sees('peer-left');
    const knocking = await (await someone()).enter(link);
    await knocking.sees('full');
    await bensTab.page.close();
    const back = await ben.enter(link);
    await Promise.all([annsTab.sees('connected'), back.sees('connected')]);

    // Either of the two opens it again.
    await lock(back, false);
    await back.hangUp();
    await annsTab.sees('peer-left');
    const welcome = await (await someone()).enter(link);
    await Promise.all([annsTab.sees('connected'), welcome.sees('connected')]);
  },
);

test(
  'who is left and blocked hears that the other has hung up, and does not come in again',
  { tag: SURVIVES },
  async ({ together, app }) => {
    const { link, ann, annsTab, bensTab } = await together();
    await more(annsTab);
    await annsTab.page.getByTestId('block').click();
    await annsTab.page.getByTestId('block-confirm').click();
    await annsTab.sees('ended');
    await bensTab.sees('peer-left');
    // Somebody else may have the place: Ann herself, for one.
    await annsTab.page.close();
    const anns = await ann.enter(link);
    await anns.sees('waiting');
    await bensTab.sees('full');
    await bensTab.page.reload();
    await bensTab.joinOrReturn();
    await bensTab.sees('full');
    expect(await phaseOf(app.url, link)).toBe('waiting');
  },
);

/** ms from the moment the page is told of the key or the touch until nothing is taken any more. */
const AT_ONCE_MS = 100;

/** Runs in the page before its own scripts: notes when somebody presses, and when tracks end. */
function noteEnds(): void {
  // The empty page a tab begins with has no devices.
  if (!isSecureContext) return;
  const noted: { pressed: number; ended: number[] } = { pressed: 0, ended: [] };
  Object.assign(window, { __noted: noted });
  // When the page hears of it: how long a busy machine takes to tell a page is not the page's doing.
  for (const event of ['keydown', 'click']) {
    addEventListener(event, () => (noted.pressed = performance.now()), { capture: true });
  }
  const stop = (track: MediaStreamTrack): void => MediaStreamTrack.prototype.stop.call(track);
  const get = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (constraints) => {
    const stream = await get(constraints);
    for (const track of stream.getTracks()) {
      track.stop = () => {
        const runs = track.readyState === 'live';
        stop(track);
        // Stopped once more, it ends no later.
        if (runs) noted.ended.push(performance.now());
      };
    }
    return stream;
  };
}

interface WithNotes {
  readonly __noted: { readonly pressed: number; readonly ended: readonly number[] };
}

for (const how of ['key', 'touch'] as const) {
  test(`hidden with one ${how}: picture and sound end within ${AT_ONCE_MS} ms, and nothing comes on again by itself`, async ({
    someone,
    newLink,
  }) => {
    const link = await newLink();
    const ann = await someone();
    await ann.context.addInitScript(noteEnds);
    const annsTab = await ann.enter(link);
    const bensTab = await (await someone()).enter(link);
    await Promise.all([annsTab.seesAndHears(), bensTab.seesAndHears()]);
    await annsTab.page.mouse.move(50, 50);
    await annsTab.page.mouse.move(60, 60);
    if (how === 'key') await annsTab.page.keyboard.press('h');
    else await annsTab.page.getByTestId('hide-me').click();

    const { pressed, ended } = await annsTab.page.evaluate(() => (window as unknown as WithNotes).__noted);
    expect(ended.length).toBeGreaterThanOrEqual(2);
    for (const at of ended.slice(-2)) expect(at - pressed).toBeLessThan(AT_ONCE_MS);
    for (const device of ['camera', 'microphone']) {
      await expect(annsTab.page.getByTestId(`toggle-${device}`)).toHaveAttribute('aria-pressed', 'false');
    }
    await bensTab.stopsReceiving('framesDecoded');
    await bensTab.stopsReceiving('audioEnergy');
    await annsTab.sees('connected');

    await annsTab.toggle('camera');
    await annsTab.toggle('microphone');
    await bensTab.seesAndHears();
  });
}
