import type { Person } from './people.js';

export type Device = 'camera' | 'microphone';

/** What a page does with one kind of device at one moment. */
export interface Sending {
  /** Tracks of this kind that the browser has ever handed out and that still run: its own light is on. */
  readonly live: number;
  /** Senders of open connections that have a track of this kind. */
  readonly held: number;
  readonly left: Readonly<Record<string, Left>>;
}

/** What has left of one kind over one connection since its beginning. */
interface Left {
  readonly packets: number;
  readonly bytes: number;
  /** Encoded, and sent: each counts. */
  readonly pictures: number;
  /**
   * The way is new. Over one Chromium 156 sends for some seconds, also when nothing is encoded any more, packets of
   * pictures taken before, which waited for their turn or are sent once more to try how much the way carries, and empty
   * ones. None of them holds anything new.
   */
  readonly settling: boolean;
}

/** A time (ms since the epoch) in which a track was handed out and not yet stopped. `to`: null while it lasts. */
export interface OnTime {
  readonly from: number;
  readonly to: number | null;
}

interface OffWatch {
  /** Waits until the page says that it is off, and everything that was asked of the browser has been done. */
  readonly carriedOut: (device: Device) => Promise<void>;
  readonly sending: (device: Device) => Promise<Sending>;
  /** Waits until what was taken before has left (a busy browser sends some of it late, or again), but not for ever. */
  readonly ranEmpty: (device: Device) => Promise<void>;
  /** Waits until so many more packets of the other person's sound have arrived. */
  readonly othersSound: (packets: number) => Promise<void>;
  /** Waits until something new of this device has left. */
  readonly sends: (device: Device) => Promise<void>;
  readonly cameraTimes: () => OnTime[];
  /** How many descriptions of the other page this document has taken. */
  readonly taken: () => number;
}

declare global {
  interface Window {
    __off?: OffWatch;
  }
}

/**
 * Runs in the page before its own scripts and keeps account of every track and every connection. It is handed to the
 * browser as text: everything it uses must stand inside it.
 */
// eslint-disable-next-line max-lines-per-function -- a browser gets it whole
export function installOffWatch(): void {
  if (window.__off || !('mediaDevices' in navigator)) return; // the empty page before the first has none
  /** Longest wait (ms) for anything; how often (ms) one looks. */
  const PATIENCE_MS = 60_000;
  const LOOK_MS = 10;
  /** So long (ms) is a way new. */
  const SETTLING_MS = 5000;
  /** So long (ms) must nothing have left: a busy machine takes a while over one picture. So long (ms) this is waited for. */
  const STILL_MS = 500;
  const EMPTYING_MS = 15_000;
  const kindOf = { camera: 'video', microphone: 'audio' } as const;
  const tracks: { readonly track: MediaStreamTrack; readonly from: number; to: number | null }[] = [];
  const connections: RTCPeerConnection[] = [];
  /** When each connection was last given a new way. */
  const newWays = new Map<RTCPeerConnection, number>();
  let asked = 0;
  let taken = 0;
  const clock = (): number => performance.timeOrigin + performance.now();

  const note = (track: MediaStreamTrack): void => void tracks.push({ track, from: clock(), to: null });

  async function done<T>(asking: Promise<T>): Promise<T> {
    asked += 1;
    try {
      return await asking;
    } finally {
      asked -= 1;
    }
  }

  async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    while (!(await holds())) {
      if (performance.now() > deadline) throw new Error(`${what}: not in time`);
      await new Promise((pass) => setTimeout(pass, LOOK_MS));
    }
  }

  const media = navigator.mediaDevices;
  const getUserMedia = media.getUserMedia.bind(media);
  media.getUserMedia = async (constraints) => {
    const stream = await done(getUserMedia(constraints));
    stream.getTracks().forEach(note);
    return stream;
  };

  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with their own `this` below
  const { clone, stop } = MediaStreamTrack.prototype;
  MediaStreamTrack.prototype.clone = function (): MediaStreamTrack {
    const copy = clone.call(this);
    note(copy);
    return copy;
  };
  MediaStreamTrack.prototype.stop = function (): void {
    for (const entry of tracks) if (entry.track === this) entry.to ??= clock();
    stop.call(this);
  };

  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with their own `this` below
  const { replaceTrack, setParameters } = RTCRtpSender.prototype;
  RTCRtpSender.prototype.replaceTrack = function (track): Promise<void> {
    return done(replaceTrack.call(this, track));
  };
  RTCRtpSender.prototype.setParameters = function (...all): Promise<void> {
    return done(setParameters.apply(this, all));
  };

  const Native = window.RTCPeerConnection;
  window.RTCPeerConnection = class RTCPeerConnection extends Native {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      connections.push(this);
    }

    override async setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
      await super.setRemoteDescription(description);
      taken += 1;
      newWays.set(this, clock());
    }
  };
  const open = (): RTCPeerConnection[] => connections.filter((one) => one.connectionState !== 'closed');

  type Entry = Record<string, unknown>;
  const numberIn = (entry: Entry, name: string): number => {
    const value = entry[name];
    return typeof value === 'number' ? value : 0;
  };

  /** Statistics made after this moment: browsers hand out the same ones again for some 50 ms. */
  async function statistics(connection: RTCPeerConnection): Promise<Entry[]> {
    const since = clock();
    let entries: Entry[] = [];
    await until('new statistics', async () => {
      entries = [];
      (await connection.getStats()).forEach((entry: Entry) => entries.push(entry));
      return entries.some((entry) => numberIn(entry, 'timestamp') > since);
    });
    return entries;
  }

  async function sending(device: Device): Promise<Sending> {
    const kind = kindOf[device];
    const left: Record<string, Left> = {};
    for (const connection of open()) {
      const sum = { packets: 0, bytes: 0, pictures: 0 };
      for (const entry of await statistics(connection)) {
        if (entry.type !== 'outbound-rtp' || entry.kind !== kind) continue;
        sum.packets += numberIn(entry, 'packetsSent');
        sum.bytes += numberIn(entry, 'bytesSent');
        sum.pictures += numberIn(entry, 'framesEncoded') + numberIn(entry, 'framesSent');
      }
      const settling = kind === 'video' && clock() - (newWays.get(connection) ?? 0) < SETTLING_MS;
      left[`connection ${connections.indexOf(connection)}`] = { ...sum, settling };
    }
    const senders = open().flatMap((connection) => connection.getSenders());
    return {
      live: tracks.filter(({ track }) => track.kind === kind && track.readyState === 'live').length,
      held: senders.filter(({ track }) => track?.kind === kind).length,
      left,
    };
  }

  async function soundReceived(): Promise<number> {
    let packets = 0;
    for (const connection of open()) {
      for (const entry of await statistics(connection)) {
        if (entry.type === 'inbound-rtp' && entry.kind === 'audio')
          packets += numberIn(entry, 'packetsReceived');
      }
    }
    return packets;
  }

  window.__off = {
    sending,
    async carriedOut(device) {
      const button = `[data-testid="toggle-${device}"][aria-pressed="false"]:not(.starting)`;
      await until(`${device} off`, () => document.querySelector(button) !== null && asked === 0);
    },
    async ranEmpty(device) {
      const deadline = performance.now() + EMPTYING_MS;
      for (let before = ''; performance.now() < deadline;) {
        const { left } = await sending(device);
        const now = JSON.stringify(left, (name, value: unknown) => (name === 'settling' ? undefined : value));
        if (now === before) return;
        before = now;
        await new Promise((pass) => setTimeout(pass, STILL_MS));
      }
    },
    async othersSound(packets) {
      let from = await soundReceived();
      await until('sound of the other person', async () => {
        const now = await soundReceived();
        from = Math.min(from, now); // another connection counts anew
        return now >= from + packets;
      });
    },
    async sends(device) {
      const leaving = async (): Promise<number> =>
        Object.values((await sending(device)).left).reduce((sum, { packets }) => sum + packets, 0);
      let from = await leaving();
      await until(`anything of the ${device}`, async () => {
        const now = await leaving();
        from = Math.min(from, now); // another connection counts anew
        return now > from;
      });
    },
    taken: () => taken,
    cameraTimes: () =>
      tracks.filter(({ track }) => track.kind === 'video').map(({ from, to }) => ({ from, to })),
  };
}

