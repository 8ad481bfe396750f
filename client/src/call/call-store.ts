import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import { LevelMeter } from '@/media/level-meter';
import { LocalMedia, type DeviceState } from '@/media/local-media';
import { CallSession } from './call-session';
import type { CallActions, CallScreen, CallView, DeviceChoice, DeviceView } from './call-view';

const viewOf = (device: DeviceState): DeviceView =>
  device.is === 'blocked' ? { is: 'blocked', problem: device.problem } : { is: device.is };

const idOf = (device: DeviceState): string | null => (device.is === 'on' ? device.deviceId : null);

/** The call as pages see it: a mirror of the session, with no state of its own. */
export const useCall = defineStore('call', () => {
  const screen = shallowRef<CallScreen>({ is: 'opening' });
  const link = ref('');
  const camera = shallowRef<DeviceView>({ is: 'off' });
  const microphone = shallowRef<DeviceView>({ is: 'off' });
  const cameras = shallowRef<readonly DeviceChoice[]>([]);
  const microphones = shallowRef<readonly DeviceChoice[]>([]);
  const chosen = shallowRef<CallView['chosen']>({ camera: null, microphone: null });
  const localStream = shallowRef<MediaStream | null>(null);
  const remoteStream = shallowRef<MediaStream | null>(null);
  const remote = shallowRef<CallView['remote']>({ camera: true, microphone: true });
  const connectedSince = ref<number | null>(null);
  const meter = new LevelMeter();
  let session: CallSession | null = null;
  let media: LocalMedia | null = null;

  function showMedia(from: LocalMedia): void {
    if (from !== media) return;
    camera.value = viewOf(from.camera);
    microphone.value = viewOf(from.microphone);
    const lists = from.devices();
    cameras.value = lists.cameras;
    microphones.value = lists.microphones;
    chosen.value = { camera: idOf(from.camera), microphone: idOf(from.microphone) };
    const track = from.camera.is === 'on' ? from.camera.track : null;
    if (localStream.value?.getVideoTracks()[0] !== track) {
      localStream.value = track ? new MediaStream([track]) : null;
    }
  }

  const actions: CallActions = {
    async open(callId, key) {
      actions.close();
      const devices = new LocalMedia();
      media = devices;
      devices.onChange(() => {
        showMedia(devices);
      });
      const opened = new CallSession(callId, key, devices, {
        screen: (next) => {
          if (session === opened) screen.value = next;
        },
        metAt: (at) => {
          if (session === opened) connectedSince.value = at;
        },
        remoteStream: (stream) => {
          if (session === opened) remoteStream.value = stream;
        },
        remoteMedia: (flags) => {
          if (session === opened) remote.value = { camera: flags.camera, microphone: flags.microphone };
        },
      });
      session = opened;
      link.value = opened.link;
      await opened.open();
    },
    moveHere: async () => session?.moveHere(),
    joinSecond: async () => session?.joinSecond(),
    join: () => session?.join(),
    async toggle(kind) {
      if (media?.[kind].is === 'on' || media?.[kind].is === 'starting') media.turnOff(kind);
      else await media?.turnOn(kind);
    },
    choose: async (kind, deviceId) => media?.choose(kind, deviceId),
    switchCamera: async () => media?.switchCamera(),
    microphoneLevel: () => meter.level(media?.microphone.is === 'on' ? media.microphone.track : null),
    hangUp: () => session?.hangUp(),
    rejoin: () => void session?.rejoin(),
    close() {
      session?.close();
      meter.close();
      session = null;
      media = null;
      screen.value = { is: 'opening' };
      localStream.value = null;
      remoteStream.value = null;
      connectedSince.value = null;
    },
  };

  return {
    screen,
    link,
    camera,
    microphone,
    cameras,
    microphones,
    chosen,
    localStream,
    remoteStream,
    remote,
    connectedSince,
    ...actions,
  };
});
