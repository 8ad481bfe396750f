import { clockTimes, installClockCamera, readClock } from './support/clock-camera.js';
import { until } from './support/child.js';
import { expect, test } from './support/fixtures.js';
import {
  aMoment,
  cameraTimesOf,
  descriptionsTaken,
  lookAtOff,
  sendingOf,
  sends,
  watchOff,
  type Device,
} from './support/off-watch.js';
import type { Person, Tab } from './support/people.js';
import { DEVICES, pretending, Switching } from './support/switching.js';

const WITH_CLOCK = `(${installClockCamera.toString()})();`;

/** The other person's picture in a window of its own, where it goes on whatever is seen of the page. */
async function watchInWindow(tab: Tab): Promise<void> {
  const { page } = tab;
  if (await page.evaluate(() => document.pictureInPictureElement !== null)) return;
  await tab.seesAndHears({ sound: false });
  await page.mouse.click(300, 200); // browsers allow it to who has just touched the page
  await page
    .getByTestId('remote-video')
    .evaluate((video: HTMLVideoElement) => video.requestPictureInPicture());
}

/** What happens to a browser whose network goes away and comes back. */
const networkChanges = ({ page }: Tab): Promise<void> =>
  page.evaluate(() => {
    for (const event of ['offline', 'online']) window.dispatchEvent(new Event(event));
  });

/** A browser may keep a page silent that nobody has touched and that has no camera on: then it asks for a tap. */
async function listens({ page }: Tab): Promise<void> {
  const video = page.getByTestId('remote-video');
  await expect.poll(() => video.evaluate((element: HTMLVideoElement) => element.paused)).toBe(false);
  if (await video.evaluate((element: HTMLVideoElement) => element.muted))
    await page.getByRole('button', { name: 'Tap to hear them' }).click();
}

test('off is off: in 200 switches, whatever happens meanwhile, a device that is off neither runs nor sends', async ({
  someone,
  newLink,
  app,
}) => {
  const link = await newLink();
  const ann = await (await someone()).enter(link);
  const ben = await someone();
  await watchOff(ben);
  const tab = await ben.enter(link);
  const { page } = tab;
  const together = async (): Promise<void> => {
    await Promise.all([ann.sees('connected'), tab.sees('connected')]);
    await Promise.all([ann.seesAndHears(), tab.seesAndHears()]);
  };
  const switching = new Switching(tab);
  await together();

  const happenings: readonly (() => Promise<unknown>)[] = [
    () => aMoment(page),
    () => networkChanges(tab),
    () => networkChanges(ann),
    () => Promise.all([networkChanges(ann), networkChanges(tab)]),
    async () => {
      await ann.page.reload();
      await ann.sees('connected');
    },
    () => app.restart(),
    async () => {
      await app.kill();
      await aMoment(page);
      await app.restart();
    },
    async () => {
      await ben.context.setOffline(true);
      await aMoment(page);
      await ben.context.setOffline(false);
    },
    () => Promise.all([ann.page.evaluate(() => document.exitPictureInPicture()), networkChanges(ann)]),
    () => networkChanges(tab),
  ];
  for (const happening of happenings) {
    for (const device of DEVICES) await sends(page, device);
    await watchInWindow(ann);
    // One after the other, as people do.
    for (const device of DEVICES) {
      await switching.click(device);
      expect(await lookAtOff(page, device)).toEqual([]);
      await switching.click(device);
    }
    // In haste, while it happens.
    const over = happening();
    over.catch(() => undefined); // told below, where it is waited for
    for (const device of DEVICES) {
      await switching.press(device, 5);
      expect(await lookAtOff(page, device)).toEqual([]);
      await switching.press(device);
    }
    // Both off, until it is over.
    for (const device of DEVICES) await switching.press(device);
    const toItsEnd = async (): Promise<void> => {
      await over;
      await aMoment(page);
    };
    const found = await Promise.all(DEVICES.map((device) => lookAtOff(page, device, toItsEnd)));
    expect(found).toEqual([[], []]);
    for (const device of DEVICES) await switching.press(device);
  }
  expect(switching.count).toBe(200);
  await together();
  // It was agreed anew again and again meanwhile.
  expect(await descriptionsTaken(page)).toBeGreaterThan(happenings.length / 2);

  for (const device of DEVICES) await switching.press(device);
  await Promise.all(DEVICES.map((device) => lookAtOff(page, device)));
  await page.reload();
  await Promise.all([ann.sees('connected'), tab.sees('connected')]);
  await listens(tab);
  await tab.seesAndHears();
  for (const device of DEVICES) {
    expect(await lookAtOff(page, device)).toEqual([]);
    const left = Object.values((await sendingOf(page, device)).left);
    expect(left.map(({ packets }) => packets)).toEqual([0]);
  }
});

