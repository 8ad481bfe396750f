import type { MediaStatus, PartedEvent, TheirMediaEvent } from './link-keeper';
import type { NetworkKind, Obstacle } from './network-kind';
import type { Instance, MediaFlags } from './peer-messages';
import type { RtcFactory } from './rtc';

export type PeerSessionEvent =
  | { readonly type: 'status'; readonly status: MediaStatus }
  /** A track of the other person; the older one of its kind is over. */
  | { readonly type: 'track'; readonly track: MediaStreamTrack }
  /** What the other person has on: as they say, and as it arrives. */
  | TheirMediaEvent
  | PartedEvent
  /** What the own network does to direct calls; told while one waits. */
  | { readonly type: 'network'; readonly network: NetworkKind }
  /** Why there is no direct path, as far as both networks are known. */
  | { readonly type: 'obstacle'; readonly obstacle: Obstacle }
  /** The data channel between this page and that one is open: from now on sendApp reaches it. */
  | { readonly type: 'app-open'; readonly page: Instance | null }
  | { readonly type: 'app'; readonly text: string };

export interface PeerSessionOptions {
  readonly rtc: RtcFactory;
  /** This page's name towards the other; eight characters, new with every join. */
  readonly instance: Instance;
  /** Carries a message by way of the server, if that is possible now. */
  readonly relay: (message: unknown) => void;
  /** This is what will be relayed as soon as the other person comes. */
  readonly relaySoon: (message: unknown) => void;
  readonly mediaFlags: () => MediaFlags;
  /** ms on a clock that only goes forward */
  readonly now: () => number;
  readonly onEvent: (event: PeerSessionEvent) => void;
}
