import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ChosenDevices } from './chosen-devices';
import { AUDIO_CONSTRAINTS, VIDEO_CONSTRAINTS } from './constraints';
import { LocalMedia, TAKE_BACK_MS, type DeviceKind, type DeviceState } from './local-media';
import { pageView } from './page-view';
import { FakeDevices } from './testing/fake-devices';

const BOTH: readonly DeviceKind[] = ['camera', 'microphone'];
const denied = (message = 'Permission denied') => new DOMException(message, 'NotAllowedError');
const busy = () => new DOMException('busy', 'NotReadableError');

let devices: FakeDevices;
let media: LocalMedia;
let now: number;

const lobby = (): LocalMedia => new LocalMedia({ source: devices.source, secure: true, now: () => now });

beforeEach(() => {
  localStorage.clear();
  now = 0;
  devices = new FakeDevices();
  media = lobby();
});
afterEach(() => media.close());

const brief = (state: DeviceState): string =>
  state.is === 'on' ? `on ${state.deviceId}` : state.is === 'blocked' ? `blocked ${state.problem}` : state.is;
const states = (): string[] => [brief(media.camera), brief(media.microphone)];
const live = (): number => devices.tracks.filter((track) => track.readyState === 'live').length;

describe('hiding', () => {
  it('has ended picture and sound before anybody is told of either', async () => {
    await media.start(BOTH);
    const liveWhenTold: number[] = [];
    media.onChange(() => liveWhenTold.push(live()));
    media.hide();
    expect(liveWhenTold.length).toBeGreaterThan(0);
    expect(Math.max(...liveWhenTold)).toBe(0);
    expect(states()).toEqual(['off', 'off']);
  });

  it('counts for a device that is just starting, too', async () => {
    const started = media.start(BOTH);
    media.hide();
    await started;
    expect(states()).toEqual(['off', 'off']);
    expect(live()).toBe(0);
  });
});

describe('turning devices on', () => {
  it('both at once are one question to the person', async () => {
    const asked = media.start(BOTH);
    expect(states()).toEqual(['starting', 'starting']);
    await asked;
    expect(states()).toEqual(['on cam-1', 'on mic-1']);
    expect(devices.questions).toEqual(['microphone+camera']);
  });

  it('asks for a picture and a sound fit for talking', async () => {
    const asked = vi.spyOn(devices, 'getUserMedia');
    await media.start(BOTH);
    expect(asked).toHaveBeenCalledWith({ audio: AUDIO_CONSTRAINTS, video: VIDEO_CONSTRAINTS });
    expect(AUDIO_CONSTRAINTS).toEqual({
      echoCancellation: true,
      noiseSuppression: true,
      autoGainControl: true,
    });
  });

  it.each([
    ['no camera', 'videoinput', new DOMException('', 'NotFoundError'), 'blocked missing', 'on mic-1'],
    ['a busy camera', 'videoinput', busy(), 'blocked in-use', 'on mic-1'],
    ['a forbidden microphone', 'audioinput', denied(), 'on cam-1', 'blocked denied'],
  ] as const)('%s does not cost the other device', async (_, kind, error, camera, microphone) => {
    devices.errors.set(kind, error);
    await media.start(BOTH);
    expect(states()).toEqual([camera, microphone]);
    expect(devices.questions).toEqual(['microphone+camera', 'microphone', 'camera']);
  });

  it('a question closed unanswered is not asked again', async () => {
    devices.refusal = denied('Permission dismissed');
    await media.start(BOTH);
    expect(states()).toEqual(['blocked denied', 'blocked denied']);
    expect(devices.questions).toHaveLength(1);
  });

  it('a refusal may be mended and tried again', async () => {
    devices.refusal = denied();
    await media.turnOn('camera');
    expect(states()).toEqual(['blocked denied', 'off']);
    devices.refusal = null;
    await media.turnOn('camera');
    expect(states()).toEqual(['on cam-1', 'off']);
  });

  it('what is on, or being turned on, is not asked for twice', async () => {
    await Promise.all([media.start(BOTH), media.start(BOTH), media.turnOn('camera')]);
    await media.turnOn('camera');
    expect(devices.questions).toHaveLength(1);
  });

  it('a browser without cameras says so, and a page without https says that', async () => {
    media = new LocalMedia({ source: null, secure: true });
    await media.start(BOTH);
    expect(states()).toEqual(['blocked unsupported', 'blocked unsupported']);
    media = new LocalMedia({ source: null, secure: false });
    await media.turnOn('camera');
    expect(states()).toEqual(['blocked insecure', 'off']);
  });
});

