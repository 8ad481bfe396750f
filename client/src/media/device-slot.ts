import type { DeviceProblem } from './device-problem';

export type DeviceState =
  | { readonly is: 'off' }
  | { readonly is: 'starting' }
  | { readonly is: 'on'; readonly track: MediaStreamTrack; readonly deviceId: string }
  /** The system has taken what it gives, for a phone call, another app or the lock screen; it may come back by itself. */
  | { readonly is: 'held'; readonly track: MediaStreamTrack; readonly deviceId: string }
  | { readonly is: 'blocked'; readonly problem: DeviceProblem };

type Running = Extract<DeviceState, { track: MediaStreamTrack }>;

/** There is a device, whether or not it gives anything just now. */
export const isRunning = (state: DeviceState): state is Running => state.is === 'on' || state.is === 'held';

/** One asking for a device; whatever comes after a newer one is void. */
export type Attempt = number;

/** The own camera, or the own microphone: at most one track, and nobody else stops it. */
export class DeviceSlot {
  #state: DeviceState = { is: 'off' };
  #attempt: Attempt = 0;
  readonly #changed: () => void;
  readonly #ended: () => void;
  readonly #returned: () => void;

  /**
   * @param changed The state is another one now.
   * @param ended The device went away by itself: unplugged, or taken back by the person or the system.
   * @param returned The system says that it gives a held device back.
   */
  constructor(changed: () => void, ended: () => void, returned: () => void) {
    this.#changed = changed;
    this.#ended = ended;
    this.#returned = returned;
  }

  get state(): DeviceState {
    return this.#state;
  }

  /** Begins to ask. `keep`: the present device runs on until the new one is there. */
  begin(keep: boolean): Attempt {
    this.#attempt += 1;
    if (!keep || !isRunning(this.#state)) this.#become({ is: 'starting' });
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
    const whileCurrent = (happened: () => void) => () => {
      if (isRunning(this.#state) && this.#state.track === track) happened();
    };
    const listen = (event: 'ended' | 'mute' | 'unmute', happened: () => void): void =>
      track.addEventListener(event, whileCurrent(happened));
    listen('ended', () => this.#ended());
    listen('mute', () => this.#become({ is: 'held', track, deviceId }));
    listen('unmute', () => {
      this.#become({ is: 'on', track, deviceId });
      this.#returned();
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
    const goesOn = isRunning(before) && isRunning(state) && before.track === state.track;
    if (isRunning(before) && !goesOn) before.track.stop();
    this.#changed();
  }
}
