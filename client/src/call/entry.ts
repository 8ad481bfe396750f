import type { SignalingClient, SignalingEvent } from '@/signaling/signaling-client';
import type { NetworkEvent } from '@/signaling/network-watch';
import type { CallRun, CallRunOptions } from './call-run';
import { loadCallRun } from './load-call-run';

type Part =
  /** Being fetched. What the server says meanwhile is heard then, in its order. */
  | { readonly is: 'coming'; readonly said: SignalingEvent[] }
  | { readonly is: 'here'; readonly run: CallRun }
  | { readonly is: 'closed' };

/** Somebody's being in a call, from join to hang-up: its socket at once, and its run as soon as that is here. */
export class Entry {
  readonly signaling: SignalingClient;
  private part: Part = { is: 'coming', said: [] };

  constructor(options: CallRunOptions) {
    this.signaling = options.signaling;
    loadCallRun().then(
      ({ CallRun: Run }) => this.begin((): CallRun => new Run(options)),
      () => {
        if (this.part.is === 'coming') options.over({ type: 'broken' });
      },
    );
  }

  /** Does picture or sound of the other person arrive? */
  get isFlowing(): boolean {
    return this.run?.peer.isFlowing ?? false;
  }

  signaled(event: SignalingEvent): void {
    if (this.part.is === 'coming') this.part.said.push(event);
    else this.run?.signaled(event);
  }

  networkIs(what: NetworkEvent): void {
    this.run?.peer.networkIs(what);
  }

  /** Own devices are on, off, or others. */
  mediaChanged(): void {
    this.run?.mediaChanged();
  }

  lock(on: boolean): void {
    this.signaling.lock(on);
  }

  /** The last words to the other person, over the way that needs no server, and to the server. */
  leave(how: 'leave' | 'block'): void {
    this.run?.sayBye();
    this.signaling[how]();
  }

  /** Picture and sound end; words go on for a while, for two who want to keep each other. */
  goQuiet(): void {
    this.run?.part();
  }

  /** The connection ends, and the picture. What was said last still leaves. */
  close(): void {
    const { run } = this;
    this.part = { is: 'closed' };
    run?.close();
    this.signaling.close();
  }

  private get run(): CallRun | null {
    return this.part.is === 'here' ? this.part.run : null;
  }

  private begin(make: () => CallRun): void {
    if (this.part.is !== 'coming') return;
    const { said } = this.part;
    const run = make();
    this.part = { is: 'here', run };
    for (const event of said) this.run?.signaled(event);
  }
}