/** A picture is drawn so long (ms) before its track is handed out, at most. */
const DRAWN_BEFORE_MS = 50;

/** Times that pictures said which were shown to Ann, although Ben's camera was off then. */
async function takenWhileOff(ann: Tab, ben: Tab): Promise<number[]> {
  const on = await cameraTimesOf(ben.page);
  const times = await clockTimes(ann.page);
  return times.filter(
    (time) => !on.some(({ from, to }) => time >= from - DRAWN_BEFORE_MS && time <= (to ?? Infinity)),
  );
}

/** Two people; Ben's camera shows the time, Ann's page reads it, in a window of its own too. */
async function withClock(someone: () => Promise<Person>, link: string, ...before: string[]) {
  const ann = await (await someone()).enter(link);
  const ben = await someone();
  await watchOff(ben, WITH_CLOCK, ...before);
  const tab = await ben.enter(link);
  await Promise.all([ann.sees('connected'), tab.sees('connected')]);
  await Promise.all([ann.seesAndHears(), tab.seesAndHears()]);
  await watchInWindow(ann);
  await readClock(ann.page);
  /** Ann is shown what Ben's camera sees from now on. */
  const isShown = async (): Promise<void> => {
    const now = Date.now();
    await until('a picture of now', async () => (await clockTimes(ann.page)).some((time) => time > now));
  };
  await isShown();
  return { ann, tab, isShown };
}

test('no picture that was taken after the camera was switched off is shown to the other', async ({
  someone,
  newLink,
}) => {
  const { ann, tab, isShown } = await withClock(someone, await newLink());
  const switching = new Switching(tab);
  for (let round = 0; round < 10; round += 1) {
    const over = round % 2 === 0 ? aMoment(tab.page) : networkChanges(round % 4 === 1 ? ann : tab);
    await switching.press('camera', round % 3 === 0 ? 1 : 3);
    expect(await lookAtOff(tab.page, 'camera')).toEqual([]);
    await over;
    await switching.press('camera');
    await isShown();
  }
  await switching.press('camera');
  expect(await lookAtOff(tab.page, 'camera')).toEqual([]);
  await ann.stopsReceiving('framesDecoded', 500);
  expect(await takenWhileOff(ann, tab)).toEqual([]);
});

for (const [what, pretence, wrong] of [
  ['leaves its light on', { stop: 'mutes', keepsSending: false }, (device: Device) => [`the ${device} runs`]],
  [
    'sends black pictures and silence',
    { stop: 'mutes', keepsSending: true },
    (device: Device) => [`the ${device} runs`, `a sender has the ${device}`, `the ${device} sends`],
  ],
] as const) {
  test(`these looks find out a device that is switched off and ${what}`, async ({ someone, newLink }) => {
    const link = await newLink();
    const ann = await (await someone()).enter(link);
    const ben = await someone();
    await watchOff(ben, pretending(pretence));
    const tab = await ben.enter(link);
    await Promise.all([ann.seesAndHears(), tab.seesAndHears()]);
    for (const device of DEVICES) {
      await tab.toggle(device);
      expect(await lookAtOff(tab.page, device)).toEqual(wrong(device));
    }
  });
}

test('the time in the pictures finds out a camera that goes on when it is switched off', async ({
  someone,
  newLink,
}) => {
  const pretence = pretending({ stop: 'nothing', keepsSending: true });
  const { ann, tab } = await withClock(someone, await newLink(), pretence);
  await tab.toggle('camera');
  expect(await lookAtOff(tab.page, 'camera')).toContain('the camera sends');
  expect((await takenWhileOff(ann, tab)).length).toBeGreaterThan(0);
});
