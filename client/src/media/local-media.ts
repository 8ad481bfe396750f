import { acquire, type Acquired, type Wishes } from './acquire';
import { ChosenDevices } from './chosen-devices';
import { constraintsFor, type Pick as DevicePick } from './constraints';
import { listsOf, type DeviceLists } from './device-lists';
import type { DeviceProblem } from './device-problem';
import { browserSource, type DeviceSource } from './device-source';
import { DeviceSlot, isRunning, type Attempt, type DeviceState } from './device-slot';
import { pageView, type PageView } from './page-view';

export { isRunning, type DeviceState } from './device-slot';
export type { DeviceProblem } from './device-problem';

export type DeviceKind = 'camera' | 'microphone';

export interface LocalMediaOptions {
  /** null: this browser offers none. */
  readonly source?: DeviceSource | null;
  /** Is the page served over https (or from localhost)? */
  readonly secure?: boolean;
  /** Answers a question that was asked already; null: it was not. */
  readonly ahead?: (question: MediaStreamConstraints) => Promise<MediaStream> | null;
  readonly chosen?: ChosenDevices;
  /** ms on a clock that only goes forward */
  readonly now?: () => number;
  readonly view?: PageView;
  /** A device that was held and is given back gives nothing all the same. Default: on iOS. */
  readonly renewsReturned?: boolean;
}

/** ms: a device that ends again sooner than this after it was replaced is not replaced once more. */
const REPLACE_AGAIN_MS = 5_000;

/** ms after the page is seen again: what the system has not given back by itself until then is asked for anew. */
export const TAKE_BACK_MS = 1_000;

const KINDS: readonly DeviceKind[] = ['camera', 'microphone'];

/** The own camera and microphone. Its owner listens, gives the tracks on, and ends it with `close`. */
export class LocalMedia {
  readonly #source: DeviceSource | null;
  readonly #secure: boolean;
  readonly #ahead: LocalMediaOptions['ahead'];
  readonly #chosen: ChosenDevices;
  readonly #now: () => number;
  readonly #view: PageView;
  readonly #renewsReturned: boolean;
  readonly #unwatch: () => void;
  readonly #listeners = new Set<() => void>();
  readonly #slots: Readonly<Record<DeviceKind, DeviceSlot>>;
  readonly #replacedAt: Record<DeviceKind, number> = { camera: -Infinity, microphone: -Infinity };
  readonly #listAnew = (): void => void this.#list();
  #lists: DeviceLists = listsOf([]);
  #closed = false;
  #takingBack: ReturnType<typeof setTimeout> | undefined;
  /** What waits until the page is seen. */
  readonly #unseen: (() => void)[] = [];

  constructor(options: LocalMediaOptions = {}) {
    this.#source = options.source === undefined ? browserSource() : options.source;
    this.#secure = options.secure ?? isSecureContext;
    this.#ahead = options.ahead;
    this.#chosen = options.chosen ?? new ChosenDevices();
    this.#now = options.now ?? (() => performance.now());
    this.#view = options.view ?? pageView;
    // Only iOS has this property.
    this.#renewsReturned = options.renewsReturned ?? 'standalone' in navigator;
    this.#unwatch = this.#view.onSeen(() => this.#seen());
    this.#slots = { camera: this.#slotOf('camera'), microphone: this.#slotOf('microphone') };
    this.#source?.addEventListener('devicechange', this.#listAnew);
    this.#listAnew();
  }

  get camera(): DeviceState {
    return this.#slots.camera.state;
  }

  get microphone(): DeviceState {
    return this.#slots.microphone.state;
  }

  /** What can be chosen, as last listed. */
  devices(): DeviceLists {
    return this.#lists;
  }

