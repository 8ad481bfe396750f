import type { DeviceSource } from '../device-source';

type Kind = 'audioinput' | 'videoinput' | 'audiooutput';

/** A track of a device that the test holds in its hand. */
export class FakeTrack extends EventTarget {
  readyState: MediaStreamTrackState = 'live';
  readonly kind: string;
  readonly #settings: MediaTrackSettings;

  constructor(kind: string, settings: MediaTrackSettings) {
    super();
    this.kind = kind;
    this.#settings = settings;
  }

  getSettings(): MediaTrackSettings {
    return this.#settings;
  }

  stop(): void {
    this.readyState = 'ended';
  }

  /** A phone call, or another app, has it; or gives it back. */
  hold(held: boolean): void {
    this.dispatchEvent(new Event(held ? 'mute' : 'unmute'));
  }

  /** Pulled out, or taken back by the person. */
  unplug(): void {
    this.readyState = 'ended';
    this.dispatchEvent(new Event('ended'));
  }
}

interface FakeDevice {
  readonly kind: Kind;
  readonly deviceId: string;
  readonly facing?: 'user' | 'environment';
}

const idWanted = (wish: MediaTrackConstraints): ConstrainDOMStringParameters | undefined =>
  typeof wish.deviceId === 'object' && !Array.isArray(wish.deviceId) ? wish.deviceId : undefined;

const facingWanted = (wish: MediaTrackConstraints): ConstrainDOMStringParameters | undefined =>
  typeof wish.facingMode === 'object' && !Array.isArray(wish.facingMode) ? wish.facingMode : undefined;

/** The devices of one browser, and what its person says to the question. */
export class FakeDevices extends EventTarget {
  devices: FakeDevice[] = [
    { kind: 'audioinput', deviceId: 'mic-1' },
    { kind: 'videoinput', deviceId: 'cam-1' },
  ];
  /** Thrown for a device of this kind or id. */
  readonly errors = new Map<string, Error>();
  /** Thrown for every question. */
  refusal: Error | null = null;
  /** Every question asked, as kinds. */
  readonly questions: string[] = [];
  readonly tracks: FakeTrack[] = [];
  /** Waited for before each answer. */
  gate: Promise<void> = Promise.resolve();
  /** Waited for before the answer to a question about this device alone. */
  readonly #heldBack = new Map<string, Promise<void>>();

  /** As LocalMedia sees it. */
  get source(): DeviceSource {
    return this as unknown as DeviceSource;
  }

  plug(...devices: FakeDevice[]): void {
    this.devices = devices;
    this.dispatchEvent(new Event('devicechange'));
  }

  /** Questions about this device alone stay open until they are answered. */
  holdBack(question: 'camera' | 'microphone'): { answer: () => void } {
    let answer = (): void => undefined;
    this.#heldBack.set(question, new Promise((resolve) => (answer = resolve)));
    return { answer: () => answer() };
  }

  async enumerateDevices(): Promise<{ kind: Kind; deviceId: string; label: string }[]> {
    return this.devices.map(({ kind, deviceId }) => ({ kind, deviceId, label: `label of ${deviceId}` }));
  }

  async getUserMedia({ audio, video }: MediaStreamConstraints): Promise<unknown> {
    const question = [audio ? 'microphone' : '', video ? 'camera' : ''].filter(Boolean).join('+');
    this.questions.push(question);
    await this.gate;
    await this.#heldBack.get(question);
    if (this.refusal) throw this.refusal;
    const found = [
      ...(audio ? [this.#find('audioinput', audio)] : []),
      ...(video ? [this.#find('videoinput', video)] : []),
    ];
    const tracks = found.map(
      ({ kind, deviceId, facing }) =>
        new FakeTrack(kind === 'audioinput' ? 'audio' : 'video', {
          deviceId,
          ...(facing ? { facingMode: facing } : {}),
        }),
    );
    this.tracks.push(...tracks);
    const of = (kind: string) => tracks.filter((track) => track.kind === kind);
    return { getAudioTracks: () => of('audio'), getVideoTracks: () => of('video') };
  }

  #find(kind: Kind, wish: MediaTrackConstraints | true): FakeDevice {
    const wanted = wish === true ? {} : wish;
    const there = this.devices.filter((device) => device.kind === kind);
    const [exactId, ideal] = [idWanted(wanted)?.exact, idWanted(wanted)?.ideal];
    const facing = facingWanted(wanted)?.exact;
    const fitting = there.filter(
      (device) => (!exactId || device.deviceId === exactId) && (!facing || device.facing === facing),
    );
    if (there.length === 0) throw new DOMException('none', 'NotFoundError');
    const device = fitting.find(({ deviceId }) => deviceId === ideal) ?? fitting[0];
    if (!device) throw new DOMException('none fits', 'OverconstrainedError');
    const error = this.errors.get(kind) ?? this.errors.get(device.deviceId);
    if (error) throw error;
    return device;
  }
}
