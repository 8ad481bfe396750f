import type { DeviceProblem } from './device-problem';

export type DeviceState =
  | { readonly is: 'off' }
  | { readonly is: 'starting' }
  | { readonly is: 'on'; readonly track: MediaStreamTrack; readonly deviceId: string }
  | { readonly is: 'blocked'; readonly problem: DeviceProblem };

/** One asking for a device; whatever comes after a newer one is void. */
export type Attempt = number;

/** The own camera, or the own microphone: at most one track, and nobody else stops it. */
export class DeviceSlot {
  #state: DeviceState = { is: 'off' };
  #attempt: Attempt = 0;
  readonly #changed: () => void;
  readonly #ended: (deviceId: string) => void;

  /**
   * @param changed The state is another one now.
   * @param ended The device went away by itself: unplugged, or taken back by the person or the system.
   */
  constructor(changed: () => void, ended: (deviceId: string) => void) {
    this.#changed = changed;
    this.#ended = ended;
  }

  get state(): DeviceState {
    return this.#state;
  }

  /** Begins to ask. `keep`: the present device runs on until the new one is there. */
  begin(keep: boolean): Attempt {
    this.#attempt += 1;
    if (!keep || this.#state.is !== 'on') this.#become({ is: 'starting' });
    return this.#attempt;
  }

  isCurrent(attempt: Attempt): boolean {
    return attempt === this.#attempt;
  }

  /** false: nobody wants it any more, and its light is off again. */
  adopt(attempt: Attempt, track: MediaStreamTrack): boolean {
    if (!this.isCurrent(attempt)) {
      track.stop();
      return false;
    }
    const deviceId = track.getSettings().deviceId ?? '';
    track.addEventListener('ended', () => {
      if (this.#state.is === 'on' && this.#state.track === track) this.#ended(deviceId);
    });
    this.#become({ is: 'on', track, deviceId });
    return true;
  }

  fail(attempt: Attempt, problem: DeviceProblem): void {
    if (this.isCurrent(attempt)) this.#become({ is: 'blocked', problem });
  }

  /** Off means off: the track is stopped and the device's light with it. */
  off(): void {
    this.#attempt += 1;
    this.#become({ is: 'off' });
  }

  #become(state: DeviceState): void {
    const before = this.#state;
    if (before.is === 'off' && state.is === 'off') return;
    this.#state = state;
    if (before.is === 'on') before.track.stop();
    this.#changed();
  }
}
