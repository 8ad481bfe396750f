import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import { LevelMeter } from '@/media/level-meter';
import { isRunning, type DeviceState, type LocalMedia } from '@/media/local-media';
import type {
  CallActions,
  CallScreen,
  CallSessionEvents,
  CallView,
  DeviceChoice,
  DeviceView,
} from './call-view';
import { openCall, type OpenedCall } from './opened-call';
import { SteadyScreen } from './steady-screen';

const viewOf = (device: DeviceState): DeviceView =>
  device.is === 'blocked' ? { is: 'blocked', problem: device.problem } : { is: device.is };

const idOf = (device: DeviceState): string | null => (isRunning(device) ? device.deviceId : null);

/** Own devices, mirrored. */
function mediaFace() {
  const camera = shallowRef<DeviceView>({ is: 'off' });
  const microphone = shallowRef<DeviceView>({ is: 'off' });
  const cameras = shallowRef<readonly DeviceChoice[]>([]);
  const microphones = shallowRef<readonly DeviceChoice[]>([]);
  const chosen = shallowRef<CallView['chosen']>({ camera: null, microphone: null });
  const localStream = shallowRef<MediaStream | null>(null);

  function show(media: LocalMedia): void {
    camera.value = viewOf(media.camera);
    microphone.value = viewOf(media.microphone);
    ({ cameras: cameras.value, microphones: microphones.value } = media.devices());
    chosen.value = { camera: idOf(media.camera), microphone: idOf(media.microphone) };
    const track = isRunning(media.camera) ? media.camera.track : undefined;
    if (localStream.value?.getVideoTracks()[0] === track) return;
    localStream.value = track ? new MediaStream([track]) : null;
  }
  return { shown: { camera, microphone, cameras, microphones, chosen, localStream }, show };
}

/** The call itself, mirrored. */
function callFace() {
  const screen = shallowRef<CallScreen>({ is: 'opening' });
  const link = ref('');
  const remoteStream = shallowRef<MediaStream | null>(null);
  const remote = shallowRef<CallView['remote']>({ camera: true, microphone: true });
  const connectedSince = ref<number | null>(null);
  const safety = shallowRef<CallView['safety']>({ is: 'none' });
  const lock = shallowRef<CallView['lock']>({ is: 'open' });
  const refusedWords = ref<CallView['refusedWords']>('none');
  const steady = new SteadyScreen((next) => (screen.value = next));
  const events: CallSessionEvents = {
    screen: (next) => {
      steady.set(next);
    },
    metAt: (at) => (connectedSince.value = at),
    remoteStream: (stream) => (remoteStream.value = stream),
    remoteMedia: ({ camera, microphone }) => (remote.value = { camera, microphone }),
  };
  const shown = { screen, link, remoteStream, remote, connectedSince, safety, lock, refusedWords };
  return { shown, events };
}

/** The call as pages see it: a mirror of the session, with no state of its own. */
export const useCall = defineStore('call', () => {
  const devices = mediaFace();
  const face = callFace();
  const meter = new LevelMeter();
  let opened: OpenedCall | null = null;

  const actions: CallActions = {
    open(callId, key) {
      actions.close();
      opened = openCall(callId, key);
      const { media, session } = opened;
      media.onChange(() => {
        devices.show(media);
      });
      devices.show(media);
      opened.listen(face.events);
      face.shown.link.value = session.link;
    },
    moveHere: async () => opened?.session.moveHere(),
    joinSecond: async () => opened?.session.joinSecond(),
    join: () => opened?.session.join(),
    async toggle(kind) {
      if (!opened) return;
      const { media } = opened;
      if (media[kind].is === 'off' || media[kind].is === 'blocked') await media.turnOn(kind);
      else media.turnOff(kind);
    },
    choose: async (kind, deviceId) => opened?.media.choose(kind, deviceId),
    switchCamera: async () => opened?.media.switchCamera(),
    microphoneLevel() {
      const microphone = opened?.media.microphone;
      return meter.level(microphone?.is === 'on' ? microphone.track : null);
    },
    setLock: () => undefined,
    block: () => undefined,
    hideMe() {
      opened?.media.turnOff('camera');
      opened?.media.turnOff('microphone');
    },
    hangUp: () => opened?.session.hangUp(),
    rejoin: () => void opened?.session.rejoin(),
    close() {
      opened?.session.close();
      opened = null;
      meter.close();
      face.events.screen({ is: 'opening' });
      devices.shown.localStream.value = null;
    },
  };

  return { ...face.shown, ...devices.shown, ...actions };
});
