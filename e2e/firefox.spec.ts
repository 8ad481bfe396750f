import { expect, test } from './support/fixtures.js';
import { FirefoxTab, launchFirefox } from './support/firefox.js';

test('Chromium and Firefox talk: join, reload on either side, hang up, return', async ({
  someone,
  newLink,
}) => {
  const { browser, close } = await launchFirefox();
  try {
    const link = await newLink();
    const ann = await someone();
    const annsTab = await ann.enter(link);
    await annsTab.sees('waiting');
    const bensTab = await FirefoxTab.open(browser);
    await bensTab.enter(link);
    const together = async (): Promise<void> => {
      await Promise.all([annsTab.sees('connected'), bensTab.sees('connected')]);
      await Promise.all([annsTab.seesAndHears(), bensTab.seesAndHears()]);
    };
    await together();

    await bensTab.page.reload();
    await together();
    expect(await annsTab.states()).not.toContain('peer-left');

    await annsTab.page.reload();
    await together();
    expect(await bensTab.states()).not.toContain('peer-left');

    await bensTab.hangUp();
    await bensTab.sees('ended');
    await annsTab.sees('peer-left');
    await bensTab.page.click('[data-testid="rejoin"]');
    await together();

    await annsTab.hangUp();
    await annsTab.sees('ended');
    await bensTab.sees('peer-left');
    expect(bensTab.problems).toEqual([]);
  } finally {
    await close();
  }
});

test('Firefox makes the call, Chromium comes: the first to come may use either', async ({
  someone,
  newLink,
}) => {
  const { browser, close } = await launchFirefox();
  try {
    const link = await newLink();
    const annsTab = await FirefoxTab.open(browser);
    await annsTab.enter(link);
    await annsTab.sees('waiting');
    const bensTab = await (await someone()).enter(link);
    await Promise.all([annsTab.sees('connected'), bensTab.sees('connected')]);
    await Promise.all([annsTab.seesAndHears(), bensTab.seesAndHears()]);
    expect(annsTab.problems).toEqual([]);
  } finally {
    await close();
  }
});
