import { isFields, parseJson } from '@protocol';
import { browserStore, type TextStore } from '@/storage/guarded-storage';
import type { DeviceKind } from './local-media';

const KEY = 'o-to-o/devices';

/** Which camera and microphone were chosen last, over calls. */
export class ChosenDevices {
  readonly #store: TextStore;

  constructor(store: TextStore = browserStore) {
    this.#store = store;
  }

  get(kind: DeviceKind): string | null {
    const id = this.#read()[kind];
    return typeof id === 'string' && id !== '' ? id : null;
  }

  set(kind: DeviceKind, deviceId: string): void {
    this.#store.set(KEY, JSON.stringify({ ...this.#read(), [kind]: deviceId }));
  }

  #read(): Readonly<Record<string, unknown>> {
    const json = parseJson(this.#store.get(KEY) ?? '');
    return json.ok && isFields(json.value) ? json.value : {};
  }
}
