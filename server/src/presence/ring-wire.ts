import type { RingNews } from '../protocol/index.js';
import type { Answer } from './answer.js';
import type { Bulletin, RingBulletin } from './bulletin.js';
import type { PresenceStore, StoreListener } from './presence-store.js';

/** Hears, in every process that has a socket in that call, how its ring stands. */
export type CallerListener = (callId: string, news: RingNews) => void;

/** Hears what is said to the open pages of devices, in every process that has one of them. */
export interface DeviceListener {
  onNotice(channel: string, notice: Exclude<RingBulletin, { is: 'ring' }>): void;
  /** Something may have been missed. */
  onGap(): void;
}

/** No call has such a name: a call's id is base64url. */
const DEVICE = 'device.';

/**
 * What is said about ringing, to sockets wherever they are: on the channels of calls, to which presence listens anyway while
 * somebody is in, and on channels of devices. It keeps nothing.
 */
export class RingWire implements StoreListener {
  #onCaller: CallerListener | null = null;
  #onDevice: DeviceListener | null = null;

  constructor(private readonly store: PresenceStore) {}

  /** The one listener for callers of this process. */
  onCaller(listener: CallerListener): void {
    this.#onCaller = listener;
  }

  /** The one listener for devices of this process. */
  onDevice(listener: DeviceListener): void {
    this.#onDevice = listener;
  }

  tellCaller(callId: string, news: RingNews): Promise<void> {
    return this.store.publish(callId, { is: 'ring', news });
  }

  /** @param channel a name that only the servers can make of the device's id */
  tellDevice(channel: string, notice: Exclude<RingBulletin, { is: 'ring' }>): Promise<void> {
    return this.store.publish(`${DEVICE}${channel}`, notice);
  }

  /** Done when what is said from now on will arrive. */
  hear(channel: string): Answer<void> {
    return this.store.subscribe(`${DEVICE}${channel}`);
  }

  unhear(channel: string): Answer<void> {
    return this.store.unsubscribe(`${DEVICE}${channel}`);
  }

  onBulletin(name: string, bulletin: Bulletin): void {
    if (bulletin.is === 'ring') this.#onCaller?.(name, bulletin.news);
    else if (bulletin.is === 'rung' || bulletin.is === 'line' || bulletin.is === 'forgotten')
      this.#onDevice?.onNotice(name.slice(DEVICE.length), bulletin);
  }

  onGap(): void {
    this.#onDevice?.onGap();
  }
}
