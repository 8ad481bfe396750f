import { vi } from 'vitest';
import type { SeatNumber } from '@protocol';
import type { NetworkKind } from '../network-kind';
import { PartedLink } from '../parted-link';
import type { MediaFlags } from '../peer-messages';
import { PeerSession, type MediaStatus } from '../peer-session';
import { FakeRtcLab } from './fake-rtc';

/** What each page says to the other as soon as it may. */
export const FIRST_WORDS = 'here I am';

/** One page of a call: its session, and what became known of it. */
export interface Page {
  readonly session: PeerSession;
  readonly statuses: MediaStatus[];
  readonly relayed: unknown[];
  /** What it said it would relay soon. */
  readonly soon: unknown[];
  readonly app: string[];
  /** The certificates it knew when a connection was open. */
  readonly atOpening: ReturnType<PeerSession['fingerprints']>[];
  /** What it found out about its own network. */
  readonly networks: NetworkKind[];
  /** What is known of the other's devices, each time it was told. */
  readonly theirs: MediaFlags[];
  /** What was left of connections whose call was over. */
  readonly parted: PartedLink[];
  status: MediaStatus;
}

/** Two pages, the server's relay between them, and browsers' wires, all in virtual time (vi.useFakeTimers). */
export class TwoPages {
  readonly lab = new FakeRtcLab();
  /** False: the server, or the way to it, is away. */
  server = true;
  /** What happens to a relayed message; the default carries it after a network's delay. */
  carry = (deliver: () => void): void => {
    setTimeout(deliver, 20);
  };
  private readonly here = new Map<SeatNumber, Page>();
  private made = 0;
  /** How often each seat was entered. */
  private readonly epochs = [0, 0];

  page(name: string, seat: SeatNumber): Page {
    this.made += 1;
    const instance = `${name}-page-${String(this.made)}`.slice(-8).padStart(8, 'x');
    const statuses: MediaStatus[] = [];
    const relayed: unknown[] = [];
    const soon: unknown[] = [];
    const app: string[] = [];
    const atOpening: Page['atOpening'] = [];
    const networks: NetworkKind[] = [];
    const theirs: MediaFlags[] = [];
    const parted: PartedLink[] = [];
    const page: Page = {
      statuses,
      relayed,
      soon,
      app,
      atOpening,
      networks,
      theirs,
      parted,
      status: 'idle',
      session: new PeerSession({
        rtc: this.lab.factory(name),
        instance,
        now: () => Date.now(),
        relaySoon: (message) => soon.push(message),
        mediaFlags: () => ({ camera: true, microphone: true }),
        relay: (message) => {
          if (!this.server) return;
          relayed.push(message);
          this.carry(() => {
            const other = this.here.get(seat === 0 ? 1 : 0);
            if (this.server && other && other !== page) other.session.receive(message);
          });
        },
        onEvent: (event) => {
          if (event.type === 'app-open') {
            page.session.sendApp(FIRST_WORDS);
            page.atOpening.push(page.session.fingerprints());
          }
          if (event.type === 'app') app.push(event.text);
          if (event.type === 'network') networks.push(event.network);
          if (event.type === 'remote-media') theirs.push(event.media);
          if (event.type === 'parted') parted.push(new PartedLink(event.left));
          if (event.type !== 'status') return;
          statuses.push(event.status);
          page.status = event.status;
        },
      }),
    };
    return page;
  }

  /** The page takes this seat, as the server would tell both. */
  enter(page: Page, seat: SeatNumber): void {
    const other = this.here.get(seat === 0 ? 1 : 0);
    this.here.set(seat, page);
    const epoch = (this.epochs[seat] ?? 0) + 1;
    this.epochs[seat] = epoch;
    page.session.entered({ seat, epoch, iceServers: [] }, other ? 'present' : 'absent');
    other?.session.peerChanged('present');
  }

  leave(seat: SeatNumber, state: 'dropped' | 'left' | 'absent'): void {
    this.here.delete(seat);
    this.here.get(seat === 0 ? 1 : 0)?.session.peerChanged(state);
  }

  async pass(ms: number): Promise<void> {
    await vi.advanceTimersByTimeAsync(ms);
  }

  /** Both in, and talking. */
  async talking(): Promise<[Page, Page]> {
    const [first, second] = [this.page('a', 0), this.page('b', 1)];
    this.enter(first, 0);
    await this.pass(50);
    this.enter(second, 1);
    await this.pass(1000);
    return [first, second];
  }

  cut(): void {
    this.lab.whole = false;
  }

  mend(): void {
    this.lab.whole = true;
    this.lab.check();
  }
}

export const kindsOf = (messages: readonly unknown[]): string[] =>
  messages.map((message) => String((message as { k?: unknown }).k));
