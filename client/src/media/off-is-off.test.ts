import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LocalMedia, type DeviceKind, type DeviceState } from './local-media';
import { FakeDevices } from './testing/fake-devices';

const BOTH: readonly DeviceKind[] = ['camera', 'microphone'];
const busy = () => new DOMException('busy', 'NotReadableError');

let devices: FakeDevices;
let media: LocalMedia;

beforeEach(() => {
  localStorage.clear();
  devices = new FakeDevices();
  media = new LocalMedia({ source: devices.source, secure: true });
});
afterEach(() => media.close());

const brief = (state: DeviceState): string =>
  state.is === 'on' ? `on ${state.deviceId}` : state.is === 'blocked' ? `blocked ${state.problem}` : state.is;
const states = (): string[] => [brief(media.camera), brief(media.microphone)];
const live = (): number => devices.tracks.filter((track) => track.readyState === 'live').length;

describe('off is off', () => {
  it('the track is stopped', async () => {
    await media.start(BOTH);
    media.turnOff('camera');
    expect(states()).toEqual(['off', 'on mic-1']);
    expect(live()).toBe(1);
  });

  it('a device that comes after it was turned off again is stopped at once', async () => {
    let open = (): void => undefined;
    devices.gate = new Promise((resolve) => (open = resolve));
    const asked = media.start(BOTH);
    media.turnOff('camera');
    open();
    await asked;
    expect(states()).toEqual(['off', 'on mic-1']);
    expect(live()).toBe(1);
  });

  it('turned off and on while the question is open: the newest answer counts, the other is stopped', async () => {
    const first = media.turnOn('camera');
    media.turnOff('camera');
    const second = media.turnOn('camera');
    await Promise.all([first, second]);
    expect(states()).toEqual(['on cam-1', 'off']);
    expect(devices.tracks).toHaveLength(2);
    expect(live()).toBe(1);
  });

  it('turned off while the other device is asked for alone: it is not asked for', async () => {
    devices.errors.set('videoinput', busy());
    const asked = media.start(BOTH);
    media.turnOff('camera');
    await asked;
    expect(devices.questions).toEqual(['microphone+camera', 'microphone']);
    expect(states()).toEqual(['off', 'on mic-1']);
  });

  it('each device can be turned off as soon as it runs, while the question about the other is still open', async () => {
    devices.errors.set('videoinput', busy());
    const camera = devices.holdBack('camera');
    const asked = media.start(BOTH);
    await vi.waitFor(() => expect(states()).toEqual(['starting', 'on mic-1']));
    media.turnOff('microphone');
    expect(live()).toBe(0);
    camera.answer();
    await asked;
    expect(states()).toEqual(['blocked in-use', 'off']);
    expect(live()).toBe(0);
  });

  it('nothing runs on when the page is left while a question is still open', async () => {
    devices.errors.set('videoinput', busy());
    const camera = devices.holdBack('camera');
    const asked = media.start(BOTH);
    await vi.waitFor(() => expect(live()).toBe(1));
    media.close();
    expect(live()).toBe(0);
    camera.answer();
    await asked;
    expect(live()).toBe(0);
  });

  it('however often it is switched, only the last word counts', async () => {
    const asked: Promise<void>[] = [];
    for (let turn = 0; turn < 20; turn += 1) {
      asked.push(media.start(BOTH));
      for (const kind of BOTH) media.turnOff(kind);
    }
    await Promise.all(asked);
    expect(devices.tracks).toHaveLength(40);
    expect(live()).toBe(0);
    expect(states()).toEqual(['off', 'off']);
  });

  it('a device that is off is not turned on by anything but its person', async () => {
    await media.start(BOTH);
    for (const kind of BOTH) media.turnOff(kind);
    devices.plug(
      { kind: 'audioinput', deviceId: 'mic-1' },
      { kind: 'audioinput', deviceId: 'mic-2' },
      { kind: 'videoinput', deviceId: 'cam-1' },
      { kind: 'videoinput', deviceId: 'cam-2' },
    );
    for (const track of devices.tracks) {
      track.unplug();
      track.hold(true);
      track.hold(false);
    }
    await media.choose('camera', 'cam-2');
    await media.choose('microphone', 'mic-2');
    await media.switchCamera();
    await media.start([]);
    document.dispatchEvent(new Event('visibilitychange'));
    expect(states()).toEqual(['off', 'off']);
    expect(devices.questions).toHaveLength(1);
    expect(live()).toBe(0);
  });

  it('nothing runs on after the end, and nothing starts', async () => {
    let open = (): void => undefined;
    devices.gate = new Promise((resolve) => (open = resolve));
    const asked = media.start(BOTH);
    media.close();
    open();
    await asked;
    await media.turnOn('camera');
    expect(live()).toBe(0);
    expect(states()).toEqual(['off', 'off']);
  });
});