describe('choosing', () => {
  beforeEach(() =>
    devices.plug(
      { kind: 'audioinput', deviceId: 'mic-1' },
      { kind: 'audioinput', deviceId: 'mic-2' },
      { kind: 'videoinput', deviceId: 'cam-1' },
      { kind: 'videoinput', deviceId: 'cam-2' },
      { kind: 'audiooutput', deviceId: 'out-1' },
      { kind: 'videoinput', deviceId: '' },
    ),
  );

  it('the lists follow what is plugged in, and hold only what can be chosen', async () => {
    await vi.waitFor(() => expect(media.devices().cameras).toHaveLength(2));
    expect(media.devices().speakers).toEqual([{ deviceId: 'out-1', label: 'label of out-1' }]);
    const told = vi.fn();
    media.onChange(told);
    devices.plug({ kind: 'audioinput', deviceId: 'mic-1' });
    await vi.waitFor(() => expect(told).toHaveBeenCalled());
    expect(media.devices().cameras).toEqual([]);
  });

  it('a running device is changed, and the choice holds for later calls', async () => {
    await media.start(BOTH);
    await media.choose('camera', 'cam-2');
    await media.choose('microphone', 'mic-2');
    expect(states()).toEqual(['on cam-2', 'on mic-2']);
    expect(live()).toBe(2);
    media.close();
    media = lobby();
    await media.start(BOTH);
    expect(states()).toEqual(['on cam-2', 'on mic-2']);
  });

  it('what is off stays off, and comes on as the chosen one', async () => {
    await media.choose('camera', 'cam-2');
    expect(states()).toEqual(['off', 'off']);
    await media.turnOn('camera');
    expect(states()).toEqual(['on cam-2', 'off']);
  });

  it('a choice that cannot be used leaves the former device on', async () => {
    devices.errors.set('cam-2', busy());
    devices.errors.set('mic-2', busy());
    await media.start(BOTH);
    await media.choose('camera', 'cam-2');
    await media.choose('microphone', 'mic-2');
    expect(states()).toEqual(['on cam-1', 'on mic-1']);
    expect(new ChosenDevices().get('camera')).toBeNull();
    expect(live()).toBe(2);
  });

  it('a microphone runs on until the other one is there; a camera is let go first', async () => {
    await media.start(BOTH);
    const choosing = [media.choose('microphone', 'mic-2'), media.choose('camera', 'cam-2')];
    expect(states()).toEqual(['starting', 'on mic-1']);
    await Promise.all(choosing);
    expect(states()).toEqual(['on cam-2', 'on mic-2']);
  });

  it('turned off while it is being changed: it stays off', async () => {
    await media.start(BOTH);
    const choosing = media.choose('microphone', 'mic-2');
    media.turnOff('microphone');
    await choosing;
    expect(states()).toEqual(['on cam-1', 'off']);
    expect(live()).toBe(1);
  });

  it('turned off while a change fails: it stays off all the same', async () => {
    devices.errors.set('cam-2', busy());
    await media.start(BOTH);
    const choosing = media.choose('camera', 'cam-2');
    media.turnOff('camera');
    await choosing;
    expect(states()).toEqual(['off', 'on mic-1']);
    expect(live()).toBe(1);
  });

  it('a choice of yesterday that is not there today is no hindrance', async () => {
    new ChosenDevices().set('camera', 'gone');
    await media.turnOn('camera');
    expect(states()).toEqual(['on cam-1', 'off']);
  });

  it.each(['?', '[]', '{"camera":7}', '{"camera":""}'])('nonsense in storage is no choice: %s', (text) => {
    localStorage.setItem('o-to-o/devices', text);
    expect(new ChosenDevices().get('camera')).toBeNull();
  });
});

