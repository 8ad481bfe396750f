import type { LocalMedia } from '@/media/local-media';
import type { DeviceKind } from './call-view';
import type { DevicesOn } from './identity';

const KINDS: readonly DeviceKind[] = ['camera', 'microphone'];

/** The own camera and microphone, as a call needs them. */
export class OwnDevices {
  private readonly media: LocalMedia;
  /** What the person had on when everything was last stopped. */
  private stopped: DevicesOn = { camera: true, microphone: true };

  constructor(media: LocalMedia) {
    this.media = media;
  }

  start(on: DevicesOn): void {
    void this.media.start(KINDS.filter((kind) => on[kind]));
  }

  /** As they were before `stop`. */
  startAgain(): void {
    this.start(this.stopped);
  }

  /** Everything off, lights too. */
  stop(): void {
    this.stopped = this.wanted();
    for (const kind of KINDS) this.media.turnOff(kind);
  }

  /** What is sent; null: nothing, also while the system has taken the device. */
  track(kind: DeviceKind): MediaStreamTrack | null {
    const device = this.media[kind];
    return device.is === 'on' ? device.track : null;
  }

  /** What the other person can see and hear now. */
  on(): DevicesOn {
    return { camera: this.media.camera.is === 'on', microphone: this.media.microphone.is === 'on' };
  }

  /** What the person wants on: a device that is just starting counts. */
  wanted(): DevicesOn {
    const wanted = (kind: DeviceKind) => !['off', 'blocked'].includes(this.media[kind].is);
    return { camera: wanted('camera'), microphone: wanted('microphone') };
  }
}
