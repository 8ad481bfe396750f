import { until } from './support/child.js';
import { expect, test } from './support/fixtures.js';
import type { Device } from './support/off-watch.js';
import type { Person, Tab } from './support/people.js';
import { DEVICES, pretending } from './support/switching.js';

const OFF = { camera: 'Their camera is off', microphone: 'Their microphone is off' } as const;

/** What Ann reads when Ben's device is off. */
const shownOff = ({ page }: Tab, device: Device) => page.getByTestId('call').getByText(OFF[device]);

async function meetHer(ann: Person, ben: Person, link: string): Promise<{ annsTab: Tab; bensTab: Tab }> {
  const annsTab = await ann.enter(link);
  await annsTab.sees('waiting');
  const bensTab = await ben.enter(link);
  await Promise.all([annsTab.sees('connected'), bensTab.sees('connected')]);
  return { annsTab, bensTab };
}

/** Waits until so many packets more have arrived; a second of sound is fifty. */
async function packetsArrive(tab: Tab, packets: number): Promise<void> {
  const received = async (): Promise<number> => (await tab.media())?.packetsReceived ?? 0;
  const from = await received();
  await until(`${packets} packets`, async () => (await received()) >= from + packets, 60_000);
}

for (const device of DEVICES) {
  const kind = device === 'camera' ? 'video' : 'audio';

  test(`who says that their ${device} is on, but sends nothing of it, is shown with the ${device} off`, async ({
    someone,
    newLink,
  }) => {
    const ben = await someone();
    await ben.context.addInitScript((never) => {
      const { replaceTrack } = RTCRtpSender.prototype;
      RTCRtpSender.prototype.replaceTrack = function (track) {
        return replaceTrack.call(this, track?.kind === never ? null : track);
      };
    }, kind);
    const { annsTab, bensTab } = await meetHer(await someone(), ben, await newLink());
    await expect(shownOff(annsTab, device)).toBeVisible();
    // Ben's own page says otherwise, and goes on saying so.
    await expect(bensTab.page.getByTestId(`toggle-${device}`)).toHaveAttribute('aria-pressed', 'true');
    for (const other of DEVICES) {
      if (other === device) continue;
      await bensTab.toggle(other);
      await expect(shownOff(annsTab, other)).toBeVisible();
    }
    await expect(shownOff(annsTab, device)).toBeVisible();
  });

  test(`who says that their ${device} is off, but goes on sending, is shown with the ${device} on`, async ({
    someone,
    newLink,
  }) => {
    const ben = await someone();
    await ben.context.addInitScript({ content: pretending({ stop: 'nothing', keepsSending: true }) });
    const { annsTab, bensTab } = await meetHer(await someone(), ben, await newLink());
    await bensTab.toggle(device);
    await expect(bensTab.page.getByTestId(`toggle-${device}`)).toHaveAttribute('aria-pressed', 'false');
    await expect(shownOff(annsTab, device)).toBeVisible();
    await expect(shownOff(annsTab, device)).toBeHidden();
    await packetsArrive(annsTab, 200);
    await expect(shownOff(annsTab, device)).toBeHidden();
  });
}

test('a microphone that hears nothing for long, and a camera that sees nothing, are on all the same', async ({
  someone,
  newLink,
}) => {
  const ben = await someone();
  await ben.context.addInitScript(() => {
    if (!('mediaDevices' in navigator)) return; // the empty page before the first has none
    const media = navigator.mediaDevices;
    const getUserMedia = media.getUserMedia.bind(media);
    media.getUserMedia = async (wishes) => {
      const stream = await getUserMedia(wishes);
      // The browser gives silence and black pictures then.
      for (const track of stream.getTracks()) track.enabled = false;
      return stream;
    };
  });
  const { annsTab } = await meetHer(await someone(), ben, await newLink());
  await packetsArrive(annsTab, 400); // more than five seconds of silence
  for (const device of DEVICES) await expect(shownOff(annsTab, device)).toBeHidden();
});