  /** Calls back after every change of a device or of the lists. Returns how to stop. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Turns several devices on with one question to the person. Never rejects: what failed says so in its state. */
  async start(kinds: readonly DeviceKind[]): Promise<void> {
    const needed = kinds.filter(
      (kind) => this.#slots[kind].state.is !== 'starting' && !isRunning(this.#slots[kind].state),
    );
    const picks = needed.map((kind): [DeviceKind, DevicePick] => [
      kind,
      { by: 'preference', deviceId: this.#chosen.get(kind) },
    ]);
    await this.#acquire(new Map(picks), false);
  }

  turnOn(kind: DeviceKind): Promise<void> {
    return this.start([kind]);
  }

  /** The track is stopped; an answer to an earlier `turnOn` that comes late is, too. */
  turnOff(kind: DeviceKind): void {
    this.#slots[kind].off();
  }

  /** Everything off at once: the last track has ended before anybody is told of the first. */
  hide(): void {
    for (const { state } of Object.values(this.#slots)) if (isRunning(state)) state.track.stop();
    for (const kind of KINDS) this.turnOff(kind);
  }

  /** Uses this device from now on, in later calls too. What is off stays off. */
  async choose(kind: DeviceKind, deviceId: string): Promise<void> {
    const { state } = this.#slots[kind];
    if (!isRunning(state)) {
      this.#chosen.set(kind, deviceId);
      if (state.is === 'blocked') await this.turnOn(kind);
      return;
    }
    if (state.deviceId !== deviceId && (await this.#swap(kind, { by: 'id', deviceId }, state.deviceId))) {
      this.#chosen.set(kind, deviceId);
    }
  }

  /** From the front camera to the back one or the other way; where cameras have no sides, to the next one. */
  async switchCamera(): Promise<void> {
    const { state } = this.#slots.camera;
    if (state.is !== 'on') return;
    const facing = state.track.getSettings().facingMode;
    const next = this.#cameraAfter(state.deviceId);
    const picks: DevicePick[] = [
      ...(facing === 'user' ? [{ by: 'facing', facing: 'environment' } as const] : []),
      ...(facing === 'environment' ? [{ by: 'facing', facing: 'user' } as const] : []),
      ...(next === null ? [] : [{ by: 'id', deviceId: next } as const]),
    ];
    for (const pick of picks) {
      if (await this.#swap('camera', pick, state.deviceId)) {
        const now = this.#slots.camera.state;
        if (now.is === 'on' && now.deviceId !== '') this.#chosen.set('camera', now.deviceId);
        return;
      }
      if (this.#slots.camera.state.is !== 'on') return;
    }
  }

  /** Everything off, for good. */
  close(): void {
    this.#closed = true;
    this.#listeners.clear();
    this.#unwatch();
    clearTimeout(this.#takingBack);
    this.#source?.removeEventListener('devicechange', this.#listAnew);
    this.hide();
  }

  #slotOf(kind: DeviceKind): DeviceSlot {
    return new DeviceSlot(
      () => this.#tell(),
      () => void this.#replace(kind),
      () => void (this.#renewsReturned && this.#askAnew(kind)),
    );
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  /** Why nothing can even be asked for; null: it can. */
  #obstacle(): DeviceProblem | null {
    if (this.#source) return null;
    return this.#secure ? 'unsupported' : 'insecure';
  }

  async #acquire(picks: ReadonlyMap<DeviceKind, DevicePick>, keep: boolean): Promise<void> {
    if (picks.size === 0 || this.#closed) return;
    const attempts = new Map([...picks.keys()].map((kind) => [kind, this.#slots[kind].begin(keep)]));
    const current = (kind: DeviceKind): boolean => this.#slots[kind].isCurrent(attempts.get(kind) ?? -1);
    await this.#ask(picks, current, (kind, answer) => this.#settle(kind, attempts.get(kind) ?? -1, answer));
    // Names and ids are told only once permission was given.
    void this.#list();
  }

  async #ask(
    picks: ReadonlyMap<DeviceKind, DevicePick>,
    current: (kind: DeviceKind) => boolean,
    got: (kind: DeviceKind, answer: Acquired) => void,
  ): Promise<void> {
    const source = this.#source;
    const problem = this.#obstacle();
    if (!source || problem) {
      for (const kind of picks.keys()) got(kind, { ok: false, problem: problem ?? 'failed' });
      return;
    }
    const wishes: Wishes = Object.fromEntries(
      [...picks].map(([kind, pick]) => [kind, constraintsFor(kind, pick)]),
    );
    await acquire(
      (question) => this.#ahead?.(question) ?? source.getUserMedia(question),
      wishes,
      current,
      got,
    );
  }

  #askOne(kind: DeviceKind, pick: DevicePick): Promise<Acquired> {
    return new Promise((resolve) => {
      void this.#ask(
        new Map([[kind, pick]]),
        () => true,
        (_, answer) => resolve(answer),
      );
    });
  }

  #settle(kind: DeviceKind, attempt: Attempt, result: Acquired): void {
    if (result.ok) this.#slots[kind].adopt(attempt, result.track);
    else this.#slots[kind].fail(attempt, result.problem);
  }

  /**
   * Another device in the place of the one that runs; when that fails, the former one again. A camera is let go first,
   * because most phones can open only one; a microphone runs on meanwhile, so that no word is lost.
   */
  async #swap(kind: DeviceKind, pick: DevicePick, formerId: string): Promise<boolean> {
    const slot = this.#slots[kind];
    const attempt = slot.begin(kind === 'microphone');
    const result = await this.#askOne(kind, pick);
    if (result.ok) return slot.adopt(attempt, result.track);
    if (slot.isCurrent(attempt) && !isRunning(slot.state)) {
      await this.#acquire(new Map([[kind, { by: 'preference', deviceId: formerId }]]), false);
    }
    return false;
  }

  /** The page is seen again, after another app, the lock screen or a phone call. */
  #seen(): void {
    for (const again of this.#unseen.splice(0)) again();
    clearTimeout(this.#takingBack);
    this.#takingBack = setTimeout(() => {
      for (const kind of KINDS) if (this.#slots[kind].state.is === 'held') void this.#askAnew(kind);
    }, TAKE_BACK_MS);
  }

  /**
   * The same device once more; the present track runs on until then. After a phone call iOS gives sound only to who asks
   * anew, also when it says that the old track is whole (WebKit bug 208516). Whoever has the device may still need it.
   */
  async #askAnew(kind: DeviceKind): Promise<void> {
    const slot = this.#slots[kind];
    if (!isRunning(slot.state)) return;
    const attempt = slot.begin(true);
    const pick: DevicePick = { by: 'preference', deviceId: slot.state.deviceId };
    const result = await this.#askOne(kind, pick);
    if (result.ok) slot.adopt(attempt, result.track);
  }

  /** A device went away by itself: what is there in its place takes over, once. Nobody is asked while they look elsewhere. */
  async #replace(kind: DeviceKind): Promise<void> {
    const slot = this.#slots[kind];
    if (!this.#view.isSeen()) {
      const attempt = slot.begin(false);
      await new Promise<void>((seen) => this.#unseen.push(seen));
      if (!slot.isCurrent(attempt)) return;
    }
    const again = this.#now() - this.#replacedAt[kind] < REPLACE_AGAIN_MS;
    this.#replacedAt[kind] = this.#now();
    if (again) return slot.fail(slot.begin(false), 'missing');
    await this.#acquire(new Map([[kind, { by: 'preference', deviceId: null }]]), false);
  }

  #cameraAfter(deviceId: string): string | null {
    const ids = this.#lists.cameras.map((camera) => camera.deviceId);
    const next = ids[(ids.indexOf(deviceId) + 1) % ids.length];
    return next === undefined || next === deviceId ? null : next;
  }

  async #list(): Promise<void> {
    const listed = await this.#source?.enumerateDevices().catch(() => []);
    if (this.#closed || !listed) return;
    this.#lists = listsOf(listed);
    this.#tell();
  }
}
