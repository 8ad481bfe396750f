import { expect, test } from './support/fixtures.js';

test('with the camera off no picture leaves; switched on again, it arrives', async ({ together }) => {
  const { annsTab, bensTab } = await together();
  const camera = bensTab.page.getByTestId('toggle-camera');
  await expect(camera).toHaveAttribute('aria-pressed', 'true');

  await bensTab.toggle('camera');
  await expect(camera).toHaveAttribute('aria-pressed', 'false');
  await annsTab.stopsReceiving('framesDecoded');
  await annsTab.seesAndHears({ picture: false });
  await annsTab.sees('connected');

  await bensTab.toggle('camera');
  await expect(camera).toHaveAttribute('aria-pressed', 'true');
  await annsTab.seesAndHears();
});

test('with the microphone off nothing is heard; switched on again, it is', async ({ together }) => {
  const { annsTab, bensTab } = await together();
  const microphone = annsTab.page.getByTestId('toggle-microphone');
  await expect(microphone).toHaveAttribute('aria-pressed', 'true');

  await annsTab.toggle('microphone');
  await expect(microphone).toHaveAttribute('aria-pressed', 'false');
  await bensTab.stopsReceiving('audioEnergy');
  await bensTab.seesAndHears({ sound: false });

  await annsTab.toggle('microphone');
  await expect(microphone).toHaveAttribute('aria-pressed', 'true');
  await bensTab.seesAndHears();
});

test('one may join with everything off, and switch on later', async ({ someone, newLink }) => {
  const link = await newLink();
  const ann = await (await someone()).enter(link);
  const ben = await (await someone()).newTab();
  await ben.page.goto(link);
  await ben.page.getByTestId('lobby').waitFor();
  for (const device of ['camera', 'microphone'] as const) {
    const toggle = ben.page.getByTestId(`toggle-${device}`);
    // The lobby asks for both devices by itself; off is chosen once they are on.
    await expect(toggle).toHaveAttribute('aria-pressed', 'true');
    await toggle.click();
    await expect(toggle).toHaveAttribute('aria-pressed', 'false');
  }
  await ben.page.getByTestId('join-call').click();
  await Promise.all([ann.sees('connected'), ben.sees('connected')]);
  await ben.seesAndHears();
  expect((await ann.media())?.framesDecoded).toBe(0);
  expect((await ann.media())?.audioEnergy).toBe(0);

  await ben.toggle('camera');
  await ben.toggle('microphone');
  await ann.seesAndHears();
});

test('who has neither camera nor microphone is told so and may join all the same', async ({
  someone,
  newLink,
}) => {
  const link = await newLink();
  const ann = await (await someone()).enter(link);
  const ben = await someone();
  await ben.context.addInitScript(() => {
    if (!('mediaDevices' in navigator)) return; // the empty page before the first has none
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('No', 'NotAllowedError'));
  });
  const bensTab = await ben.newTab();
  await bensTab.page.goto(link);
  await expect(bensTab.page.getByTestId('lobby')).toContainText('No permission to use your');
  await expect(bensTab.page.getByTestId('toggle-camera')).toHaveAttribute('aria-pressed', 'false');
  await bensTab.page.getByTestId('join-call').click();
  await Promise.all([ann.sees('connected'), bensTab.sees('connected')]);
  await bensTab.seesAndHears();
});

test('a phone call that takes the camera for a while is seen by both, and the picture comes back by itself', async ({
  together,
}) => {
  const { annsTab, bensTab } = await together();
  // What a phone does to the tracks of a page; no browser without a telephone can be made to do it.
  const system = (event: 'mute' | 'unmute' | 'ended') =>
    bensTab.page.evaluate((name) => {
      const own = document.querySelector<HTMLVideoElement>('[data-testid="local-video"]');
      const [track] = own?.srcObject instanceof MediaStream ? own.srcObject.getVideoTracks() : [];
      if (!track) throw new Error('There is no own picture.');
      if (name === 'ended') track.stop();
      track.dispatchEvent(new Event(name));
    }, event);
  const cameraOff = annsTab.page.getByText('Their camera is off');

  await system('mute');
  await expect(bensTab.page.getByText('Something else is using your camera')).toBeVisible();
  await expect(cameraOff).toBeVisible();
  await system('unmute');
  await expect(cameraOff).toBeHidden();
  await annsTab.seesAndHears();

  await system('ended');
  await expect(bensTab.page.getByTestId('toggle-camera')).toHaveAttribute('aria-pressed', 'true');
  await annsTab.seesAndHears();
});
