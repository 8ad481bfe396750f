/** One connection between two browsers, as the browser itself counts it. */
export interface MediaCount {
  /** Counts the connections this page has made; another number: another connection. */
  readonly connection: number;
  readonly state: RTCPeerConnectionState;
  readonly framesDecoded: number;
  /** Loudness summed over time of what was received. */
  readonly audioEnergy: number;
  readonly packetsReceived: number;
  readonly framesSent: number;
  readonly audioPacketsSent: number;
}

export interface Probe {
  readonly media: () => Promise<MediaCount | null>;
  /** Every `data-state` the call has shown in this document, in order. */
  readonly states: string[];
  /** ms since the epoch of the first decoded picture of the other person; null before. */
  readonly firstFrameAt: () => number | null;
  /** ms since the epoch when a connection stood for the first time; null before. */
  readonly firstConnectedAt: () => number | null;
  /** Longest time (ms) without a packet from the other side since the last call of `resetGap`. */
  readonly longestGapMs: () => number;
  readonly resetGap: () => void;
}

declare global {
  interface Window {
    __probe?: Probe;
  }
}

/**
 * Runs in the page before its own scripts and looks at its calls from outside. It is handed to the browser as text:
 * everything it uses must stand inside it.
 */
// eslint-disable-next-line max-lines-per-function -- a browser gets it whole
export function installProbe(): void {
  if (window.__probe) return;
  const connections: RTCPeerConnection[] = [];
  const states: string[] = [];
  let firstFrameAt: number | null = null;
  let firstConnectedAt: number | null = null;
  const epochMs = (): number => performance.timeOrigin + performance.now();
  let packets = 0;
  let lastGrowth = performance.now();
  let longestGap = 0;

  async function count(pc: RTCPeerConnection, connection: number): Promise<MediaCount> {
    const sum = { framesDecoded: 0, audioEnergy: 0, packetsReceived: 0, framesSent: 0, audioPacketsSent: 0 };
    const stats = await pc.getStats();
    stats.forEach((entry: Record<string, unknown>) => {
      const value = (name: string): number => (typeof entry[name] === 'number' ? entry[name] : 0);
      if (entry.type === 'inbound-rtp') {
        sum.framesDecoded += value('framesDecoded');
        sum.audioEnergy += value('totalAudioEnergy');
        sum.packetsReceived += value('packetsReceived');
      } else if (entry.type === 'outbound-rtp') {
        sum.framesSent += value('framesSent');
        if (entry.kind === 'audio') sum.audioPacketsSent += value('packetsSent');
      }
    });
    return { connection, state: pc.connectionState, ...sum };
  }

  async function media(): Promise<MediaCount | null> {
    const index = connections.findLastIndex((pc) => pc.connectionState !== 'closed' && pc.remoteDescription);
    const pc = connections[index];
    return pc ? count(pc, index) : null;
  }

  function noteGap(packetsNow: number): void {
    const now = performance.now();
    longestGap = Math.max(longestGap, now - lastGrowth);
    if (packetsNow === packets) return;
    packets = packetsNow;
    lastGrowth = now;
  }

  function watch(pc: RTCPeerConnection): void {
    const connection = connections.push(pc) - 1;
    pc.addEventListener('connectionstatechange', () => {
      if (pc.connectionState === 'connected') firstConnectedAt ??= epochMs();
    });
    // 20 ms until the first picture is there, so that its moment is known; then seldom.
    const look = async (): Promise<void> => {
      if (pc.connectionState === 'closed') return;
      if (pc.remoteDescription) {
        const now = await count(pc, connection);
        if (now.framesDecoded > 0) firstFrameAt ??= epochMs();
        noteGap(now.packetsReceived);
      }
      setTimeout(() => void look(), firstFrameAt === null ? 20 : 200);
    };
    void look();
  }

  const Native = window.RTCPeerConnection;
  window.RTCPeerConnection = class RTCPeerConnection extends Native {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      watch(this);
    }
  };

  const readState = (): void => {
    const state = document.querySelector('[data-testid="call"]')?.getAttribute('data-state');
    if (state && states.at(-1) !== state) states.push(state);
  };
  new MutationObserver(readState).observe(document, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ['data-state', 'data-testid'],
  });

  window.__probe = {
    media,
    states,
    firstFrameAt: () => firstFrameAt,
    firstConnectedAt: () => firstConnectedAt,
    longestGapMs: () => Math.max(longestGap, performance.now() - lastGrowth),
    resetGap: () => {
      lastGrowth = performance.now();
      longestGap = 0;
    },
  };
}
