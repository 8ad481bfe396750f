import type { ChosenDevices } from './chosen-devices';
import type { DeviceKind } from './local-media';

/** The picture asked for on a computer; the browser comes as near as the camera can. */
export const VIDEO_CONSTRAINTS: MediaTrackConstraints = {
  width: { ideal: 1280 },
  height: { ideal: 720 },
  frameRate: { ideal: 30 },
};

/** On a phone the picture is encoded by a small battery, and shown on a small screen. */
export const PHONE_VIDEO_CONSTRAINTS: MediaTrackConstraints = {
  width: { ideal: 640 },
  height: { ideal: 480 },
  frameRate: { ideal: 30 },
  facingMode: { ideal: 'user' },
};

/** Two people who speak at the same time, mostly without headphones. */
export const AUDIO_CONSTRAINTS: MediaTrackConstraints = {
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
};

/** Which device of its kind is wanted. */
export type Pick =
  /** The one used last, if it is still there. */
  | { readonly by: 'preference'; readonly deviceId: string | null }
  /** This one and no other. */
  | { readonly by: 'id'; readonly deviceId: string }
  | { readonly by: 'facing'; readonly facing: 'user' | 'environment' };

/** Camera and microphone as one question to the person. */
export const questionOf = ({
  camera,
  microphone,
}: Partial<Record<DeviceKind, MediaTrackConstraints>>): MediaStreamConstraints => ({
  ...(camera ? { video: camera } : {}),
  ...(microphone ? { audio: microphone } : {}),
});

/** A phone or tablet, as far as the camera is concerned. */
const isHandheld = (): boolean => matchMedia('(pointer: coarse) and (hover: none)').matches;

export function constraintsFor(kind: DeviceKind, pick: Pick): MediaTrackConstraints {
  const video = isHandheld() ? PHONE_VIDEO_CONSTRAINTS : VIDEO_CONSTRAINTS;
  const base = kind === 'camera' ? video : AUDIO_CONSTRAINTS;
  switch (pick.by) {
    case 'preference':
      return pick.deviceId === null ? base : { ...base, deviceId: { ideal: pick.deviceId } };
    case 'id': {
      const { facingMode: _, ...rest } = base;
      return { ...rest, deviceId: { exact: pick.deviceId } };
    }
    case 'facing':
      return { ...base, facingMode: { exact: pick.facing } };
  }
}

/** What is asked of who opens a link: both, those that were used last. */
export function firstQuestion(chosen: ChosenDevices): MediaStreamConstraints {
  const wish = (kind: DeviceKind): MediaTrackConstraints =>
    constraintsFor(kind, { by: 'preference', deviceId: chosen.get(kind) });
  return questionOf({ camera: wish('camera'), microphone: wish('microphone') });
}