describe('switching the camera', () => {
  it('turned off meanwhile, it stays off, and no other camera is tried', async () => {
    devices.plug(
      { kind: 'videoinput', deviceId: 'front', facing: 'user' },
      { kind: 'videoinput', deviceId: 'back', facing: 'environment' },
    );
    devices.errors.set('back', busy());
    await media.turnOn('camera');
    const switching = media.switchCamera();
    media.turnOff('camera');
    await switching;
    expect(brief(media.camera)).toBe('off');
    expect(devices.questions).toHaveLength(2);
    expect(live()).toBe(0);
  });

  it('goes from the front to the back and back again', async () => {
    devices.plug(
      { kind: 'videoinput', deviceId: 'front', facing: 'user' },
      { kind: 'videoinput', deviceId: 'front-wide', facing: 'user' },
      { kind: 'videoinput', deviceId: 'back', facing: 'environment' },
    );
    await media.turnOn('camera');
    expect(brief(media.camera)).toBe('on front');
    await media.switchCamera();
    expect(brief(media.camera)).toBe('on back');
    await media.switchCamera();
    expect(brief(media.camera)).toBe('on front');
    expect(live()).toBe(1);
  });

  it('goes to the next one where cameras have no sides', async () => {
    devices.plug({ kind: 'videoinput', deviceId: 'a' }, { kind: 'videoinput', deviceId: 'b' });
    await media.turnOn('camera');
    await media.switchCamera();
    expect(brief(media.camera)).toBe('on b');
    await media.switchCamera();
    expect(brief(media.camera)).toBe('on a');
  });

  it('goes to the next one where there is nothing on the other side', async () => {
    devices.plug(
      { kind: 'videoinput', deviceId: 'a', facing: 'user' },
      { kind: 'videoinput', deviceId: 'b', facing: 'user' },
    );
    await media.turnOn('camera');
    await media.switchCamera();
    expect(brief(media.camera)).toBe('on b');
    expect(live()).toBe(1);
  });

  it('does nothing with one camera, or with the camera off', async () => {
    await media.switchCamera();
    await media.turnOn('camera');
    await media.switchCamera();
    expect(brief(media.camera)).toBe('on cam-1');
    expect(devices.questions).toHaveLength(1);
  });
});

describe('a device that goes away', () => {
  it('is replaced by what is there', async () => {
    devices.plug({ kind: 'audioinput', deviceId: 'headset' }, { kind: 'audioinput', deviceId: 'built-in' });
    await media.turnOn('microphone');
    devices.plug({ kind: 'audioinput', deviceId: 'built-in' });
    devices.tracks[0]?.unplug();
    await vi.waitFor(() => expect(brief(media.microphone)).toBe('on built-in'));
  });

  it('is missing when there is no other', async () => {
    await media.turnOn('camera');
    devices.plug();
    devices.tracks[0]?.unplug();
    await vi.waitFor(() => expect(brief(media.camera)).toBe('blocked missing'));
  });

  it('is denied when the person took it back', async () => {
    await media.turnOn('camera');
    devices.refusal = denied();
    devices.tracks[0]?.unplug();
    await vi.waitFor(() => expect(brief(media.camera)).toBe('blocked denied'));
  });

  it('again and again is not asked for again and again', async () => {
    await media.turnOn('camera');
    devices.tracks[0]?.unplug();
    await vi.waitFor(() => expect(brief(media.camera)).toBe('on cam-1'));
    now += 1_000;
    devices.tracks[1]?.unplug();
    expect(brief(media.camera)).toBe('blocked missing');
    expect(devices.questions).toHaveLength(2);
  });

  it('turned off while another takes its place, it stays off', async () => {
    await media.turnOn('camera');
    devices.tracks[0]?.unplug();
    expect(brief(media.camera)).toBe('starting');
    media.turnOff('camera');
    await vi.waitFor(() => expect(devices.tracks).toHaveLength(2));
    await vi.waitFor(() => expect(live()).toBe(0));
    expect(brief(media.camera)).toBe('off');
  });

  it('after it was turned off changes nothing', async () => {
    await media.turnOn('camera');
    media.turnOff('camera');
    devices.tracks[0]?.unplug();
    expect(states()).toEqual(['off', 'off']);
    expect(devices.questions).toHaveLength(1);
  });
});

