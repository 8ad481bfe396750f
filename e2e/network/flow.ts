import type { Page } from '@playwright/test';

/** Something that happened in a page; `at` in ms since the epoch, one clock for everybody on this machine. */
export interface Happening {
  readonly at: number;
  readonly what: string;
}

/** A time without pictures, or without sound, of the other person. `to`: null while it lasts. */
export interface Gap {
  readonly kind: 'picture' | 'sound';
  readonly from: number;
  readonly to: number | null;
}

export interface FlowReport {
  readonly happenings: readonly Happening[];
  readonly gaps: readonly Gap[];
}

declare global {
  interface Window {
    __flow?: { readonly report: () => FlowReport };
  }
}

/**
 * Runs in the page before its own scripts: notes what the two machines under a call do (socket, connection) and when
 * pictures and sound stood still. It is handed to the browser as text: everything it uses must stand inside it.
 */
// eslint-disable-next-line max-lines-per-function -- a browser gets it whole
export function installFlow(): void {
  if (window.__flow) return;
  /** Counters are read this often (ms): the grain of the times told. */
  const LOOK_MS = 50;
  /** A shorter stand-still (ms) than this is no gap. */
  const GAP_MS = 500;
  const happenings: Happening[] = [];
  const gaps: Gap[] = [];
  const clock = (): number => performance.timeOrigin + performance.now();
  const note = (what: string): void => void happenings.push({ at: Math.round(clock()), what });
  const counters = { picture: { value: 0, since: 0 }, sound: { value: 0, since: 0 } };

  function count(kind: 'picture' | 'sound', value: number): void {
    const counter = counters[kind];
    if (value === counter.value) return;
    const at = clock();
    if (counter.since > 0 && at - counter.since >= GAP_MS) gaps.push({ kind, from: counter.since, to: at });
    counters[kind] = { value, since: at };
  }

  async function look(connection: RTCPeerConnection): Promise<void> {
    const sum = { picture: 0, sound: 0 };
    const stats = await connection.getStats();
    stats.forEach((entry: Record<string, unknown>) => {
      const value = (name: string): number => (typeof entry[name] === 'number' ? entry[name] : 0);
      if (entry.type !== 'inbound-rtp') return;
      if (entry.kind === 'video') sum.picture += value('framesDecoded');
      // What the browser made up to bridge a loss is no sound of the other person.
      else sum.sound += value('totalSamplesReceived') - value('concealedSamples');
    });
    count('picture', sum.picture);
    count('sound', sum.sound);
  }

  function watch(connection: RTCPeerConnection): void {
    note('new connection');
    const states = ['connectionState', 'iceConnectionState', 'signalingState'] as const;
    for (const state of states) {
      connection.addEventListener(state.toLowerCase().replace('state', 'statechange'), () =>
        note(`${state} ${connection[state]}`),
      );
    }
    connection.addEventListener('icecandidate', ({ candidate }) => {
      if (candidate?.candidate) note(`candidate ${/ typ (\w+)/.exec(candidate.candidate)?.[1] ?? ''}`);
    });
    const again = (): void => {
      if (connection.connectionState === 'closed') return;
      // A connection that closes meanwhile refuses; there is another one to look at by then.
      void look(connection)
        .catch(() => undefined)
        .then(() => setTimeout(again, LOOK_MS));
    };
    again();
  }

  const NativeConnection = window.RTCPeerConnection;
  window.RTCPeerConnection = class RTCPeerConnection extends NativeConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      watch(this);
    }

    override restartIce(): void {
      note('restartIce');
      super.restartIce();
    }
  };

  const NativeSocket = window.WebSocket;
  window.WebSocket = class WebSocket extends NativeSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      note('new socket');
      this.addEventListener('open', () => note('socket open'));
      this.addEventListener('close', ({ code }) => note(`socket closed ${code}`));
      this.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
        note(`socket got ${/"event":"([a-z]+)"/.exec(String(data))?.[1] ?? 'something'}`);
      });
    }

    override send(data: string): void {
      note(`socket sends ${/"event":"([a-z]+)"/.exec(data)?.[1] ?? 'something'}`);
      super.send(data);
    }
  };

  for (const event of ['online', 'offline']) window.addEventListener(event, () => note(event));
  const network: unknown = Reflect.get(navigator, 'connection');
  if (network instanceof EventTarget) network.addEventListener('change', () => note('network change'));

  let shown = '';
  const readState = (): void => {
    const call = document.querySelector('[data-testid="call"]');
    const state = call?.getAttribute('data-state') ?? '';
    if (state === shown) return;
    shown = state;
    note(`shows ${state}`);
  };
  new MutationObserver(readState).observe(document, { subtree: true, childList: true, attributes: true });

  window.__flow = {
    report: () => {
      const at = clock();
      const open = (['picture', 'sound'] as const)
        .filter((kind) => counters[kind].since > 0 && at - counters[kind].since >= GAP_MS)
        .map((kind): Gap => ({ kind, from: counters[kind].since, to: null }));
      return { happenings, gaps: [...gaps, ...open] };
    },
  };
}

/** What a page that has `installFlow` saw so far. */
export const flowOf = (page: Page): Promise<FlowReport> =>
  page.evaluate(() => {
    if (!window.__flow) throw new Error('This page was not told to watch its flow.');
    return window.__flow.report();
  });

/** The longest stand-still (ms) of picture or sound since a moment (ms since the epoch); 0: none worth the name. */
export async function longestGapMs(page: Page, since: number): Promise<number> {
  const gaps = (await flowOf(page)).gaps.filter(({ to }) => to === null || to > since);
  return Math.max(0, ...gaps.map(({ from, to }) => (to ?? Date.now()) - from));
}
