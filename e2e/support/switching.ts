import type { Device } from './off-watch.js';
import type { Tab } from './people.js';

const KEYS = { camera: 'v', microphone: 'm' } as const;

export const DEVICES: readonly Device[] = ['camera', 'microphone'];

/** Somebody who switches their camera and microphone, by key and by click, and keeps count. */
export class Switching {
  count = 0;
  readonly #tab: Tab;

  constructor(tab: Tab) {
    this.#tab = tab;
  }

  /** As fast as fingers go, and faster: nothing is waited for. */
  async press(device: Device, times = 1): Promise<void> {
    for (let time = 0; time < times; time += 1) await this.#tab.page.keyboard.press(KEYS[device]);
    this.count += times;
  }

  async click(device: Device): Promise<void> {
    await this.#tab.toggle(device);
    this.count += 1;
  }
}

/**
 * Takes away what every page does when a device is switched off; what looks at it must find out. A script for a page,
 * to come before those that watch it.
 */
export interface Pretence {
  /** What stopping a track does: nothing, or only black pictures and silence. */
  readonly stop: 'nothing' | 'mutes';
  /** The sender keeps its track and goes on. */
  readonly keepsSending: boolean;
}

function installPretence({ stop, keepsSending }: Pretence): void {
  MediaStreamTrack.prototype.stop = function (): void {
    if (stop === 'mutes') this.enabled = false;
  };
  if (!keepsSending) return;
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with their own `this` below
  const { replaceTrack, setParameters } = RTCRtpSender.prototype;
  RTCRtpSender.prototype.replaceTrack = function (track): Promise<void> {
    return track ? replaceTrack.call(this, track) : Promise.resolve();
  };
  RTCRtpSender.prototype.setParameters = function (parameters, ...rest): Promise<void> {
    for (const encoding of parameters.encodings) encoding.active = true;
    return setParameters.call(this, parameters, ...rest);
  };
}

export const pretending = (pretence: Pretence): string =>
  `(${installPretence.toString()})(${JSON.stringify(pretence)});`;
