import { aMoment, lookAtOff, sends, watchOff } from '../support/off-watch.js';
import type { Tab } from '../support/people.js';
import { DEVICES, Switching } from '../support/switching.js';
import { expect, missing, test } from './fixtures.js';

test.skip(missing !== null, missing ?? '');

/** A moment that also passes while nothing arrives: some drawings of the page. */
const someDrawings = ({ page }: Tab): Promise<void> =>
  page.evaluate(async () => {
    for (let drawing = 0; drawing < 12; drawing += 1) await new Promise(requestAnimationFrame);
  });

test('off is off while a network is cut, mended, changed and loses packets, however often it is switched meanwhile', async ({
  network,
  ann,
  ben,
  newLink,
}) => {
  const link = await newLink();
  const annsTab = await ann.enter(link);
  await watchOff(ben);
  const tab = await ben.enter(link);
  const { page } = tab;
  const together = async (): Promise<void> => {
    await Promise.all([annsTab.sees('connected'), tab.sees('connected')]);
    await Promise.all([annsTab.seesAndHears({ picture: false, sound: false }), tab.seesAndHears()]);
  };
  await Promise.all([annsTab.seesAndHears(), tab.seesAndHears()]);
  const switching = new Switching(tab);

  const happenings: readonly (readonly [begins: () => unknown, ends: () => unknown])[] = [
    [() => network.cut('ben'), () => network.mend('ben')],
    [() => network.cut('ann'), () => network.mend('ann')],
    [() => network.move('ben', 'cell'), () => network.move('ben', 'wifi')],
    [() => network.set('ben', { passes: 'no-server' }), () => network.set('ben', { passes: 'everything' })],
    [() => network.set('ben', { lossPercent: 10 }), () => network.set('ben', { lossPercent: 0 })],
  ];
  for (const [begins, ends] of happenings) {
    for (const device of DEVICES) await sends(page, device);
    begins();
    for (let turn = 0; turn < 2; turn += 1) {
      for (const device of DEVICES) {
        await switching.press(device, 3);
        expect(await lookAtOff(page, device, () => someDrawings(tab), 'changing')).toEqual([]);
        await switching.press(device);
      }
    }
    for (const device of DEVICES) await switching.press(device);
    const toItsEnd = async (): Promise<void> => {
      ends();
      await together();
      await aMoment(page);
    };
    const over = toItsEnd();
    const found = await Promise.all(DEVICES.map((device) => lookAtOff(page, device, () => over, 'changing')));
    expect(found).toEqual([[], []]);
    for (const device of DEVICES) await switching.press(device);
    await annsTab.seesAndHears();
  }
  expect(switching.count).toBe(100);
});
