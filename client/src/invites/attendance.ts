import { decodeRingFrame, isFields, type RingFrame, type Rung } from '@protocol';
import type { SignalingClient, SignalingEvent } from '@/signaling/signaling-client';
import { inTurn } from '@/pwa/notifications-turn';
import { ownDevice } from './device';
import * as api from './invites-api';
import { links, type KeptDevice } from './invites-db';
import { check } from './ring-links';
import {
  nextChange,
  nobodyRings,
  step,
  type CallersWords,
  type RungEffect,
  type RungInput,
  type RungState,
} from './rung-machine';
import { keepTrace } from './traces';

/** What an attending page knows. */
export interface Attended {
  readonly rung: RungState;
  /** How many wait, by ring link. A link that is missing has no line, or nothing was heard of it yet. */
  readonly waiting: ReadonlyMap<string, number>;
}

export interface AttendanceOptions {
  readonly tell: (changed: Partial<Attended>) => void;
  /** It was answered here: straight into the call. */
  readonly enter: (ring: Rung, words: CallersWords) => void;
  /** Somebody rang and was not talked to. */
  readonly traced: () => void;
}

/** The socket comes with all that a call needs: it is needed next, if a ring is answered. */
const loadCalling = () => import('@/call/opened-call');
/** Opening what is sealed is some 20 KB of library. */
const loadSeal = () => import('./ring-seal');

const now = (): number => performance.now();

/** What a caller sealed to one of this browser's ring links; null: nothing that opens. */
export async function openWords(ring: Rung): Promise<CallersWords | null> {
  const [link, { openRing }] = await Promise.all([links.get(ring.slug), loadSeal()]);
  return link && openRing(link, ring, ring.sealedKey);
}

/**
 * An open page of a device that has ring links: it hears who rings, and answers for the person. What events mean is decided
 * in rung-machine.ts; here are the socket, the server and the clock.
 */
export class Attendance {
  private readonly options: AttendanceOptions;
  private state: RungState = nobodyRings;
  private waiting: ReadonlyMap<string, number> = new Map();
  private device: KeptDevice | null = null;
  private socket: SignalingClient | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** What is opened takes its time; what is told of a ring has its effect in the order in which it was said. */
  private line: Promise<void> = Promise.resolve();
  private checked = false;
  private closed = false;

  constructor(options: AttendanceOptions) {
    this.options = options;
  }

  /** Listens from now on. Nothing happens on a browser that nobody can ring. */
  async open(): Promise<void> {
    const [device, all, { SignalingClient: Client }] = await Promise.all([
      ownDevice(),
      links.all(),
      loadCalling(),
    ]);
    if (this.closed || !device || all.length === 0) return;
    this.device = device;
    // When somebody rings the network may be slow.
    loadSeal().catch(() => undefined);
    const socket: SignalingClient = new Client({
      decodeRing: decodeRingFrame,
      peerAlive: () => false,
      onEvent: (event) => {
        if (this.socket === socket) this.signaled(event);
      },
    });
    this.socket = socket;
    socket.attend(device);
  }

  /** Asks the server who rings now, and who rang while nobody listened. */
  async look(): Promise<void> {
    if (!this.device) return;
    const rings = await api.listRings(this.device);
    if (!rings.ok) return;
    for (const ring of rings.value) void this.heardOf(ring);
    await this.line;
  }

  put(input: RungInput): void {
    const { state, effects } = step(this.state, input);
    const changed = state !== this.state;
    this.state = state;
    for (const effect of effects) this.run(effect);
    this.schedule();
    if (changed) this.options.tell({ rung: state });
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    this.socket?.close();
    this.socket = null;
  }

  private signaled(event: SignalingEvent): void {
    if (event.type === 'ring') this.heard(event.frame);
    if (event.type === 'refused' && event.final) void this.unknown();
  }

  /** The server has lost this device. Once it is known again, under another name, this page listens again. */
  private async unknown(): Promise<void> {
    if (this.checked) return;
    this.checked = true;
    const checked = await check();
    if (checked.is === 'known' && !this.closed) await this.open();
  }

  private heard(frame: RingFrame): void {
    switch (frame.event) {
      case 'rung':
        return void this.heardOf(frame.data);
      case 'rung-over':
        return void this.afterwards(() => this.put({ type: 'over', ...frame.data }));
      case 'line':
        this.waiting = new Map([...this.waiting, [frame.data.slug, frame.data.waiting]]);
        return this.options.tell({ waiting: this.waiting });
      case 'attended':
        return void this.look();
      case 'ring':
        return; // Told to callers only.
    }
  }

  private heardOf(ring: Rung): Promise<void> {
    const opened = openWords(ring).catch(() => null);
    return this.afterwards(async () => this.put({ type: 'rung', ring, words: await opened, at: now() }));
  }

  private afterwards(act: () => void | Promise<void>): Promise<void> {
    this.line = this.line.then(() => (this.closed ? undefined : act()));
    return this.line;
  }

  private run(effect: RungEffect): void {
    const { device } = this;
    if (!device) return;
    switch (effect.type) {
      case 'look':
        return void this.look();
      case 'answer':
        return void this.answer(device, effect.ringId);
      case 'decline':
        return void api.declineRing(device, effect.ringId, effect.busy);
      case 'enter':
        return this.options.enter(effect.ring, effect.words);
      case 'close-notification':
        return void closeNotification(effect.ringId).catch(() => undefined);
      case 'keep-trace':
        return void keepTrace(device, effect).then(this.options.traced);
    }
  }

  private async answer(device: KeptDevice, ringId: string): Promise<void> {
    const answered = await api.answerRing(device, ringId);
    this.put({ type: 'outcome', ringId, so: await outcomeOf(answered, ringId) });
  }

  private schedule(): void {
    clearTimeout(this.timer);
    const due = nextChange(this.state);
    if (due !== null) this.timer = setTimeout(() => this.put({ type: 'tick', at: now() }), due - now());
  }
}

type Outcome = Extract<RungInput, { type: 'outcome' }>['so'];

async function outcomeOf(answered: api.Answer<true>, ringId: string): Promise<Outcome> {
  if (answered.ok) return 'done';
  switch (answered.problem) {
    case 'offline':
      return 'unheard';
    case 'busy':
    case 'unavailable':
      return 'unavailable';
    case 'over': {
      const news = await api.askRing(ringId);
      return news.ok && news.value.state === 'answered' ? 'elsewhere' : 'over';
    }
    default:
      return 'over';
  }
}

/** The worker's notification of a ring has the ring's id as its tag (sw/notes.ts). */
async function closeNotification(ringId: string): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  const registration = await navigator.serviceWorker.getRegistration();
  await inTurn(async () => {
    for (const note of (await registration?.getNotifications({ tag: ringId })) ?? []) {
      const about: unknown = note.data;
      // The worker may have put the quiet trace in its place already (sw/notes.ts).
      if (!isFields(about) || about['is'] !== 'trace') note.close();
    }
  });
}
