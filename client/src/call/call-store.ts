import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import { LevelMeter } from '@/media/level-meter';
import { isRunning, type DeviceState, type LocalMedia } from '@/media/local-media';
import { nothingTold } from './call-view';
import type { CallActions, CallView, DeviceChoice, DeviceView, Tell } from './call-view';
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
  const link = ref('');
  const screen = shallowRef(nothingTold.screen);
  const remoteStream = shallowRef(nothingTold.remoteStream);
  const remote = shallowRef(nothingTold.remote);
  const connectedSince = ref(nothingTold.connectedSince);
  const safety = shallowRef(nothingTold.safety);
  const lock = shallowRef(nothingTold.lock);
  const refusedWords = ref(nothingTold.refusedWords);
  const keep = shallowRef(nothingTold.keep);
  const steady = new SteadyScreen((next) => (screen.value = next));
  const tell: Tell = (changed) => {
    if (changed.screen) steady.set(changed.screen);
    if (changed.remoteStream !== undefined) remoteStream.value = changed.remoteStream;
    if (changed.remote) remote.value = changed.remote;
    if (changed.connectedSince !== undefined) connectedSince.value = changed.connectedSince;
    if (changed.safety) safety.value = changed.safety;
    if (changed.lock) lock.value = changed.lock;
    if (changed.refusedWords) refusedWords.value = changed.refusedWords;
    if (changed.keep) keep.value = changed.keep;
  };
  const shown = { link, screen, remoteStream, remote, connectedSince, safety, lock, refusedWords, keep };
  return { shown, tell };
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
      opened.listen(face.tell);
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
    setLock: (on) => opened?.session.setLock(on),
    block: () => opened?.session.block(),
    hideMe: () => opened?.media.hide(),
    hangUp: () => opened?.session.hangUp(),
    keepThem: (ownName) => opened?.session.keeping.do((keeping) => keeping?.press(ownName)),
    keepThemNot: () => opened?.session.keeping.do((keeping) => keeping?.takeBack()),
    rejoin: () => void opened?.session.rejoin(),
    close() {
      opened?.session.close();
      opened = null;
      meter.close();
      face.tell(nothingTold);
      devices.shown.localStream.value = null;
    },
  };

  return { ...face.shown, ...devices.shown, ...actions };
});
