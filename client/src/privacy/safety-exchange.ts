import { toBase64Url } from '@protocol';
import type { SafetyFrame } from '@/channel/app-frames';
import type { Fingerprints } from '@/peer/fingerprint';
import { codeOf, commitmentOf, type Role, type SafetyCode, type Side } from './safety-hashes';
import {
  notBegun,
  stepSafety,
  type Own,
  type SafetyEffect,
  type SafetyInput,
  type SafetyProgress,
} from './safety-machine';

/** What people may know of it. */
export type Safety =
  { readonly is: 'none' | 'exchanging' | 'mismatch' } | { readonly is: 'ready'; readonly code: SafetyCode };

export interface SafetyExchangeOptions {
  /** Seat 0 does. */
  readonly leads: boolean;
  /** Says it to the other page, over the connection this is about. */
  readonly send: (frame: SafetyFrame) => void;
  /** Called when it is another one than before. */
  readonly onChange: (safety: Safety) => void;
  /** So many random bytes. */
  readonly random?: (bytes: number) => Uint8Array;
}

const NONCE_BYTES = 16;

const drawn = (bytes: number): Uint8Array => crypto.getRandomValues(new Uint8Array(bytes));

/**
 * Agrees on the safety code of one connection: make one for each connection, and close it with it. What was agreed stays
 * through everything the connection lives through.
 */
export class SafetyExchange {
  private readonly options: SafetyExchangeOptions;
  private readonly role: Role;
  private state: SafetyProgress = notBegun;
  private shown: Safety['is'] = 'none';
  private closed = false;

  constructor(options: SafetyExchangeOptions) {
    this.options = options;
    this.role = options.leads ? 0 : 1;
  }

  /**
   * The connection carries words. Called again it looks whether its certificates are still the same.
   *
   * @param fingerprints null: they are not known for sure, and then nothing can be.
   */
  begin(fingerprints: Fingerprints | null): void {
    const nonce = toBase64Url((this.options.random ?? drawn)(NONCE_BYTES));
    this.feed({ type: 'begin', fingerprints, nonce });
  }

  heard(frame: SafetyFrame): void {
    this.feed({ type: 'heard', frame });
  }

  /** The connection is over: what is heard or computed from now on is ignored, and nothing is said any more. */
  close(): void {
    this.closed = true;
  }

  private feed(input: SafetyInput): void {
    if (this.closed) return;
    const { state, effects } = stepSafety(this.state, input);
    this.state = state;
    this.show();
    for (const effect of effects) this.run(effect);
  }

  private show(): void {
    const safety = safetyOf(this.state);
    if (safety.is === this.shown) return;
    this.shown = safety.is;
    this.options.onChange(safety);
  }

  private run(effect: SafetyEffect): void {
    switch (effect.type) {
      case 'send':
        this.options.send(effect.frame);
        return;
      case 'commit':
        return void this.commit(effect.own);
      case 'check':
        return void this.check(effect.own, effect.nonce);
    }
  }

  private async commit({ nonce, fingerprints }: Own): Promise<void> {
    const { own, other } = fingerprints;
    const commitment = await commitmentOf(this.role, nonce, this.byRole(own, other));
    this.feed({ type: 'committed', commitment });
  }

  private async check({ nonce: ownNonce, fingerprints }: Own, nonce: string): Promise<void> {
    const own: Side = { nonce: ownNonce, fingerprint: fingerprints.own };
    const other: Side = { nonce, fingerprint: fingerprints.other };
    const [commitment, code] = await Promise.all([
      commitmentOf(this.role === 0 ? 1 : 0, nonce, this.byRole(fingerprints.own, fingerprints.other)),
      codeOf(...this.byRole(own, other)),
    ]);
    this.feed({ type: 'checked', commitment, code });
  }

  /** Seat 0's first, on both sides. */
  private byRole<T>(own: T, other: T): readonly [T, T] {
    return this.role === 0 ? [own, other] : [other, own];
  }
}

function safetyOf(state: SafetyProgress): Safety {
  switch (state.is) {
    case 'none':
    case 'mismatch':
      return { is: state.is };
    case 'ready':
      return { is: 'ready', code: state.code };
    default:
      return { is: 'exchanging' };
  }
}