/** A page of whichever browser. */
interface Watched {
  evaluate(script: string): Promise<unknown>;
}

/** The watch, and what is to come before it, as one script: browsers promise no order among several. */
export const offWatch = (...before: string[]): string =>
  [...before, `(${installOffWatch.toString()})();`].join('\n');

/** Everything that this person's pages send is watched from before they begin. */
export async function watchOff({ context }: Person, ...before: string[]): Promise<void> {
  await context.addInitScript({ content: offWatch(...before) });
}

const ask = async <T>(page: Watched, question: string): Promise<T> =>
  (await page.evaluate(`window.__off.${question}`)) as T;

export const sendingOf = (page: Watched, device: Device): Promise<Sending> =>
  ask(page, `sending('${device}')`);

export const sends = (page: Watched, device: Device): Promise<void> => ask(page, `sends('${device}')`);

export const cameraTimesOf = (page: Watched): Promise<OnTime[]> => ask(page, 'cameraTimes()');

export const descriptionsTaken = (page: Watched): Promise<number> => ask(page, 'taken()');

/** A moment long enough for something to leave: a tenth of a second of the other person's sound arrives in it. */
export const aMoment = (page: Watched): Promise<void> => ask(page, 'othersSound(5)');

/** Whether it is known that no way is new, or a way may become a new one at any time without the page being told. */
export type Ways = 'watched' | 'changing';

/** What is wrong with a device that is off, between two looks; empty: it is off. */
function wrongs(device: Device, before: Sending, after: Sending, ways: Ways): string[] {
  const found: string[] = [];
  if (before.live + after.live > 0) found.push(`the ${device} runs`);
  if (before.held + after.held > 0) found.push(`a sender has the ${device}`);
  const moved = Object.entries(after.left).some(([connection, now]) => {
    // A connection that was not there before must not have sent anything at all.
    const { pictures, packets, bytes } = before.left[connection] ?? { pictures: 0, packets: 0, bytes: 0 };
    const settling = now.settling || (device === 'camera' && ways === 'changing');
    return now.pictures > pictures || (!settling && (now.packets > packets || now.bytes > bytes));
  });
  if (moved) found.push(`the ${device} sends`);
  return found;
}

/**
 * Looks at a device that was just switched off: as soon as everything the page asked of the browser has been done (and
 * pictures taken before have left: that none is taken later is for the time in the pictures to show), and again after
 * `meanwhile`. Told is what is wrong then.
 */
export async function lookAtOff(
  page: Watched,
  device: Device,
  meanwhile: () => Promise<unknown> = () => aMoment(page),
  ways: Ways = 'watched',
): Promise<string[]> {
  await ask(page, `carriedOut('${device}')`);
  if (device === 'camera') await ask(page, `ranEmpty('camera')`);
  const before = await sendingOf(page, device);
  await meanwhile();
  return wrongs(device, before, await sendingOf(page, device), ways);
}