describe('a device that the system takes for a while', () => {
  const cover = (hidden: boolean): void => {
    vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(hidden ? 'hidden' : 'visible');
    document.dispatchEvent(new Event('visibilitychange'));
  };
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it('is held, not off, and on again when it is given back', async () => {
    await media.start(BOTH);
    devices.tracks[0]?.hold(true);
    expect(states()).toEqual(['on cam-1', 'held']);
    devices.tracks[0]?.hold(false);
    expect(states()).toEqual(['on cam-1', 'on mic-1']);
    expect(live()).toBe(2);
    expect(devices.questions).toHaveLength(1);
  });

  it('is asked for anew when the page is seen again and it has not come back by itself', async () => {
    await media.start(BOTH);
    cover(true);
    devices.tracks[1]?.hold(true);
    await vi.advanceTimersByTimeAsync(10 * TAKE_BACK_MS);
    expect(states()).toEqual(['held', 'on mic-1']);
    cover(false);
    await vi.advanceTimersByTimeAsync(TAKE_BACK_MS);
    expect(states()).toEqual(['on cam-1', 'on mic-1']);
    expect(devices.questions).toEqual(['microphone+camera', 'camera']);
    expect(live()).toBe(2);
  });

  it('stays held while somebody else still has it, and comes back after all', async () => {
    await media.turnOn('microphone');
    devices.tracks[0]?.hold(true);
    devices.errors.set('audioinput', busy());
    cover(false);
    await vi.advanceTimersByTimeAsync(TAKE_BACK_MS);
    expect(brief(media.microphone)).toBe('held');
    devices.tracks[0]?.hold(false);
    expect(brief(media.microphone)).toBe('on mic-1');
  });

  it('is asked for anew on phones whose returned devices give nothing', async () => {
    const phone = new LocalMedia({ source: devices.source, secure: true, renewsReturned: true });
    await phone.turnOn('microphone');
    devices.tracks[0]?.hold(true);
    devices.tracks[0]?.hold(false);
    await vi.waitFor(() =>
      expect(devices.tracks.map((track) => track.readyState)).toEqual(['ended', 'live']),
    );
    expect(phone.microphone.is).toBe('on');
    phone.close();
  });

  it('can be turned off meanwhile, and stays off', async () => {
    await media.turnOn('camera');
    devices.tracks[0]?.hold(true);
    media.turnOff('camera');
    devices.tracks[0]?.hold(false);
    cover(false);
    await vi.advanceTimersByTimeAsync(TAKE_BACK_MS);
    expect([brief(media.camera), live()]).toEqual(['off', 0]);
  });

  it('turned off while it is being asked for anew, it stays off', async () => {
    await media.turnOn('camera');
    devices.tracks[0]?.hold(true);
    const question = devices.holdBack('camera');
    cover(false);
    await vi.advanceTimersByTimeAsync(TAKE_BACK_MS);
    expect(devices.questions).toHaveLength(2);
    media.turnOff('camera');
    question.answer();
    await vi.advanceTimersByTimeAsync(0);
    expect(devices.tracks).toHaveLength(2);
    expect([brief(media.camera), live()]).toEqual(['off', 0]);
  });

  it('that ended while the page was not seen can be turned off before it is seen again, and stays off', async () => {
    await media.turnOn('camera');
    cover(true);
    devices.tracks[0]?.unplug();
    media.turnOff('camera');
    cover(false);
    await vi.advanceTimersByTimeAsync(10 * TAKE_BACK_MS);
    expect(devices.questions).toHaveLength(1);
    expect([brief(media.camera), live()]).toEqual(['off', 0]);
  });

  it('when it ended while the page was not seen, is asked for once the page is seen', async () => {
    await media.turnOn('camera');
    cover(true);
    expect(pageView.isSeen()).toBe(false);
    devices.tracks[0]?.unplug();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(devices.questions).toHaveLength(1);
    cover(false);
    await vi.advanceTimersByTimeAsync(0);
    expect(brief(media.camera)).toBe('on cam-1');
  });
});

describe('who listens', () => {
  it('hears of every change, until they stop listening', async () => {
    const heard: string[] = [];
    const stop = media.onChange(() => heard.push(brief(media.camera)));
    await media.turnOn('camera');
    media.turnOff('camera');
    expect(new Set(heard)).toEqual(new Set(['off', 'starting', 'on cam-1']));
    stop();
    const before = heard.length;
    await media.turnOn('camera');
    expect(heard).toHaveLength(before);
  });
});
